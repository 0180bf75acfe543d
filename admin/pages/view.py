"""Language, theme, density, keys and time zone: kept in a cookie, and with the account of who has one."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking, security
from admin.guard.forms import form, one
from admin.site import remember, site_of
from admin.words import preferences
from store import account_views

router = APIRouter(include_in_schema=False)


@router.post("/preferences")
async def choose(request: Request) -> Response:
    """Keeps what was chosen and goes back to where the reader was."""
    fields = await form(request)
    chosen = preferences.of(request)
    for name in preferences.CHOICES:
        chosen = chosen.with_choice(name, one(fields, name))
    response = RedirectResponse(security.local_path(one(fields, "next")), status_code=303)
    remember(response, request, chosen)
    await run_in_threadpool(_keep, request, chosen.dumps())
    return response


def _keep(request: Request, told: str) -> None:
    person = asking.person(request)
    if person is not None and person.account is not None:
        number = person.account
        site_of(request).later(lambda writer: account_views.keep(writer, number, told))
