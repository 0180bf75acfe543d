"""`/v1/overview`: two weeks by day, how old waiting pairs are, and how far subscribers were told."""

from __future__ import annotations

import dataclasses
import datetime as dt

from pydantic import BaseModel, Field
from starlette.requests import Request

from admin.api.answers import answers
from admin.api.route import api_router
from admin.site import site_of
from admin.trouble import Trouble

router = api_router()
# The first count over a large base takes some seconds.
_PATIENCE_SECONDS = 20.0
EXAMPLE = {
    "at": "2026-11-23T09:00:00Z",
    "days": [
        {"day": "2026-11-23", "received": 18240, "quarantined": 12, "merged": 41, "answered": 96, "waiting": 311}
    ],
    "ages": {"day": 96, "three_days": 140, "week": 60, "older": 15},
    "today": 96,
    "delivered": 0.998,
    "subscribers": [
        {"name": "crm", "kind": "consumer", "state": "active", "behind": 14, "waits_since": "2026-11-23T08:58:12Z",
         "share": 0.998, "attempts": 0, "error": None, "error_status": None}
    ],
}  # fmt: skip


class Day(BaseModel):
    """A day by UTC."""

    day: dt.date
    received: int = Field(description="Rows read from sources")
    quarantined: int = Field(description="Rows refused")
    merged: int = Field(description="Companies that went into another")
    answered: int = Field(description="Acts of people about pairs")
    waiting: int | None = Field(description="Pairs that waited; null where it was not noted")


class Subscriber(BaseModel):
    """How far one was told of changes."""

    name: str
    kind: str = Field(description="webhook or consumer")
    state: str
    behind: int = Field(description="Changes it has not got or confirmed")
    waits_since: dt.datetime | None = Field(description="When the oldest of them came")
    share: float = Field(description="What it has of the changes of 7 days")
    attempts: int
    error: str | None = Field(description="Code of the last delivery that failed")
    error_status: int | None


class Overview(BaseModel):
    """The figures of the first page."""

    at: dt.datetime = Field(description="When it was counted")
    days: list[Day]
    ages: dict[str, int] = Field(description="Waiting pairs by age: day, three_days, week, older")
    today: int = Field(description="Acts of people about pairs today")
    delivered: float | None = Field(description="The mean share of subscribers; null without any")
    subscribers: list[Subscriber]


@router.get("/v1/overview", summary="Trends and delivery", responses=answers(example=EXAMPLE))
def overview(request: Request) -> Overview:
    """Counted at most every 15 seconds; `at` says when."""
    found = site_of(request).trending.latest(_PATIENCE_SECONDS)
    if found is None:
        raise Trouble(503, "busy")
    return Overview(
        at=found.at,
        days=[Day(**dataclasses.asdict(one)) for one in found.days],
        ages=dict(found.ages),
        today=sum(found.today.values()),
        delivered=found.delivered,
        subscribers=[Subscriber(**dataclasses.asdict(one)) for one in found.followers],
    )
