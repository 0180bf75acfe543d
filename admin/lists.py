"""Serving a list: the page, and its JSON and CSV twins under the same address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from admin import noting, preferences, vocabulary
from admin.acts import ACTS
from admin.language import Language
from admin.site import Site, site_of
from admin.tables import Table, csv_lines
from store.engine import Reader
from store.views.paging import COUNT_CAP, Order, Page, Place, place

Load = Callable[[Reader, Mapping[str, str], Order, Place | None, int], Page]
ROWS = 50
TWIN_ROWS = 1_000
CSV_CAP = 100_000


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list template shows."""

    page: Page
    order: Order
    chosen: Mapping[str, str]
    path: str
    count: int | None = None
    cap: int = COUNT_CAP

    def twin(self, suffix: str) -> str:
        """The address of the JSON or CSV twin."""
        query = {**self.chosen, "order": self.order.name}
        return f"{self.path}.{suffix}?{urlencode(query)}"


def load(request: Request, table: Table, source: Load, limit: int = ROWS) -> Listing:
    """The page that the request's query asks for."""
    query = request.query_params
    order, chosen = table.order(query.get("order")), table.chosen(query)
    start = place(query.get("at"), len(order.columns))
    with site_of(request).store.read() as reader:
        return Listing(source(reader, chosen, order, start, limit), order, chosen, table.path)


def always(source: Load) -> Callable[[Request], Load]:
    """A source that is the same for every request."""
    return lambda _: source


def add_twins(router: APIRouter, table: Table, source_of: Callable[[Request], Load]) -> None:
    """Adds `<path>.json` and `<path>.csv` for a list."""

    def as_json(request: Request) -> Response:
        listing = load(request, table, source_of(request), TWIN_ROWS)
        rows = jsonable_encoder(listing.page.rows)
        return JSONResponse(
            {"rows": rows, "next": listing.page.next, "previous": listing.page.previous}
        )

    def as_csv(request: Request) -> Response:
        name = table.path.strip("/") + ".csv"
        noting.later(request, "export", "list", name, after=table.chosen(request.query_params))
        return StreamingResponse(
            _csv(request, table, source_of(request)),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    router.add_api_route(table.path + ".json", as_json, include_in_schema=False)
    router.add_api_route(table.path + ".csv", as_csv, include_in_schema=False)


def _csv(request: Request, table: Table, source: Load) -> Iterator[str]:
    site: Site = site_of(request)
    view = preferences.of(request)
    words = site.words[view.language]
    order, chosen = (
        table.order(request.query_params.get("order")),
        table.chosen(request.query_params),
    )
    start: Place | None = None
    titles = [words.gettext(column.title) for column in table.columns]
    # Spreadsheets take a file without the mark for the regional code page.
    yield "\ufeff"
    for _ in range(CSV_CAP // TWIN_ROWS):
        with site.store.read() as reader:
            page = source(reader, chosen, order, start, TWIN_ROWS)
        told = [_worded(view.language, words, table, row) for row in page.rows]
        yield csv_lines(table, titles, told)
        titles = []
        start = place(page.next, len(order.columns))
        if start is None:
            return


def _worded(
    language: Language, words: NullTranslations, table: Table, row: Mapping[str, Any]
) -> dict[str, Any]:
    cells = {column.name: column.cell for column in table.columns}
    told = {k: _word(language, cells.get(k), v) if v else v for k, v in row.items()}
    acts = [name for name, cell in cells.items() if cell == "act"]
    return told | {name: words.gettext(ACTS.get(row[name], row[name])) for name in acts}


def _word(language: Language, cell: str | None, value: Any) -> Any:
    if cell in ("state", "term"):
        return vocabulary.term(language, str(value))
    return vocabulary.doubt(language, str(value)) if cell == "doubt" else value
