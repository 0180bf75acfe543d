"""Who I am here: name, role, and a new password."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking, passwords
from admin.guard.forms import form, one
from admin.site import site_of
from admin.words.language import N_
from schemas.accounts import MOST_PASSWORD, Person, refuse_weak
from schemas.errors import ConfigError
from store import accounts

router = APIRouter(include_in_schema=False)
_WRONG = N_("The old password is wrong.")


@router.get("/account")
def show(request: Request) -> Response:
    """The page."""
    return _page(request)


def _page(request: Request, error: str = "") -> Response:
    return site_of(request).render(request, "account.html", {"error": error}, 422 if error else 200)


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
