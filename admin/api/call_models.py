"""What the API tells of calls, and of calls in figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.calls import DialState, Direction

CALL = {
    "id": "9b1d7f30c5a24e6f8d0b3c2a1e4f5a6b", "connection": "switch", "linked": "1795161654.14",
    "direction": "inbound", "number": "84952211840", "phone": "+74952211840", "did": "74952000000",
    "employee": "102", "operator": "101", "answered": True, "missed": None, "queue": "sales",
    "started_at": "2026-11-20T09:00:00Z", "answered_at": "2026-11-20T09:00:15Z",
    "ended_at": "2026-11-20T09:02:15Z", "wait_s": 15, "queued_s": 12, "talk_s": 120, "hold_s": 20,
    "after_s": 30, "closed_by": None, "closed_after_s": None, "company": "ООО «Вектор»",
    "company_id": "00000000-0000-4000-8000-000000000001", "companies": 1, "request": None,
}  # fmt: skip
NOTE = {
    "connection": "trade", "at": "2026-11-20T09:00:20Z", "noted_by": "Петрова Анна Сергеевна",
    "subject": "Срок отгрузки", "comment": "Перезвонить после обеда", "person": "Кузнецов Пётр Ильич",
    "company": "ООО «Вектор»", "company_id": "00000000-0000-4000-8000-000000000001",
}  # fmt: skip
BEARER = {
    "company_id": "00000000-0000-4000-8000-000000000001", "company": "ООО «Вектор»", "people": ["Кузнецов Пётр Ильич"],
    "bearers": 2,
    "reasons": [
        {"code": "orders", "count": 1, "at": None},
        {"code": "last_touch", "count": None, "at": "2026-11-19T08:30:00Z"},
    ],
    "orders": [{
        "number": "УТ-000123", "ordered_at": "2026-11-18T07:00:00Z", "status": "К выполнению", "amount": "125000.50",
        "currency": "RUB", "manager": None,
    }],
    "enquiries": [{
        "id": "26d83337c15a37ad632f7cbd846892db", "channel": "email", "topic": "claim", "began_at": "2026-11-19T08:30:00Z",
        "owner": "a.petrova", "unit": None, "deadline_at": None,
    }],
}  # fmt: skip
REQUEST = {
    "id": "kanon-5d1e0f6b8a7c4d3e9f2a1b0c9d8e7f6a", "state": "ringing", "reason": None,
    "phone": "+74952211840", "extension": "102", "connection": "switch",
    "asked_at": "2026-11-20T09:00:00Z", "call_id": None,
}  # fmt: skip
OPERATOR = {
    "agent": "101", "name": "Петрова Анна Сергеевна", "answered": 2, "unanswered": 0, "talk_s": 180, "mean_talk_s": 90,
    "mean_ring_s": 5, "hold_s": 20, "after_s": 30, "duty_s": 5400, "paused_s": 600, "occupancy": 0.04375,
}  # fmt: skip
QUEUE = {
    "queue": "sales", "offered": 3, "answered": 2, "in_time": 1, "abandoned": 1,
    "service_level": 0.3333, "abandon_rate": 0.3333, "mean_wait_s": 18, "longest_s": 40,
}  # fmt: skip
MOMENT = {"hour": 9, "inbound": 2, "outbound": 1, "internal": 0, "missed": 0}
TOTAL = {
    "inbound": 6, "outbound": 1, "answered": 2, "missed": 3, "closed": 1, "off_hours": 1, "mean_wait_s": 22,
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
    request: str | None = Field(description="Request to dial that the call came of")


class CallNote(BaseModel):
    """What somebody wrote down of a call; `company` is the counterparty he chose."""

    connection: str
    at: datetime
    noted_by: str | None
    subject: str | None
    comment: str | None
    person: str | None
    company: str | None
    company_id: str | None


NOBODYS = Field(description="Enquiries of the number that are none of its companies' yet")


class Why(BaseModel):
    """Why a company stands where it does: how many of what, or when."""

    code: Literal["written", "orders", "enquiries", "talks", "last_touch"]
    count: int | None
    at: datetime | None


class OpenOrder(BaseModel):
    """An order that is neither done nor cancelled."""

    number: str | None
    ordered_at: datetime
    status: str | None
    amount: str | None
    currency: str | None
    manager: str | None


class StandingEnquiry(BaseModel):
    """An enquiry that is not over."""

    id: str
    channel: str
    topic: str | None
    began_at: datetime
    owner: str | None
    unit: str | None
    deadline_at: datetime | None


class Bearer(BaseModel):
    """A company that a number may be of; `bearers` is how many bear the number."""

    company_id: str
    company: str | None
    people: list[str]
    bearers: int
    reasons: list[Why]
    orders: list[OpenOrder]
    enquiries: list[StandingEnquiry]


class CallCard(CallRow):
    """One call with what was written down of it, and whose number it is, the likeliest company first."""

    notes: list[CallNote]
    bearers: list[Bearer]
    enquiries: list[StandingEnquiry] = NOBODYS


class Caller(BaseModel):
    """Whose number it is, the likeliest company first; none of several is proved by the number."""

    phone: str
    companies: list[Bearer]
    enquiries: list[StandingEnquiry] = NOBODYS


class Dial(BaseModel):
    """A number to dial, and for whom: an employee's login, the caller's own if left out."""

    model_config = ConfigDict(extra="forbid")

    phone: str = Field(min_length=1, max_length=40, examples=["+74952211840"])
    employee: str | None = Field(None, min_length=1, max_length=200, examples=["i.ivanova"])


class CallRequest(BaseModel):
    """A request to dial as it stands now; `call_id` is the call that came of it."""

    id: str
    state: DialState
    reason: str | None
    phone: str
    extension: str
    connection: str
    asked_at: datetime
    call_id: str | None


class Calls(BaseModel):
    """A page of calls, newest first."""

    items: list[CallRow]
    next: str | None = Field(None, description="Pass as `cursor` for the next page")


class Operator(BaseModel):
    """One operator in a period; talk contains the hold."""

    agent: str
    name: str | None
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
    off_hours: int = Field(description="Of the missed ones, those outside of working time")
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
