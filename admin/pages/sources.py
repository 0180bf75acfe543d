"""Sources: how fresh each connection is, whether its rows add up, and what broke."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking
from admin.guard.forms import form
from admin.guard.forms import one as field
from admin.guard.rights import Right, held_by
from admin.listing import lists
from admin.listing.tables import Column, Empty, Table
from admin.pages import runs as run_pages
from admin.settings import SourceCard
from admin.site import Site, site_of
from admin.words.language import N_
from flows.attend import LookedBack
from flows.freshness import Seen, freshness
from schemas.errors import ConfigError, KanonError
from store.engine import Reader
from store.views import runs, sources
from store.views.paging import Page

router = APIRouter(include_in_schema=False)
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
    next: datetime | None = None
    streams: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What people call it."""
        return self.card.title or self.card.name


def source_view(site: Site, reader: Reader, name: str) -> SourceView:
    """One source with its freshness now."""
    return _view(site, sources.state(reader, name), datetime.now(UTC))


def source_views(site: Site, reader: Reader) -> list[SourceView]:
    """Every source of the configuration, and those that only ran in the past."""
    known = [card.name for card in site.settings.sources]
    now = datetime.now(UTC)
    return [
        _view(site, state, now) for state in sources.states(reader, known, others=True, tried=False)
    ]


def _view(site: Site, state: sources.SourceState, now: datetime) -> SourceView:
    card = site.settings.source(state.name)
    seen = Seen(state.last_success, state.failed, state.running, state.pause is not None)
    streams = tuple(
        freshness(card.rhythm, replace(seen, last_success=one["last_at"]), now)
        for one in state.streams
    )
    return SourceView(card, state, freshness(card.rhythm, seen, now), card.rhythm.due(now), streams)


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
        "tried": request.query_params.get("tried"),
        "again": _look_back(request, name),
    }
    return site.render(request, "source.html", context)


@dataclass(frozen=True, slots=True)
class Again:
    """A past window somebody thinks of reading again: as typed, and what it would bring or why not."""

    stream: str
    since: str
    found: LookedBack | None = None
    wrong: str = ""


def _look_back(request: Request, name: str) -> Again | None:
    query = request.query_params
    stream, since = query.get("stream", ""), query.get("since", "")
    if not stream or not since or not held_by(asking.person(request), Right.OPERATE):
        return None
    site = site_of(request)
    try:
        found = site.actions.look_back(name, stream, _moment(site, since))
    except KanonError as error:
        return Again(stream, since, wrong=error.for_user(site.language(request)))
    return Again(stream, since, found)


def _moment(site: Site, day: str) -> datetime:
    """The beginning of a day in the site's zone."""
    try:
        return datetime.combine(
            date.fromisoformat(day), time(), ZoneInfo(site.settings.time_zone)
        ).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError(
            "Укажите день в виде 2026-11-21.", "Give the day as 2026-11-21."
        ) from error


def _configured(site: Site, name: str) -> bool:
    return any(card.name == name for card in site.settings.sources)


@router.post("/sources/{name}/sync")
async def sync(request: Request, name: str) -> Response:
    """Starts a run of this source."""
    await form(request)
    site = site_of(request)
    with asking.acting(request):
        run_id = await run_in_threadpool(site.actions.start_sync, name)
    await run_in_threadpool(noting.later, request, "run_started", "source", name)
    return RedirectResponse(f"/sources/{name}?started={run_id}", status_code=303)


@router.post("/sources/{name}/probe")
async def probe(request: Request, name: str) -> Response:
    """Tries this source and shows what was found."""
    await form(request)
    await run_in_threadpool(site_of(request).actions.probe, name)
    return _back(name, "tried=yes")


@router.post("/sources/{name}/pause")
async def pause(request: Request, name: str) -> Response:
    """Keeps this source from being read; the reason is required."""
    fields = await form(request)
    by = await run_in_threadpool(asking.login, request)
    actions = site_of(request).actions
    why = field(fields, "why")
    await run_in_threadpool(actions.pause, name, why, by)
    await run_in_threadpool(noting.later, request, "source_paused", "source", name, reason=why)
    return _back(name)


@router.post("/sources/{name}/resume")
async def resume(request: Request, name: str) -> Response:
    """Lets this source be read again."""
    await form(request)
    await run_in_threadpool(site_of(request).actions.resume, name)
    await run_in_threadpool(noting.later, request, "source_resumed", "source", name)
    return _back(name)


@router.post("/sources/{name}/again")
async def again(request: Request, name: str) -> Response:
    """Starts reading a stream again from a day on."""
    fields = await form(request)
    site = site_of(request)
    stream, since = field(fields, "stream"), _moment(site, field(fields, "since"))
    with asking.acting(request):
        await run_in_threadpool(site.actions.read_again, name, stream, since)
    told = {"stream": stream, "since": since}
    await run_in_threadpool(noting.later, request, "source_reread", "source", name, after=told)
    return _back(name, "started=again")


def _back(name: str, told: str = "") -> Response:
    path = f"/sources/{quote(name)}"
    return RedirectResponse(f"{path}?{told}" if told else path, status_code=303)
