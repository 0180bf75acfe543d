"""The catalogue of goods, and what of their names is to be taught to the grammar next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.site import site_of
from admin.words import goods as words
from admin.words import preferences
from admin.words.language import N_
from flows.catalogue.doubt import LACKS, LEFT, WORD
from store.engine import Reader
from store.views import goods
from store.views.paging import Order, Page, Place, Row

router = APIRouter(include_in_schema=False)


def _one(row: Row) -> str:
    return f"/goods/{row['id']}"


STATUSES = (
    (goods.DOUBTFUL, N_("doubtful")),
    ("complete", N_("read wholly")),
    ("partial", N_("read partly")),
    ("unparsed", N_("not read")),
)
# The word of a remainder that is taught first: one with a number where a number was left over.
_OVER = {LEFT: re.compile(r"\S*[0-9]\S*"), LACKS: re.compile(r"\w\S+"), WORD: re.compile(r"\w\S+")}
TABLE = Table(
    path="/goods",
    title=N_("Goods"),
    lead=N_("One product is one good, whatever sources call it. Two sizes are two goods."),
    columns=(
        Column("name", N_("Name"), link=_one, order="name", wide=True),
        Column("class_name", N_("Class")),
        Column("status", N_("Reading"), "state"),
        Column("article", N_("Article"), "code"),
        Column("code", N_("Code"), "code"),
        Column("sources", N_("Sources"), "list"),
        Column("records", N_("Records"), "number"),
    ),
    filters=(
        Filter("q", N_("Name, article, our code or a customer's"), live=True),
        Filter("item_class", N_("Class")),
        Filter("status", N_("Reading"), STATUSES),
        Filter("source", N_("Source")),
        Filter("customer_code", N_("Customer's code")),
        Filter("doubt", N_("Not understood"), carried=True),
    ),
    orders=(goods.BY_NAME,),
    empty=Empty(
        N_("No goods yet"),
        N_("They come with sources that have items."),
        (N_("Open the sources"), "/sources"),
    ),
    keeps=True,
)


def _source(request: Request) -> lists.Load:
    """The goods with the names of their classes in the reader's language."""
    language, grammar = preferences.of(request).language, site_of(request).settings.grammar

    def told(
        reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
    ) -> Page:
        found = goods.listing(reader, filters, order, start, limit)
        rows = [
            {**row, "class_name": words.class_title(language, grammar(), row["item_class"])}
            for row in found.rows
        ]
        return Page(rows, found.next, found.previous)

    return told


lists.add_twins(router, TABLE, _source)


@router.get("/goods")
def show(request: Request) -> Response:
    """The catalogue; the doubtful ones by what they have in common."""
    site = site_of(request)
    with site.store.read() as reader:
        classes = goods.groups(reader, "class")
        doubts = goods.groups(reader, "doubt")
    table = _table(request, classes, doubts)
    listing = lists.load(request, table, _source(request))
    shown, rests = _lit(request, listing)
    queue = listing.chosen.get("status") == goods.DOUBTFUL and "doubt" not in listing.chosen
    context = {
        "table": _told_apart(table) if rests else table, "listing": shown, "lit": bool(rests), "alike": _alike(request, doubts) if queue else (),
        "doubtful": sum(one["goods"] for one in doubts), "teach": _teach(listing.chosen.get("doubt"), list(rests.values())),
    }  # fmt: skip
    return site.render(request, "goods.html", context)


def _lit(request: Request, listing: lists.Listing) -> tuple[lists.Listing, dict[str, str]]:
    """The queue with its names in pieces, and by good what was not understood; other lists as they are."""
    rows = listing.page.rows
    doubted = listing.chosen.get("status") == goods.DOUBTFUL or "doubt" in listing.chosen
    if not doubted or not rows:
        return listing, {}
    with site_of(request).store.read() as reader:
        rests = goods.rests(reader, [row["id"] for row in rows])
    told = [{**row, "lit": words.lit(row["name"], rests.get(row["id"], ""))} for row in rows]
    return replace(listing, page=replace(listing.page, rows=told)), rests


def _told_apart(table: Table) -> Table:
    columns = (replace(one, cell="lit") if one.name == "name" else one for one in table.columns)
    return replace(table, columns=tuple(columns))


def _teach(doubted: str | None, rests: Sequence[str]) -> str | None:
    """Where what these names have in common is taught; None where no word would help.

    `rests` are what of them was not understood: the word begun with is one of the first name's.
    """
    kind, _, rest = (doubted or "").partition(":")
    item_class, _, what = rest.partition(":")
    if kind not in (WORD, LEFT, LACKS):
        return None
    over = next((found[0] for found in map(_OVER[kind].search, rests) if found), "")
    told = {"text": what if kind == WORD else over, "item_class": item_class.strip("-")}
    return "/goods/dictionary/new?" + urlencode({k: v for k, v in told.items() if v})


def _table(request: Request, classes: Sequence[Row], doubts: Sequence[Row]) -> Table:
    """The list with what there is to choose from today."""
    language, grammar = preferences.of(request).language, site_of(request).settings.grammar()
    titled = [(words.class_title(language, grammar, one["value"]) or "", one) for one in classes]
    shown = {
        "item_class": tuple(
            (one["value"], f"{title} · {one['goods']}") for title, one in sorted(titled, key=_title)
        ),
        "source": tuple((s.name, s.title or s.name) for s in site_of(request).settings.sources),
        "doubt": tuple((one["value"], words.doubt(language, grammar, one["value"])) for one in doubts),
    }  # fmt: skip
    chosen = request.query_params.get("doubt")
    filters = tuple(
        replace(
            one, choices=shown.get(one.name) or one.choices, carried=False, told=one.name in shown
        )
        for one in TABLE.filters
        if one.name != "doubt" or chosen in dict(shown["doubt"])
    )
    return replace(TABLE, filters=filters)


def _title(pair: tuple[str, Row]) -> str:
    return pair[0]


def _alike(request: Request, doubts: Sequence[Row]) -> list[Mapping[str, object]]:
    language, grammar = preferences.of(request).language, site_of(request).settings.grammar()
    return [
        {
            **one,
            "said": words.doubt(language, grammar, one["value"]),
            "path": "/goods?" + urlencode({"status": goods.DOUBTFUL, "doubt": one["value"]}),
        }
        for one in doubts
    ]
