"""Goods that several price lists have side by side, and lots that are short lengths or old."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import noting
from admin.listing import lists
from admin.listing.sheets import sheets
from admin.listing.tables import Column, Empty, Filter, Table
from admin.site import site_of
from admin.words import goods as words
from admin.words import offers as said
from admin.words import preferences
from admin.words.language import N_
from store.engine import Reader
from store.views import goods, offers
from store.views.paging import Order, Page, Place, Row

router = APIRouter(include_in_schema=False)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Words = Callable[[Row], Mapping[str, Any]]


def _good(row: Row) -> str:
    return f"/goods/{row['good_id']}"


WHY = ((offers.SHORT, N_("short length")), (offers.OLD, N_("old")))
LOTS = Table(
    path="/goods/lots",
    title=N_("Short lengths and old lots"),
    lead=N_("Stock that sells badly, longest illiquid first, and whose it is to sell."),
    columns=(
        Column("name", N_("Good"), link=_good, wide=True),
        Column("lot", N_("Lot"), "code"),
        Column("why", N_("Why")),
        Column("length", N_("Length, m"), "number"),
        Column("measured", N_("Amount"), "number"),
        Column("unit_name", N_("Unit")),
        Column("age", N_("Age, days"), "number"),
        Column("manager", N_("Manager")),
        Column("warehouse", N_("Warehouse")),
    ),
    filters=(
        Filter("why", N_("Why"), WHY),
        Filter("manager", N_("Manager")),
        Filter("item_class", N_("Class")),
        Filter("connection", N_("Source")),
    ),
    orders=(offers.OLDEST,),
    empty=Empty(
        N_("No lot is short or old"),
        N_("Lots come with sources that tell stock by lot: Oracle EBS with stock_orgs, 1C with the register of stock. "
           "What is short and what is old is said in stock.yaml."),
        (N_("Open the sources"), "/sources"),
    ),
    keeps=True,
)  # fmt: skip
PRICES = Table(
    path="/goods/prices",
    title=N_("Prices side by side"),
    lead=N_("Goods that several price lists have, per one unit: the widest spread first."),
    columns=(
        Column("name", N_("Good"), link=_good, wide=True),
        Column("unit_name", N_("Unit")),
        Column("least", N_("Cheapest"), "money"),
        Column("where", N_("Where it is cheapest")),
        Column("others", N_("Other price lists"), "list"),
        Column("spread", N_("Spread in percent"), "number"),
    ),
    filters=(
        Filter("item_class", N_("Class")),
        Filter("cheapest_connection", N_("Where it is cheapest")),
    ),
    orders=(offers.BY_SPREAD,),
    empty=Empty(
        N_("No good has prices in two price lists"),
        N_("Prices come with CommerceML packets, Oracle EBS with price_lists, and 1C with the register of prices. "
           "They are compared per tonne where the mass is known, else per metre or piece."),
        (N_("Open the sources"), "/sources"),
    ),
    keeps=True,
)  # fmt: skip


def _lots(request: Request) -> lists.Load:
    site, view = site_of(request), preferences.of(request)
    gettext, grammar = site.words[view.language].gettext, site.settings.grammar

    def told(
        reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
    ) -> Page:
        now = datetime.now(UTC)
        found = offers.illiquid(reader, filters, order, start, limit, now)
        why = {True: gettext(WHY[0][1]), False: gettext(WHY[1][1])}
        rows = [
            {
                **row, "why": why[row["short"]], "age": said.age_days(row["received_on"], now),
                "unit_name": words.unit(view.language, row["measure"]),
                "class_name": words.class_title(view.language, grammar(), row["item_class"]),
            }
            for row in found.rows
        ]  # fmt: skip
        return Page(rows, found.next, found.previous)

    return told


def _prices(request: Request) -> lists.Load:
    site, view = site_of(request), preferences.of(request)
    fmt, titles = site.formats(view), site.settings

    def told(
        reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
    ) -> Page:
        found = offers.comparisons(reader, filters, order, start, limit)
        every = offers.prices_of(reader, [row["good_id"] for row in found.rows], datetime.now(UTC))
        sides = said.side_by_side(found.rows, every.to_dicts())

        def listed(one: Row) -> str:
            source = titles.source(one["connection"]).title or one["connection"]
            return " · ".join(filter(None, (source, one["kind"])))

        rows = [
            {
                **row, "unit_name": f"{said.sign(row['currency'])}/{words.unit(view.language, row['per'])}",
                "least": round(row["cheapest"], 2), "where": listed(sides[row["id"]][0]),
                "others": [f"{listed(one)}: {fmt.kopecks(one['per_amount'])}" for one in sides[row["id"]][1:]],
            }
            for row in found.rows
            if row["id"] in sides
        ]  # fmt: skip
        return Page(rows, found.next, found.previous)

    return told


lists.add_twins(router, LOTS, _lots)
lists.add_twins(router, PRICES, _prices)


@router.get("/goods/lots")
def lots(request: Request) -> Response:
    """Lots that are a short length or old, and the share of them each manager has."""
    site = site_of(request)
    with site.store.read() as reader:
        shares = offers.shares(reader, datetime.now(UTC)).to_dicts()
    managers = sorted({one["manager"] for one in shares if one["manager"]})
    chosen = {"manager": tuple((one, one) for one in managers)}
    table = _with_choices(request, LOTS, chosen)
    context = {
        "table": table, "listing": lists.load(request, table, _lots(request)), "shares": shares,
        "rules": site.settings.stock, "unit": words.unit, "titles": _titles(request),
    }  # fmt: skip
    return site.render(request, "goods_lots.html", context)


def _titles(request: Request) -> dict[str, str | None]:
    """The classes that have a threshold of their own, in the reader's language."""
    site, language = site_of(request), preferences.of(request).language
    known = site.settings.stock.short_lengths
    return {name: words.class_title(language, site.settings.grammar(), name) for name in known}


