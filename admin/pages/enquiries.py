"""The register of enquiries: what people want of us, by every way they write."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin.guard import masking
from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.pages.routing_words import TABS
from admin.site import site_of
from admin.words.language import N_
from schemas.enquiries import STATES
from store.engine import Reader
from store.views import enquiries
from store.views.paging import Order, Page, Place, Row

router = APIRouter(include_in_schema=False)
PERSONAL = {"sender_phone": "phone", "sender_email": "email"}


def _one(row: Row) -> str:
    return f"/enquiries/{row['id']}"


def _firm(row: Row) -> str | None:
    return f"/parties/{row['firm_id']}" if row["firm_id"] else None


_STATES = tuple(
    zip(STATES, (N_("new"), N_("in work"), N_("closed"), N_("spam")), strict=True)
)  # fmt: skip
_CHANNELS = (
    ("email", N_("e-mail")),
    ("telegram", N_("Telegram")),
    ("form", N_("site form")),
    ("call", N_("call")),
    ("chat", N_("chat")),
)
TABLE = Table(
    path="/enquiries",
    title=N_("Enquiries"),
    lead=N_(
        "What people want of us, by letter, chat, form or missed call: one conversation is one enquiry."
    ),
    columns=(
        Column("began_at", N_("Came"), "instant", link=_one, order="newest"),
        Column("state", N_("State"), "state"),
        Column("topic", N_("Topic"), "term", link=_one),
        Column("opening", N_("What was written"), wide=True),
        Column("who", N_("From whom"), link=_firm),
        Column("channel", N_("Channel"), "term"),
        Column("whose", N_("Responsible")),
        Column("deadline_at", N_("Due"), "due", order="urgent"),
    ),
    filters=(
        Filter("state", N_("State"), ((enquiries.STANDING, N_("not closed")), *_STATES)),
        Filter(
            "topic",
            N_("Topic"),
            (
                (enquiries.UNSURE, N_("not sure")),
                ("purchase", N_("purchase request")),
                ("claim", N_("claim")),
                ("order_question", N_("question on an order")),
                ("technical", N_("technical question")),
                ("other", N_("other")),
            ),
        ),
        Filter("channel", N_("Channel"), _CHANNELS),
        Filter("owner", N_("Responsible")),
        Filter("due", N_("Due"), ((enquiries.LATE, N_("late")),)),
        Filter("unit", N_("Unit of ours"), carried=True),
        Filter("source", N_("Source of attraction"), carried=True),
    ),
    orders=(enquiries.NEWEST, enquiries.URGENT),
    empty=Empty(
        N_("No enquiries yet"),
        N_("Connect a mailbox, a Telegram bot or a site's form, and enquiries appear here."),
        (N_("Open the sources"), "/sources"),
    ),
    keeps=False,
)


def _source(request: Request) -> lists.Load:
    """The register as whoever asks may see it: what people wrote and their numbers are contact data."""
    return _masked if masking.is_masked_for(request) else enquiries.listing


def hidden(row: Row) -> dict[str, object]:
    """An enquiry without what is personal in it."""
    masked = {name: masking.masked(kind, row[name]) for name, kind in PERSONAL.items()}
    if row.get("who") == row["sender_phone"]:
        masked["who"] = masked["sender_phone"]
    return {**row, **masked, "opening": None, "subject": None, "forwarded_by": None}


def _masked(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    found = enquiries.listing(reader, filters, order, start, limit)
    return Page([hidden(row) for row in found.rows], found.next, found.previous)


lists.add_twins(router, TABLE, _source)


@router.get("/enquiries")
def show(request: Request) -> Response:
    """The register."""
    listing = lists.load(request, TABLE, _source(request))
    return site_of(request).render(
        request, "list.html", {"table": TABLE, "listing": listing, "beside": TABS}
    )
