"""Where other systems send to by themselves: Telegram's webhook."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from admin.site import site_of
from schemas.errors import ConfigError, ContractBroken

router = APIRouter(include_in_schema=False)
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the name of a header


@router.post("/telegram/{connection}")
async def take(request: Request, connection: str) -> Response:
    """Takes an update in; anything but 2xx makes Telegram send it again."""
    told = _told(await request.body())
    secret = request.headers.get(_SECRET, "")
    received = site_of(request).actions.enquiring.received
    try:
        await run_in_threadpool(received, connection, told, secret)
    except ConfigError:
        # Who guesses names of connections learns nothing.
        return Response(status_code=404)
    except ContractBroken:
        return Response(status_code=400)
    return Response(status_code=200)


def _told(body: bytes) -> dict[str, object]:
    """The object that was sent, empty for anything else; the secret is asked for either way."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
