"""Alerts: what people were told of, and a test of the ways they are told."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from admin.guard.forms import form
from admin.site import site_of
from admin.words import preferences
from store import alerts

router = APIRouter(include_in_schema=False)


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


def _page(request: Request, sent: list[tuple[str, str]]) -> Response:
    site = site_of(request)
    with site.store.read() as reader:
        found = alerts.every(reader)
    return site.render(request, "alerts.html", {"alerts": found, "sent": sent})
