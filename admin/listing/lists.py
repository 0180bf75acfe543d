"""Serving a list: the page, and its JSON and CSV twins under the same address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from admin import noting
from admin.guard import asking
from admin.listing.tables import Table, csv_lines
from admin.site import Site, site_of
from admin.words import preferences, vocabulary
from admin.words.journal import ACTS
from admin.words.language import Language
from store import saved_lists
from store.engine import Reader
from store.saved_lists import SavedList
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
    saved: Sequence[SavedList] = ()

    @property
    def query(self) -> str:
        """What this list is, as the address of its first page says it."""
        return urlencode({**self.chosen, "order": self.order.name})

    def twin(self, suffix: str) -> str:
        """The address of the JSON or CSV twin."""
        return f"{self.path}.{suffix}?{self.query}"


def load(request: Request, table: Table, source: Load, limit: int = ROWS) -> Listing:
    """The page that the request's query asks for."""
    query = request.query_params
    order, chosen = table.order(query.get("order")), table.chosen(query)
    start = place(query.get("at"), order)
    with site_of(request).store.read() as reader:
        found = source(reader, chosen, order, start, limit)
        saved = saved_lists.known(reader, table.path, _login(request)) if table.keeps else ()
        return Listing(found, order, chosen, table.path, saved=saved)


def _login(request: Request) -> str:
    person = asking.person(request)
    return person.login if person else ""


def always(source: Load) -> Callable[[Request], Load]:
    """A source that is the same for every request."""
    return lambda _: source


# The lists people may save and export, by their paths.
KEPT: dict[str, tuple[Table, Callable[[Request], Load]]] = {}


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

    if table.keeps:
        KEPT[table.path] = (table, source_of)
    router.add_api_route(table.path + ".json", as_json, include_in_schema=False)
    router.add_api_route(table.path + ".csv", as_csv, include_in_schema=False)


def _csv(request: Request, table: Table, source: Load) -> Iterator[str]:
    site: Site = site_of(request)
    view = preferences.of(request)
    titles = titles_of(site, table, view.language)
    # Spreadsheets take a file without the mark for the regional code page.
    yield "\ufeff"
    for rows in portions(site, table, source, request.query_params, view.language, CSV_CAP):
        yield csv_lines(table, titles, rows)
        titles = []


def titles_of(site: Site, table: Table, language: Language) -> list[str]:
    """The headings of a list."""
    return [site.words[language].gettext(column.title) for column in table.columns]


def portions(
    site: Site, table: Table, source: Load, query: Mapping[str, str], language: Language, cap: int
) -> Iterator[list[dict[str, Any]]]:  # fmt: skip
    """The whole list that a query asks for, up to `cap` rows, in words; at least one portion."""
    order, chosen = table.order(query.get("order")), table.chosen(query)
    start: Place | None = None
    for _ in range(cap // TWIN_ROWS):
        with site.store.read() as reader:
            page = source(reader, chosen, order, start, TWIN_ROWS)
        yield [_worded(site, language, table, row) for row in page.rows]
        start = place(page.next, order)
        if start is None:
            return


def _worded(site: Site, language: Language, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    cells = {column.name: column.cell for column in table.columns}
    told = {k: _word(language, cells.get(k), v) if v else v for k, v in row.items()}
    acts = [name for name, cell in cells.items() if cell == "act"]
    words = site.words[language]
    return told | {name: words.gettext(ACTS.get(row[name], row[name])) for name in acts}


def _word(language: Language, cell: str | None, value: Any) -> Any:
    if cell in ("state", "term"):
        return vocabulary.term(language, str(value))
    return vocabulary.doubt(language, str(value)) if cell == "doubt" else value
