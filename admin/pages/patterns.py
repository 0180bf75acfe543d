"""Every component on one page: what the look and the accessibility tests walk."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.site import site_of
from admin.words.language import N_
from store.views.balance import Balance, Part
from store.views.paging import Page
from store.views.runs import NEWEST

router = APIRouter(include_in_schema=False)
_WHEN = datetime(2026, 11, 21, 11, 5, tzinfo=UTC)
_TABLE = Table(
    path="/-/patterns",
    title=N_("Table"),
    columns=(
        Column("id", N_("Run"), "code", link=lambda row: f"#row-{row['id']}", order="newest"),
        Column("state", N_("State"), "state"),
        Column("name", N_("Name"), wide=True),
        Column("at", N_("When"), "instant"),
        Column("seconds", N_("Duration"), "duration"),
        Column("rows", N_("Records"), "number"),
    ),
    filters=(
        Filter("q", N_("Name"), live=True),
        Filter("state", N_("State"), (("open", N_("open")),)),
    ),
    orders=(NEWEST,),
    empty=Empty(N_("Nothing has run yet"), N_("Start a source to see its runs here.")),
)
_STATES = ("succeeded", "running", "cancelled", "failed", "discarded")
_NAMES = (
    "ООО «Торговый дом „Уральские насосы“»",
    "АО «Кабель-Сервис»",
    "ИП Ёлкина Мария Сергеевна",
    "Федеральное государственное бюджетное учреждение науки «Институт проблем прочности материалов»",
    None,
)


@router.get("/-/patterns")
def show(request: Request) -> Response:
    """The page."""
    rows = [
        {"id": i, "state": state, "name": name, "at": _WHEN, "seconds": 7.0 * 9**i, "rows": 12**i}
        for i, (state, name) in enumerate(zip(_STATES, _NAMES, strict=True))
    ]
    context = {
        "table": _TABLE,
        "full": lists.Listing(Page(rows, "x", "y"), NEWEST, {}, _TABLE.path, 12_345),
        "balance": Balance(
            "extract",
            "received",
            12_000,
            (Part("landed", 11_000), Part("unchanged", 999), Part("quarantined", 1)),
        ),
        "broken": Balance("map", "landed", 500, (Part("canonical", 490), Part("quarantined", 7))),
    }
    return site_of(request).render(request, "patterns.html", context)
