"""Calls: who rang, who answered, what was missed and not yet called back."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin.guard import masking
from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.pages.call_reports import BESIDE
from admin.site import site_of
from admin.words.language import N_
from store.engine import Reader
from store.views import calls
from store.views.paging import Order, Page, Place, Row

router = APIRouter(include_in_schema=False)


def _company(row: Row) -> str | None:
    return f"/parties/{row['company_id']}" if row["company_id"] else None


def _card(row: Row) -> str:
    return f"/calls/{row['id']}"


TABLE = Table(
    path="/calls",
    title=N_("Calls"),
    lead=N_("Every call of every switch, put together from its attempts and transfers."),
    columns=(
        Column("started_at", N_("Started"), "instant", order="newest", link=_card),
        Column("direction", N_("Direction"), "term"),
        Column("missed", N_("Missed"), "state"),
        Column("company", N_("Counterparty"), link=_company),
        Column("number", N_("Number"), "phone"),
        Column("colleague", N_("Employee")),
        Column("wait_s", N_("Waited"), "duration"),
        Column("talk_s", N_("Talked"), "duration"),
        Column("closed_after_s", N_("Called back"), "duration"),
    ),
    filters=(
        Filter(
            "missed",
            N_("Missed"),
            (
                (calls.OPEN, N_("not called back yet")),
                ("any", N_("all missed")),
                ("no_answer", N_("nobody answered")),
                ("busy", N_("busy")),
                ("abandoned_in_queue", N_("left the queue")),
                ("abandoned_in_ivr", N_("left the voice menu")),
                ("off_hours", N_("outside working hours")),
                ("cut_off", N_("connection to the switch broke")),
            ),
        ),
        Filter(
            "direction",
            N_("Direction"),
            (
                ("inbound", N_("inbound")),
                ("outbound", N_("outbound")),
                ("internal", N_("internal")),
            ),
        ),
        Filter("employee", N_("Extension")),
        Filter("phone", N_("Phone"), carried=True),
        Filter("connection", N_("Source"), carried=True),
    ),
    orders=(calls.NEWEST,),
    empty=Empty(
        N_("No calls yet"),
        N_("Connect a switch, and its calls appear here."),
        (N_("Open the sources"), "/sources"),
    ),
)


def _source(request: Request) -> lists.Load:
    """The journal as whoever asks may see it: numbers of people outside are contact data."""
    if not masking.is_masked_for(request):
        return calls.listing
    return _masked


def _masked(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    found = calls.listing(reader, filters, order, start, limit)
    hidden = [
        {**row, **{name: masking.masked("phone", row[name]) for name in ("number", "phone")}}
        for row in found.rows
    ]
    return Page(hidden, found.next, found.previous)


lists.add_twins(router, TABLE, _source)


@router.get("/calls")
def show(request: Request) -> Response:
    """The journal of calls."""
    listing = lists.load(request, TABLE, _source(request))
    context = {"table": TABLE, "listing": listing, "beside": BESIDE}
    return site_of(request).render(request, "list.html", context)
