"""The second factor on my account: switched on with a code that shows it works, off again, and new recovery codes."""

from __future__ import annotations

from typing import Any, cast

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking, passwords, second
from admin.guard.forms import form, one
from admin.site import Site, site_of
from admin.words.language import N_
from schemas.accounts import MOST_PASSWORD, Person
from schemas.errors import Conflict
from store import accounts, second_factors
from store.accounts import Account
from store.engine import Store, Writer

router = APIRouter(include_in_schema=False)
_WRONG = N_("The password or the code is wrong. Nothing was changed.")
_ACTS = ("on", "off", "renew")
_LONGEST = 40


@router.get("/account/second")
def show(request: Request) -> Response:
    """How it stands; without one, a key for a new one."""
    return _page(request)


def _page(
    request: Request, key: str = "", error: str = "", codes: list[str] | None = None
) -> Response:
    person = asking.person(request)
    if person is None or person.account is None or person.of_directory:
        raise HTTPException(404)
    with _whole(request).read() as reader:
        held = second_factors.of(reader, person.account)
    key = key or second.new_key()
    context: dict[str, Any] = {
        "held": held,
        "key": key,
        "grouped": " ".join(key[n : n + 4] for n in range(0, len(key), 4)),
        "link": second.address(key, person.login),
        "error": error,
        "codes": codes or [],
        "missing": second.is_missing(person, obligatory=site_of(request).settings.second_factor)
        and held is None,
    }
    return site_of(request).render(request, "second.html", context, 422 if error else 200)


def _whole(request: Request) -> Store:
    """The store beyond the part that is open to whoever asks: no part holds second factors."""
    return cast("Site", request.app.state.site).store


@router.post("/account/second")
async def change(request: Request) -> Response:
    """Switches it on or off, or makes other recovery codes; asks for the password and a code."""
    fields = await form(request)
    if one(fields, "act") not in _ACTS:
        raise HTTPException(422)
    return await run_in_threadpool(_changed, request, fields)


def _changed(request: Request, fields: dict[str, list[str]]) -> Response:
    site, person = site_of(request), asking.person(request)
    if person is None or person.account is None or person.of_directory:
        raise HTTPException(404)
    act, key, code = (one(fields, name)[:_LONGEST] for name in ("act", "key", "code"))
    password = one(fields, "password")[: MOST_PASSWORD + 1]
    if act == "on" and not second.is_key(key):
        raise HTTPException(422)
    waits = site.attempts.wait(person.login, "account")
    with site.store.read() as reader:
        held = accounts.known(reader, person.login)
    if waits or not passwords.holds(held.password, password):
        return _refused(request, person, key if act == "on" else "")
    codes = second.new_recoveries() if act != "off" else []
    with site.store.write() as writer:
        done = _switch_on(writer, held, key, code, codes) if act == "on" else _change(writer, held, act, code, codes)  # fmt: skip
        if done:
            noting.note(writer, request, f"second_factor_{act}", "account", held.login)
    if not done:
        return _refused(request, person, key if act == "on" else "")
    site.attempts.passed(person.login, "account")
    if act == "off":
        return RedirectResponse("/account/second", status_code=303)
    return _page(request, codes=codes)


def _refused(request: Request, person: Person, key: str) -> Response:
    site = site_of(request)
    site.attempts.failed(person.login, "account")
    return _page(request, key, site.word(request, _WRONG))


def _switch_on(writer: Writer, held: Account, key: str, code: str, codes: list[str]) -> bool:
    step = second.step_of(key, code)
    if step is None:
        return False
    if second_factors.of(writer, held.id) is not None:
        raise Conflict(
            "Второй фактор уже включён. Сначала выключите его.",
            "The second factor is on already. Switch it off first.",
        )
    digests = [second.recovery_digest(one) for one in codes]
    second_factors.put(writer, held.id, key, step, digests)
    return True


def _change(writer: Writer, held: Account, act: str, code: str, codes: list[str]) -> bool:
    if not taken(writer, held.id, code):
        return False
    if act == "off":
        return second_factors.drop(writer, held.id)
    second_factors.renew(writer, held.id, [second.recovery_digest(one) for one in codes])
    return True


def taken(writer: Writer, account_id: int, typed: str) -> bool:
    """Whether a code of the hour, or a recovery code, is right; it is spent by this."""
    held = second_factors.of(writer, account_id)
    if held is None:
        return False
    step = second.step_of(held.secret, typed)
    if step is not None:
        return second_factors.spend_step(writer, account_id, step)
    return second_factors.spend_recovery(writer, account_id, second.recovery_digest(typed))
