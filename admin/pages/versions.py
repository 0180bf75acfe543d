"""Buttons of pages about versions: try, put in force, put aside, bring back."""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.actions.versions import Versioned
from admin.guard import asking
from admin.guard.forms import form, one
from admin.site import site_of

WHY = 300  # characters of a reason


def reason(fields: dict[str, list[str]]) -> str:
    """Why a person wants it, as typed."""
    return one(fields, "why").replace("\0", "").strip()[:WHY]


async def settle(request: Request, acts: Versioned, home: str) -> Response:
    """Tries the version of the address, puts it in force or aside, and shows what came of it."""
    fields = await form(request)
    number = request.path_params["version"]
    if number >= 2**53:
        raise HTTPException(404)
    return await run_in_threadpool(_settled, request, acts, home, number, fields)


def seen(fields: dict[str, list[str]]) -> int | None:
    """The id of the time in force that was on the screen, if the form tells it."""
    text = one(fields, "seen")
    return int(text) if re.fullmatch("[0-9]{1,15}", text) else None


def _settled(
    request: Request, acts: Versioned, home: str, number: int, fields: dict[str, list[str]]
) -> Response:
    by, act = asking.login(request), one(fields, "act")
    if act == "try":
        acts.try_out(number, by)
    elif act == "activate":
        acts.activate(number, by, site_of(request).settings.sign_in, seen(fields))
        return RedirectResponse(home, 303)
    elif act == "drop":
        acts.drop(number, by)
    else:
        raise HTTPException(422)
    return RedirectResponse(f"{home}/{number}", 303)


async def back(request: Request, acts: Versioned, home: str) -> Response:
    """Brings what was before back; `seen` of the form is what was on the screen."""
    fields = await form(request)
    now = seen(fields)
    if now is not None:
        by, why = asking.login(request), reason(fields) or None
        await run_in_threadpool(acts.back, by, now, why)
    return RedirectResponse(home, 303)
