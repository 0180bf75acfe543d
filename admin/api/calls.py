"""`/v1/calls` and `/v1/call-reports`: the journal of calls and its figures, as the pages tell them."""

from __future__ import annotations

from datetime import date
from secrets import token_hex
from typing import Annotated

from fastapi import Header, Query
from starlette.requests import Request

from admin import noting
from admin.api.answers import answers
from admin.api.call_models import (
    BEARER,
    CALL,
    MOMENT,
    NOTE,
    OPERATOR,
    QUEUE,
    REQUEST,
    TOTAL,
    CallCard,
    Caller,
    CallNote,
    CallReport,
    CallRequest,
    CallRow,
    Calls,
    Dial,
    Hour,
    Operator,
    Queue,
    Total,
)
from admin.api.cursors import Cursor, started
from admin.api.route import api_router
from admin.guard import asking, masking
from admin.pages.call_reports import period_of, told
from admin.site import site_of
from admin.trouble import Trouble
from flows.calls.routing import phone_of
from schemas.errors import ConfigError, Conflict
from schemas.years import refuse_odd_year
from store.clock import utc_now
from store.views import call_notes, calls
from store.views.attached import attached, of_number

router = api_router()
Text = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Most rows to answer")]
RequestKey = Annotated[
    str | None, Header(description="The same key again dials nothing new", max_length=200)
]
Day = Annotated[date | None, Query(examples=["2026-11-20"])]
_REPORT = {
    "first": "2026-11-20", "last": "2026-11-20", "total": TOTAL, "operators": [OPERATOR],
    "queues": [QUEUE], "hours": [MOMENT],
}  # fmt: skip


@router.get(
    "/v1/calls", summary="List calls", responses=answers(example={"items": [CALL], "next": None})
)
def call_list(
    request: Request,
    direction: Text = None,
    missed: Annotated[
        str | None, Query(description="A reason, `any`, or `open`: not called back", max_length=40)
    ] = None,
    employee: Text = None,
    phone: Text = None,
    connection: Text = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Calls:
    """Calls, newest first, each with the company its number belongs to."""
    asked = {
        "direction": direction, "missed": missed, "employee": employee, "phone": phone,
        "connection": connection,
    }  # fmt: skip
    start = started(cursor, calls.NEWEST)
    filters = {name: value for name, value in asked.items() if value}
    with site_of(request).store.read() as reader:
        page = calls.listing(reader, filters, calls.NEWEST, start, limit)
    rows = [dict(row) for row in page.rows]
    if masking.is_masked_for(request):
        for row in rows:
            row |= {name: masking.masked("phone", row[name]) for name in ("number", "phone")}
    items = [CallRow.model_validate({n: row[n] for n in CallRow.model_fields}) for row in rows]
    return Calls(items=items, next=page.next)


@router.post(
    "/v1/calls",
    summary="Dial a number",
    status_code=201,
    responses=answers(409, 413, 415, example=REQUEST, good=201),
)
def call(request: Request, wanted: Dial, idempotency_key: RequestKey = None) -> CallRequest:
    """The employee's phone rings first, then the number; the same `Idempotency-Key` dials once.

    Where the answer of the switch was lost the state is `unknown`: nothing is sent again by itself.
    """
    by = asking.login(request)
    dial = site_of(request).actions.telephoning.dial
    try:
        asked = dial(wanted.phone, wanted.employee or by, by, idempotency_key or token_hex(16))
    except Conflict:
        raise Trouble(422, "request_key_used", "Idempotency-Key") from None
    except ConfigError as error:
        raise Trouble(422, "call_refused", ru=error.ru, en=error.en) from None
    noting.later(request, "dial", "call_request", asked)
    return _request(request, asked)


@router.get(
    "/v1/calls/requests/{request_id}",
    summary="What became of a request to dial",
    responses=answers(404, example=REQUEST),
)
def call_request(request: Request, request_id: str) -> CallRequest:
    """A request to dial as it stands now: when its call is in the journal, what that call came to."""
    return _request(request, request_id)


def _request(request: Request, request_id: str) -> CallRequest:
    row = site_of(request).actions.telephoning.request(request_id)
    if row is None:
        raise Trouble(404, "call_request_unknown", "request_id")
    hidden = masking.is_masked_for(request)
    phone = masking.masked("phone", row["phone"]) if hidden else row["phone"]
    own = ("id", "state", "reason", "extension", "connection", "asked_at")
    held = row["call"]["id"] if row["call"] else None
    return CallRequest(phone=phone or "", call_id=held, **{name: row[name] for name in own})


@router.get(
    "/v1/calls/{call_id}",
    summary="Read a call",
    responses=answers(404, example={**CALL, "notes": [NOTE], "bearers": [BEARER], "enquiries": []}),
)
def call_card(request: Request, call_id: str) -> CallCard:
    """One call with what people wrote down of it, and the companies of its number with what of theirs is open."""
    with site_of(request).store.read() as reader:
        row = calls.card(reader, call_id)
        notes = call_notes.of_call(reader, row) if row else []
        bearers = attached(reader, row["phone"], utc_now()) if row else []
        asked = of_number(reader, row["phone"], bearers) if row else []
    if row is None:
        raise Trouble(404, "call_unknown", "call_id")
    if masking.is_masked_for(request):
        row |= {name: masking.masked("phone", row[name]) for name in ("number", "phone")}
        notes = [call_notes.impersonal(note) for note in notes]
    return CallCard.model_validate(
        {
            **{name: row[name] for name in CallRow.model_fields},
            "notes": [{name: note[name] for name in CallNote.model_fields} for note in notes],
            "bearers": bearers,
            "enquiries": asked,
        }
    )


@router.get(
    "/v1/callers",
    summary="Whose number it is",
    responses=answers(example={"phone": "+74952211840", "companies": [BEARER], "enquiries": []}),
)
def caller(
    request: Request,
    phone: Annotated[str, Query(min_length=1, max_length=40, examples=["+74952211840"])],
) -> Caller:
    """The companies that bear a number, at most 5, each with its reasons, open orders and enquiries.

    A shared number is nobody's identity: the order only says who is likeliest.
    """
    known = phone_of(phone)
    with site_of(request).store.read() as reader:
        found = attached(reader, known, utc_now())
        asked = of_number(reader, known, found)
    return Caller.model_validate({"phone": known, "companies": found, "enquiries": asked})


@router.get("/v1/call-reports", summary="Calls in figures", responses=answers(example=_REPORT))
def call_report(
    request: Request,
    first: Annotated[Day, Query(alias="from")] = None,
    last: Annotated[Day, Query(alias="to")] = None,
) -> CallReport:
    """Whole days of the reader's zone, both included; a week up to today if none are named."""
    site = site_of(request)
    given = {name: str(day) for name, day in (("from", first), ("to", last)) if day}
    for day in filter(None, (first, last)):
        refuse_odd_year(day)
    period = period_of(request, given)
    found = told(site, period)
    return CallReport(
        first=period.first,
        last=period.last,
        total=Total.model_validate(found.total),
        operators=[Operator.model_validate(row) for row in found.operators.to_dicts()],
        queues=[Queue.model_validate(row) for row in found.queues.to_dicts()],
        hours=[Hour.model_validate(row) for row in found.hours.to_dicts()],
    )
