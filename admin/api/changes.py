"""`/v1/changes`: the change feed, polled or waited for."""

from __future__ import annotations

import time
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from admin.api.answers import answers
from admin.api.models import ID, Change, Changes
from admin.site import site_of
from store.views import feed

router = APIRouter()
POLL_SECONDS = 0.5
LAST = 2**63 - 1
_EXAMPLE = {
    "items": [
        {
            "pos": 41,
            "entity": "legal_entity",
            "golden_id": ID,
            "party_id": ID,
            "op": "changed",
            "version": 3,
            "survivor_id": None,
            "at": "2026-11-21T11:05:00Z",
        },
        {
            "pos": 42,
            "entity": "contact_point",
            "golden_id": "0d4b8a52-6f0e-5a39-8c57-1f6f5f7b2c90",
            "party_id": ID,
            "op": "created",
            "version": 1,
            "survivor_id": None,
            "at": "2026-11-21T11:05:00Z",
        },
    ],
    "next": 42,
}


@router.get(
    "/v1/changes",
    summary="Read the change feed",
    responses=answers(example=_EXAMPLE),
)
async def changes(
    request: Request,
    after: Annotated[
        int, Query(ge=0, le=LAST, description="The position read last; 0 from the beginning")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Most events to answer")] = 1000,
    wait: Annotated[
        float, Query(ge=0, le=30, description="Seconds to wait while there is nothing new")
    ] = 0,
) -> Changes:
    """Events in commit order, without gaps. Keep `next` and pass it as `after`.

    `party_id` is the company to read again, also when only a phone of one of its contacts changed.

    With `wait` the answer comes as soon as there is an event, or empty when the time is over.
    """
    until = time.monotonic() + wait
    while True:
        rows = await run_in_threadpool(_read, request, after, limit)
        left = until - time.monotonic()
        if rows or left <= 0 or await request.is_disconnected():
            break
        await anyio.sleep(min(POLL_SECONDS, left))
    items = [
        Change.model_validate({name: row[name] for name in Change.model_fields}) for row in rows
    ]
    return Changes(items=items, next=items[-1].pos if items else after)


def _read(request: Request, after: int, limit: int) -> list[dict[str, Any]]:
    with site_of(request).store.read() as reader:
        return feed.changes(reader, after, limit)
