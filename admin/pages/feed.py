"""The change feed as people see it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.site import site_of
from admin.words.language import N_
from store.views import feed
from store.views.paging import Row

router = APIRouter(include_in_schema=False)


def _target(row: Row) -> str:
    if row["entity"] == "legal_entity":
        return f"/parties/{row['golden_id']}"
    return f"/feed?golden_id={row['golden_id']}"


def _party(row: Row) -> str | None:
    return f"/parties/{row['party_id']}" if row["party_id"] else None


TABLE = Table(
    path="/feed",
    title=N_("Change feed"),
    lead=N_("What subscribers are told, in commit order and without gaps. Read it at /v1/changes."),
    columns=(
        Column("pos", N_("Position"), "number", order="newest"),
        Column("op", N_("Event"), "state"),
        Column("entity", N_("Entity"), "term"),
        Column("golden_id", N_("Golden record"), "code", link=_target),
        Column("name", N_("Counterparty"), link=_party, wide=True),
        Column("version", N_("Version"), "number"),
        Column("at", N_("When"), "instant"),
    ),
    filters=(
        Filter("golden_id", N_("Golden record")),
        Filter("after", N_("After position"), carried=True),
        Filter("run", N_("Run"), carried=True),
    ),
    orders=(feed.NEWEST, feed.OLDEST),
    empty=Empty(
        N_("The feed is empty"),
        N_("The first event appears after the first run that publishes."),
        (N_("Open the runs"), "/runs"),
    ),
)
lists.add_twins(router, TABLE, lists.always(feed.listing))


@router.get("/feed")
def show(request: Request) -> Response:
    """The newest changes first."""
    listing = lists.load(request, TABLE, feed.listing)
    return site_of(request).render(request, "list.html", {"table": TABLE, "listing": listing})
