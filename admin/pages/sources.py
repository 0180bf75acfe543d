"""Sources: how fresh each connection is, whether its rows add up, and what broke."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import lists, noting, vocabulary
from admin.forms import form
from admin.language import N_
from admin.pages import runs as run_pages
from admin.settings import SourceCard
from admin.site import Site, site_of
from admin.tables import Column, Empty, Table
from store.engine import Reader
from store.views import runs, sources
from store.views.paging import Page

router = APIRouter(include_in_schema=False)
_FAILED = ("failed", "unbalanced")
TABLE = Table(
    path="/sources",
    title=N_("Sources"),
    columns=(
        Column("name", N_("Source")),
        Column("kind", N_("Kind"), "term"),
        Column("freshness", N_("Freshness"), "state"),
        Column("last_success", N_("Last success"), "instant"),
        Column("lag", N_("Lag, s"), "number"),
        Column("quarantined", N_("Quarantine"), "number"),
        Column("off", N_("Imbalance in 24 h"), "number"),
    ),
    orders=(sources.BY_NAME,),
    empty=Empty(
        N_("No sources yet"),
        N_("Describe a connection in the configuration and start its first run."),
    ),
)


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source as its card shows it."""

    card: SourceCard
    state: sources.SourceState
    freshness: str

    @property
    def title(self) -> str:
        """What people call it."""
        return self.card.title or self.card.name


def source_view(site: Site, reader: Reader, name: str) -> SourceView:
    """One source with its freshness now."""
    card, state = site.settings.source(name), sources.state(reader, name)
    last = state.last_run
    failed = last is not None and last["state"] in _FAILED
    freshness = vocabulary.freshness(card.every, state.last_success, failed, datetime.now(UTC))
    return SourceView(card, state, freshness)


def source_views(site: Site, reader: Reader) -> list[SourceView]:
    """Every source of the configuration, and those that only ran in the past."""
    known = [card.name for card in site.settings.sources]
    names = known + [name for name in sources.names(reader) if name not in known]
    return [source_view(site, reader, name) for name in names]


@router.get("/sources")
def show(request: Request) -> Response:
    """All sources as cards."""
    site = site_of(request)
    with site.store.read() as reader:
        found = source_views(site, reader)
    return site.render(request, "sources.html", {"sources": found})


def _rows(request: Request) -> lists.Load:
    site = site_of(request)

    def source(reader: Reader, *_: object) -> Page:
        return Page([_row(one) for one in source_views(site, reader)])

    return source


def _row(one: SourceView) -> dict[str, Any]:
    return {
        "name": one.card.name,
        "kind": one.card.kind,
        "freshness": one.freshness,
        "last_success": one.state.last_success,
        "lag": one.state.lag,
        "quarantined": one.state.quarantined,
        "off": one.state.off,
    }


lists.add_twins(router, TABLE, _rows)


@router.get("/sources/{name}")
def one(request: Request, name: str) -> Response:
    """One source: streams, balance of the day, recent runs."""
    site = site_of(request)
    with site.store.read() as reader:
        view = source_view(site, reader, name)
        if not view.state.runs and not view.state.streams and not _configured(site, name):
            raise HTTPException(404)
        recent = runs.listing(reader, {"connection": name}, runs.NEWEST, None, 12)
    listing = lists.Listing(
        Page(recent.rows), runs.NEWEST, {"connection": name}, run_pages.TABLE.path
    )
    context = {
        "source": view,
        "listing": listing,
        "table": run_pages.TABLE,
        "started": request.query_params.get("started"),
    }
    return site.render(request, "source.html", context)


def _configured(site: Site, name: str) -> bool:
    return any(card.name == name for card in site.settings.sources)


@router.post("/sources/{name}/sync")
async def sync(request: Request, name: str) -> Response:
    """Starts a run of this source."""
    await form(request)
    site = site_of(request)
    run_id = await run_in_threadpool(site.actions.start_sync, name)
    await run_in_threadpool(noting.later, request, "run_started", "source", name)
    return RedirectResponse(f"/sources/{name}?started={run_id}", status_code=303)
