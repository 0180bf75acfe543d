"""One click, one call: the button's form, and the page that tells what has become of it."""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking, masking
from admin.guard.forms import form, one
from admin.site import site_of
from schemas.errors import ConfigError, Conflict

router = APIRouter(include_in_schema=False)
_LONGEST = 100


@router.post("/calls/dial")
async def dial(request: Request) -> Response:
    """Asks the switch to ring the reader's phone and then the number; the same form sent twice is one call."""
    fields = await form(request)
    return await run_in_threadpool(_dialled, request, fields)


def _dialled(request: Request, fields: dict[str, list[str]]) -> Response:
    number, key = (one(fields, name).replace("\0", "")[:_LONGEST] for name in ("number", "key"))
    site, by = site_of(request), asking.login(request)
    try:
        asked = site.actions.telephoning.dial(number, by, by, key or secrets.token_hex(8))
    except (ConfigError, Conflict) as error:
        told = {"error": error.for_user(site.language(request)), "asked": None, "shown": ""}
        return site.render(request, "call_request.html", told, 422)
    noting.later(request, "dial", "call_request", asked)
    return RedirectResponse(f"/calls/requests/{asked}", 303)


@router.get("/calls/requests/{request_id}")
def show(request: Request, request_id: str) -> Response:
    """What has become of a request; of somebody else's one's own share of the company tells nothing."""
    site = site_of(request)
    found = site.actions.telephoning.request(request_id)
    person = asking.person(request)
    alien = person is not None and person.scope is not None
    if found is None or (alien and found["author"] != asking.login(request)):
        raise HTTPException(404)
    hidden = masking.is_masked_for(request)
    shown = masking.masked("phone", found["phone"]) if hidden else found["phone"]
    told = {"asked": found, "shown": shown, "error": ""}
    return site.render(request, "call_request.html", told)
