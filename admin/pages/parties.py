"""Counterparties: the list, with search as you type."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.pages.records import BESIDE
from admin.site import site_of
from admin.words.language import N_
from store.engine import Reader
from store.views import parties, search
from store.views.paging import Order, Page, Place, Row

router = APIRouter(include_in_schema=False)


def _card(row: Row) -> str:
    return f"/parties/{row['id']}"


TABLE = Table(
    path="/parties",
    title=N_("Counterparties"),
    columns=(
        Column("name", N_("Name"), link=_card, order="name", wide=True),
        Column("inn", N_("INN"), "code", order="inn"),
        Column("ogrn", N_("OGRN"), "code", order="ogrn"),
        Column("kind", N_("Kind"), "term"),
        Column("status", N_("Status"), "state"),
        Column("legal_address", N_("Legal address"), wide=True),
        Column("records", N_("Records"), "number"),
    ),
    keeps=True,
    filters=(
        Filter("q", N_("Name, phone or e-mail"), live=True),
        Filter("inn", N_("INN begins with")),
        Filter("ogrn", N_("OGRN begins with")),
    ),
    orders=(parties.NAME, parties.INN, parties.OGRN),
    empty=Empty(
        N_("No counterparties yet"),
        N_("They appear after the first run of a source."),
        (N_("Open the sources"), "/sources"),
    ),
)


def source(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of counterparties: by search when something is searched for, else by keyset."""
    if "q" in filters:
        ids = search.party_ids(reader, filters["q"], limit)
        return Page(parties.by_ids(reader, ids, filters))
    return parties.listing(reader, filters, order, start, limit)


lists.add_twins(router, TABLE, lists.always(source))


@router.get("/parties")
def show(request: Request) -> Response:
    """The list of counterparties."""
    listing = lists.load(request, TABLE, source)
    return site_of(request).render(
        request, "list.html", {"table": TABLE, "listing": listing, "beside": BESIDE}
    )