@router.get("/goods/lots/managers.xlsx")
def managers(request: Request) -> Response:
    """The shares of managers as a workbook."""
    site, view = site_of(request), preferences.of(request)
    name = "lots-managers.xlsx"
    noting.later(request, "export", "list", name)
    with site.store.read() as reader:
        shares = offers.shares(reader, datetime.now(UTC)).to_dicts()
    rows = [{**one, "unit_name": words.unit(view.language, one["measure"])} for one in shares]
    gettext = site.words[view.language].gettext
    made = sheets([(gettext(N_("Managers")), SHARES, rows)], gettext, site.formats(view).zone)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type=_XLSX, headers=headers)


SHARES = {
    "manager": N_("Manager"), "unit_name": N_("Unit"), "lots": N_("Lots"), "total": N_("In all"),
    "short": N_("Short lengths"), "old": N_("Old"), "illiquid": N_("Illiquid"),
    "share": N_("Illiquid share"),
}  # fmt: skip


@router.get("/goods/prices")
def prices(request: Request) -> Response:
    """Goods that several price lists have, the widest spread first."""
    table = _with_choices(request, PRICES, {})
    context = {"table": table, "listing": lists.load(request, table, _prices(request))}
    return site_of(request).render(request, "goods_prices.html", context)


def _with_choices(
    request: Request, table: Table, chosen: Mapping[str, Sequence[tuple[str, str]]]
) -> Table:
    """The list with what there is to choose from today."""
    site, language = site_of(request), preferences.of(request).language
    with site.store.read() as reader:
        classes = goods.groups(reader, "class")
    grammar = site.settings.grammar()
    titled = [
        (one["value"], words.class_title(language, grammar, one["value"]) or "") for one in classes
    ]
    sources = tuple((one.name, one.title or one.name) for one in site.settings.sources)
    shown: dict[str, Sequence[tuple[str, str]]] = {
        "item_class": sorted(titled, key=lambda pair: pair[1]), "connection": sources,
        "cheapest_connection": sources, **chosen,
    }  # fmt: skip
    filters = tuple(
        replace(one, choices=tuple(shown[one.name]), told=True) if shown.get(one.name) else one
        for one in table.filters
    )
    return replace(table, filters=filters)
