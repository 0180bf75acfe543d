"""People and systems that may ask: accounts with their roles, tokens with theirs."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from admin import noting
from admin.guard import asking
from admin.guard.access import invite, new_token
from admin.guard.forms import form, one
from admin.site import site_of
from admin.words.agents import agent_name
from schemas.accounts import UNBOUND, Role
from schemas.errors import KanonError
from schemas.scopes import Scope, scope_of
from store import accounts, sign_ins, tokens

router = APIRouter(include_in_schema=False)
_DAYS = (30, 90, 365)
_LONGEST = 2000


@router.get("/users")
def show(request: Request) -> Response:
    """The page."""
    return _page(request)


def _page(request: Request, *, secret: str = "", of: str = "", error: str = "") -> Response:
    site = site_of(request)
    with site.store.read() as reader:
        held, given = accounts.listing(reader), tokens.listing(reader)
        signed_in = sign_ins.going_on(reader)
    context = {
        "accounts": held,
        "tokens": given,
        "sessions": signed_in,
        "own": sign_ins.mark_of(asking.session_digest(request)),
        "agent_name": agent_name,
        "roles": [role.value for role in Role],
        "days": _DAYS,
        "bindable": [role.value for role in Role if role not in UNBOUND],
        "secret": secret,
        "of": of,
        "error": error,
    }
    return site.render(request, "users.html", context, 422 if error else 200)


@router.post("/users")
async def change(request: Request) -> Response:
    """Adds an account, gives one another role, switches it off or on, ends a session, makes a new link."""
    fields = await form(request)
    return await run_in_threadpool(_told, request, _CHANGES.get(one(fields, "act")), fields)


@router.post("/tokens")
async def change_token(request: Request) -> Response:
    """Makes a token, shown this once, or ends one."""
    fields = await form(request)
    return await run_in_threadpool(_told, request, _TOKENS.get(one(fields, "act")), fields)


def _told(request: Request, act: object, fields: dict[str, list[str]]) -> Response:
    if not callable(act):
        raise HTTPException(422)
    try:
        secret = act(request, fields)
    except KanonError as error:
        return _page(request, error=error.for_user(site_of(request).language(request)))
    of = one(fields, "login") or one(fields, "name")
    return _page(request, secret=secret or "", of=of)


def _add(request: Request, fields: dict[str, list[str]]) -> str:
    store, by = site_of(request).store, _by(request)
    name = one(fields, "name").strip()[:100] or None
    with store.write() as writer:
        held = accounts.add(writer, one(fields, "login"), _role(fields), by, name)
        told = {"role": held.role.value}
        noting.note(writer, request, "account_added", "account", held.login, after=told)
    return _link(request, held.login)


def _link(request: Request, login: str) -> str:
    return str(request.base_url).rstrip("/") + invite(site_of(request).store, login, _by(request))


def _again(request: Request, fields: dict[str, list[str]]) -> str:
    return _link(request, one(fields, "login"))


def _role_of(request: Request, fields: dict[str, list[str]]) -> None:
    with site_of(request).store.write() as writer:
        held = accounts.known(writer, one(fields, "login"))
        accounts.change(writer, held, role=_role(fields))
        was, now = {"role": held.role.value}, {"role": _role(fields).value}
        noting.note(
            writer, request, "account_changed", "account", held.login, before=was, after=now
        )


def _scope_of(request: Request, fields: dict[str, list[str]]) -> None:
    scope = _scope(fields)
    with site_of(request).store.write() as writer:
        held = accounts.known(writer, one(fields, "login"))
        accounts.narrow(writer, held, scope)
        was, now = ({"scope": part.dumps() if part else None} for part in (held.scope, scope))
        noting.note(
            writer, request, "account_changed", "account", held.login, before=was, after=now
        )


def _scope(fields: dict[str, list[str]]) -> Scope | None:
    """The regions and owners typed, told apart by commas."""
    regions, owners = (one(fields, name)[:_LONGEST] for name in ("regions", "owners"))
    return scope_of(regions.split(","), owners.split(","))


def _switch(request: Request, fields: dict[str, list[str]]) -> None:
    with site_of(request).store.write() as writer:
        held = accounts.known(writer, one(fields, "login"))
        active = one(fields, "active") == "yes"
        accounts.change(writer, held, active=active)
        was, now = {"active": held.active}, {"active": active}
        noting.note(
            writer, request, "account_changed", "account", held.login, before=was, after=now
        )


def _end(request: Request, fields: dict[str, list[str]]) -> None:
    login = one(fields, "login")
    with site_of(request).store.write() as writer:
        if sign_ins.end_one(writer, login, one(fields, "mark")):
            noting.note(writer, request, "session_ended", "account", login)


def _token(request: Request, fields: dict[str, list[str]]) -> str:
    days = one(fields, "days")
    lasts = timedelta(days=next((n for n in _DAYS if str(n) == days), _DAYS[0]))
    named, by = one(fields, "name"), _by(request)
    return new_token(site_of(request).store, named, _role(fields), by, lasts, _scope(fields))


def _revoke(request: Request, fields: dict[str, list[str]]) -> None:
    number = one(fields, "token")
    if not number.isdecimal() or len(number) > 18:
        raise HTTPException(422)
    with site_of(request).store.write() as writer:
        tokens.revoke(writer, int(number))
        noting.note(writer, request, "token_revoked", "token", number)


_CHANGES = {
    "add": _add, "link": _again, "role": _role_of, "switch": _switch, "scope": _scope_of, "end": _end,
}  # fmt: skip
_TOKENS = {"add": _token, "revoke": _revoke}


def _role(fields: dict[str, list[str]]) -> Role:
    try:
        return Role(one(fields, "role"))
    except ValueError as error:
        raise HTTPException(422) from error


def _by(request: Request) -> str:
    person = asking.person(request)
    return person.login if person else ""
