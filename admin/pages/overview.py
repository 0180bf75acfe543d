"""Overview: what needs attention, how fresh the sources are, how many records became one company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking
from admin.pages.review_decide import by_whom
from admin.pages.reviews import AGES
from admin.pages.sources import SourceView, source_views
from admin.site import site_of
from schemas.accounts import Role
from store.views import overview, quarantine

router = APIRouter(include_in_schema=False)


@router.get("/")
def show(request: Request) -> Response:
    """The first page."""
    site, person = site_of(request), asking.person(request)
    if person is not None and person.scope is not None:
        return RedirectResponse("/parties", status_code=303)
    with site.store.read() as reader:
        numbers = overview.numbers(reader)
        sources = source_views(site, reader)
        counted, holds = site.counting.latest(reader, numbers.links)
        groups = quarantine.groups(reader, _SHOWN_GROUPS)
    stewards = person is not None and person.role in (Role.STEWARD, Role.LEAD)
    context = {
        "numbers": numbers,
        "menu": numbers.menu,
        "sources": sources,
        "late": [one for one in sources if one.freshness in ("late", "attention")],
        "attention": _attention(sources, groups, stewards=stewards),
        "counted": counted,
        "holds": holds,
        "ages": dict(AGES),
        "trends": site.trending.latest(),
        "mine": by_whom(request),
        "updated": datetime.now(UTC),
    }
    return site.render(request, "overview.html", context)


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that asks for somebody: how urgent (high, normal, low), about what, and where it is."""

    level: str
    kind: str
    href: str
    source: SourceView | None = None
    group: Mapping[str, Any] | None = None


_LEVELS = ("high", "normal", "low")
_OF_SOURCE = {"attention": "high", "late": "high", "delayed": "normal", "paused": "low"}
_SHOWN_GROUPS = 3


def _attention(
    sources: list[SourceView], groups: list[dict[str, Any]], *, stewards: bool
) -> list[Attention]:
    """What to look at first: by urgency, and then stewards see records first and others sources."""
    found = [
        Attention("high" if s.state.off else _OF_SOURCE[s.freshness], "source", _source(s), s)
        for s in sources
        if s.freshness in _OF_SOURCE or s.state.off
    ]
    found += [
        Attention(
            "normal" if group["count"] >= _MANY else "low", "quarantine", _group(group), group=group
        )
        for group in groups[:_SHOWN_GROUPS]
    ]
    first = "quarantine" if stewards else "source"
    return sorted(found, key=lambda one: (_LEVELS.index(one.level), one.kind != first))


_MANY = 100


def _source(view: SourceView) -> str:
    return f"/sources/{quote(view.card.name)}"


def _group(group: Mapping[str, Any]) -> str:
    return "/quarantine?" + urlencode({name: group[name] for name in quarantine.FILTERS})
