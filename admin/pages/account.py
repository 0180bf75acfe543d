"""Who I am here: name, role, where I am signed in, and a new password."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking, passwords
from admin.guard.forms import form, one
from admin.site import site_of
from admin.words.agents import agent_name
from admin.words.language import N_
from schemas.accounts import MOST_PASSWORD, Person, refuse_weak
from schemas.errors import ConfigError
from store import accounts, sign_ins

router = APIRouter(include_in_schema=False)
_WRONG = N_("The old password is wrong.")


@router.get("/account")
def show(request: Request) -> Response:
    """The page."""
    return _page(request)


def _page(request: Request, error: str = "") -> Response:
    site, person = site_of(request), asking.person(request)
    held: Sequence[sign_ins.SignIn] = ()
    if person is not None and person.account is not None:
        with site.store.read() as reader:
            held = sign_ins.going_on(reader, person.login)
    context = {
        "error": error,
        "sessions": held,
        "own": sign_ins.mark_of(asking.session_digest(request)),
        "agent_name": agent_name,
    }
    return site.render(request, "account.html", context, 422 if error else 200)


@router.post("/account/sessions")
async def end_sessions(request: Request) -> Response:
    """Signs another browser of mine out, or all the others."""
    fields = await form(request)
    if one(fields, "act") not in ("end", "others"):
        raise HTTPException(422)
    return await run_in_threadpool(_ended, request, fields)


def _ended(request: Request, fields: dict[str, list[str]]) -> Response:
    login = asking.login(request)
    with site_of(request).store.write() as writer:
        if one(fields, "act") == "others":
            gone = sign_ins.end_others(writer, login, asking.session_digest(request))
        else:
            gone = sign_ins.end_one(writer, login, one(fields, "mark"))
        if gone:
            noting.note(writer, request, "session_ended", "account", login)
    return RedirectResponse("/account#sessions", status_code=303)


@router.post("/account/password")
async def change(request: Request) -> Response:
    """Sets a new password; everybody signed in by the old one is signed out, this browser too."""
    fields = await form(request)
    old, new = (one(fields, name)[: MOST_PASSWORD + 1] for name in ("old", "new"))
    person = await run_in_threadpool(asking.person, request)
    if person is None or person.account is None:
        return RedirectResponse("/account", status_code=303)
    return await run_in_threadpool(_changed, request, person, old, new)


def _changed(request: Request, person: Person, old: str, new: str) -> Response:
    site = site_of(request)
    with site.store.read() as reader:
        held = accounts.known(reader, person.login)
    wait = site.attempts.wait(person.login, "account")
    if wait or not passwords.holds(held.password, old):
        site.attempts.failed(person.login, "account")
        return _page(request, site.word(request, _WRONG))
    try:
        refuse_weak(new, person.login)
    except ConfigError as weak:
        return _page(request, weak.for_user(site.language(request)))
    made = passwords.hashed(new)
    with site.store.write() as writer:
        accounts.set_password(writer, held.id, made)
        noting.note(writer, request, "password_set", "account", held.login)
    return RedirectResponse("/sign-in?next=/account", status_code=303)
