"""What the API tells of calls, and of calls in figures."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from schemas.calls import Direction

CALL = {
    "id": "9b1d7f30c5a24e6f8d0b3c2a1e4f5a6b", "connection": "switch", "linked": "1795161654.14",
    "direction": "inbound", "number": "84952211840", "phone": "+74952211840", "did": "74952000000",
    "employee": "102", "operator": "101", "answered": True, "missed": None, "queue": "sales",
    "started_at": "2026-11-20T09:00:00Z", "answered_at": "2026-11-20T09:00:15Z",
    "ended_at": "2026-11-20T09:02:15Z", "wait_s": 15, "queued_s": 12, "talk_s": 120, "hold_s": 20,
    "after_s": 30, "closed_by": None, "closed_after_s": None, "company": "ООО «Вектор»",
    "company_id": "00000000-0000-4000-8000-000000000001", "companies": 1,
}  # fmt: skip
OPERATOR = {
    "agent": "101", "answered": 2, "unanswered": 0, "talk_s": 180, "mean_talk_s": 90,
    "mean_ring_s": 5, "hold_s": 20, "after_s": 30, "duty_s": 5400, "paused_s": 600, "occupancy": 0.04375,
}  # fmt: skip
QUEUE = {
    "queue": "sales", "offered": 3, "answered": 2, "in_time": 1, "abandoned": 1,
    "service_level": 0.3333, "abandon_rate": 0.3333, "mean_wait_s": 18, "longest_s": 40,
}  # fmt: skip
MOMENT = {"hour": 9, "inbound": 2, "outbound": 1, "internal": 0, "missed": 0}
TOTAL = {
    "inbound": 6, "outbound": 1, "answered": 2, "missed": 3, "closed": 1, "mean_wait_s": 22,
    "mean_talk_s": 90, "mean_closed_s": 600, "service_level": 0.3333, "abandon_rate": 0.3333,
}  # fmt: skip


class CallRow(BaseModel):
    """One call; lengths are seconds. `company` is named when the number belongs to one alone."""

    id: str
    connection: str
    linked: str
    direction: Direction
    number: str | None
    phone: str | None
    did: str | None
    employee: str | None
    operator: str | None
    answered: bool
    missed: str | None
    queue: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    wait_s: int
    queued_s: int | None
    talk_s: int
    hold_s: int | None
    after_s: int | None
    closed_by: str | None
    closed_after_s: int | None
    company: str | None
    company_id: str | None
    companies: int


class Calls(BaseModel):
    """A page of calls, newest first."""

    items: list[CallRow]
    next: str | None = Field(None, description="Pass as `cursor` for the next page")


class Operator(BaseModel):
    """One operator in a period; talk contains the hold."""

    agent: str
    answered: int
    unanswered: int
    talk_s: int
    mean_talk_s: int | None
    mean_ring_s: int | None
    hold_s: int
    after_s: int
    duty_s: int | None
    paused_s: int | None
    occupancy: float | None


class Queue(BaseModel):
    """One queue in a period."""

    queue: str | None
    offered: int
    answered: int
    in_time: int
    abandoned: int
    service_level: float
    abandon_rate: float
    mean_wait_s: int | None
    longest_s: int


class Hour(BaseModel):
    """One hour of the day, over all days of the period."""

    hour: int
    inbound: int
    outbound: int
    internal: int
    missed: int


class Total(BaseModel):
    """The whole period."""

    inbound: int
    outbound: int
    answered: int
    missed: int
    closed: int
    mean_wait_s: int | None
    mean_talk_s: int | None
    mean_closed_s: int | None
    service_level: float | None
    abandon_rate: float | None


class CallReport(BaseModel):
    """Calls in figures."""

    first: date
    last: date
    total: Total
    operators: list[Operator]
    queues: list[Queue]
    hours: list[Hour]
