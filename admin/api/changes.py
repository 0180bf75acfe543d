"""`/v1/changes`: the change feed, polled or waited for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from admin import turns
from admin.api.answers import answers
from admin.api.models import ID, Change, Changes
from admin.api.route import api_router
from admin.site import site_of
from store.views import feed

router = api_router()
LAST = 2**63 - 1
EXAMPLE = {
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
    responses=answers(example=EXAMPLE),
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
    return await page(request, after, limit, wait)


async def page(request: Request, after: int, limit: int, wait: float) -> Changes:
    """The events after a position, waited for if there are none yet."""
    rows = await run_in_threadpool(_read, request, after, limit)
    if not rows and wait > 0:
        turns.leave(request)
        await site_of(request).bell.wait(after, wait)
        rows = await run_in_threadpool(_read, request, after, limit)
    items = [
        Change.model_validate({name: row[name] for name in Change.model_fields}) for row in rows
    ]
    return Changes(items=items, next=items[-1].pos if items else after)


def _read(request: Request, after: int, limit: int) -> list[dict[str, Any]]:
    with site_of(request).store.read() as reader:
        return feed.changes(reader, after, limit)
