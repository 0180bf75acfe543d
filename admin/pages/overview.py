"""Overview: what needs attention, how fresh the sources are, how many records became one company."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from weakref import WeakKeyDictionary

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin.pages.sources import SourceView, source_views
from admin.site import Site, site_of
from store.engine import Reader
from store.views import overview

router = APIRouter(include_in_schema=False)
_Kept = tuple[int, list[overview.Compression], int]
_kept: WeakKeyDictionary[Site, _Kept] = WeakKeyDictionary()
_lock = Lock()


def compression(site: Site, reader: Reader) -> _Kept:
    """Compression per source and the number of companies, counted again only after links changed."""
    version = overview.links_version(reader)
    with _lock:
        kept = _kept.get(site)
        if kept is None or kept[0] != version:
            kept = (version, overview.compression(reader), overview.companies(reader))
            _kept[site] = kept
    return kept


@router.get("/")
def show(request: Request) -> Response:
    """The first page."""
    site = site_of(request)
    with site.store.read() as reader:
        numbers = overview.numbers(reader)
        sources = source_views(site, reader)
        _, per_source, companies = compression(site, reader)
    context = {
        "numbers": numbers,
        "sources": sources,
        "late": [one for one in sources if one.freshness in ("late", "attention")],
        "attention": _attention(sources),
        "compression": per_source,
        "records": sum(one.records for one in per_source),
        "companies": companies,
        "updated": datetime.now(UTC),
    }
    return site.render(request, "overview.html", context)


_LEVELS = ("attention", "late", "delayed")


def _attention(sources: list[SourceView]) -> list[SourceView]:
    """Sources with a fault, worst first: failed, unbalanced, late, delayed."""
    troubled = [s for s in sources if s.freshness in _LEVELS or s.state.off]
    return sorted(
        troubled, key=lambda s: _LEVELS.index(s.freshness) if s.freshness in _LEVELS else 1
    )
