"""Alerts: what people were told of, who has taken note of it, and a test of the ways they are told."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking
from admin.guard.forms import form, one
from admin.site import site_of
from admin.words import preferences
from admin.words.language import N_
from store import acknowledged, alerts
from store.clock import utc_now

router = APIRouter(include_in_schema=False)
DAYS = (("1", N_("for a day")), ("7", N_("for a week")), ("30", N_("for a month")))
_LONGEST = 300


@router.get("/alerts")
def show(request: Request) -> Response:
    """What there is now, and what is over but nobody was told yet."""
    return _page(request, [])


@router.post("/alerts/test")
async def test(request: Request) -> Response:
    """Sends a test message by every way that is set up, and says of each whether it went."""
    await form(request)
    sent = await run_in_threadpool(site_of(request).actions.test_alerts)
    language = preferences.of(request).language
    told = [(name, error.for_user(language) if error else "") for name, error in sent]
    return await run_in_threadpool(_page, request, told)


@router.post("/alerts/acknowledge")
async def acknowledge(request: Request) -> Response:
    """Takes note of an alert, puts it off for some days, or takes that back."""
    fields = await form(request)
    return await run_in_threadpool(_noted, request, fields)


def _noted(request: Request, fields: dict[str, list[str]]) -> Response:
    place = (one(fields, "rule"), one(fields, "subject"))
    why = one(fields, "why").replace("\0", "").strip()[:_LONGEST] or None
    days = one(fields, "days")
    if days not in ("", *(name for name, _ in DAYS)):
        raise HTTPException(422)
    until = utc_now() + timedelta(days=int(days)) if days else None
    who = asking.login(request)
    with site_of(request).store.write() as writer:
        if one(fields, "do") == "reopen":
            acknowledged.reopen(writer, place, who)
        else:
            acknowledged.acknowledge(writer, place, who, why, until)
    return RedirectResponse("/alerts", status_code=303)


def _page(request: Request, sent: list[tuple[str, str]]) -> Response:
    site = site_of(request)
    with site.store.read() as reader:
        found = alerts.every(reader)
        noted = acknowledged.of_notices(reader, found)
    context = {"alerts": found, "noted": noted, "sent": sent, "days": DAYS}
    return site.render(request, "alerts.html", context)
