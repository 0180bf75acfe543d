"""One pair to review: both records side by side, what speaks for one company and what against it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from admin import svg
from admin.actions import PairWhy
from admin.guard import asking, masking, rights
from admin.guard.rights import Right
from admin.pages import review_choice
from admin.pages.review_decide import by_whom, named
from admin.pages.review_said import outcome
from admin.pages.review_sheet import EXACT, Line, sheet
from admin.site import site_of
from admin.words import preferences
from admin.words.language import Language
from flows.merged import Merged
from schemas.errors import KanonError
from store import holds
from store.engine import Writer
from store.views import answers, life, reviews

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A step of the waterfall: field and finding in words, its bits, and its bar."""

    field: str
    said: str
    bits: float
    bar: svg.Bar


@router.get("/reviews/pair")
def show(request: Request, left: str = "", right: str = "") -> Response:
    """Two records, named by connection/stream/key."""
    if not named(left, right):
        raise HTTPException(404)
    site = site_of(request)
    with site.store.read() as reader:
        pair = reviews.of_pair(reader, left, right)
        records = reviews.records(reader, left, right)
        rows = [row for row in records if row is not None]
        seen = answers.seen(reader, left, right, rows) if len(rows) == len(records) else ""
        holder = holds.of_pairs(reader, [(left, right)]).get((left, right))
    one, other = records
    if one is None or other is None:
        raise HTTPException(404)
    by = by_whom(request)
    if held_by(request, Right.DECIDE):
        site.later(lambda writer: _hold(writer, left, right, by))
    why = _why(request, left, right)
    language = preferences.of(request).language
    told = sheet([one, other], _merged(request, left, right))
    with site.store.read() as reader:
        lives = life.of_records(reader, told.heads)
    if masking.is_masked_for(request):
        told = told.without("phones", "emails")
    context = {
        "pair": pair,
        "records": records,
        "sheet": told,
        "lives": lives,
        "exact": EXACT,
        "two_inn": any(line.name == "inn" and _two(line) for line in told.lines),
        "why": why,
        "steps": weighed(why, language) if why else [],
        "seen": seen,
        "outcome": outcome(request.query_params),
        "kept": review_choice.kept(request.query_params),
        "holder": holder if holder != by else None,
        "arguments": f"{shlex.quote(left)} {shlex.quote(right)}",
    }
    return site.render(request, "review_pair.html", context)


def _two(line: Line) -> bool:
    """Whether the two records of the pair themselves say different things."""
    one, other = line.values[:2]
    return bool(one and other and one != other)


def held_by(request: Request, right: Right) -> bool:
    """Whether whoever is asking has a right."""
    return rights.held_by(asking.person(request), right)


def _hold(writer: Writer, left: str, right: str, by: str) -> None:
    holds.hold(writer, left, right, by)


def _merged(request: Request, left: str, right: str) -> Merged | None:
    try:
        return site_of(request).actions.stewardship.merged(left, right)
    except KanonError:
        return None


def _why(request: Request, left: str, right: str) -> PairWhy | None:
    try:
        return site_of(request).actions.explain_pair(left, right)
    except KanonError:
        return None


def weighed(why: PairWhy, language: Language) -> Sequence[Weighed]:
    """The steps of a waterfall, what speaks against first; the sum is the last one."""
    bars = svg.waterfall([why.start, *(step.bits for step in why.steps)])
    told = [("", "", why.start)]
    for step in why.steps:
        field, _, said = (step.ru if language == "ru" else step.en).partition(": ")
        told.append((field, said, step.bits))
    total = ("", "", sum(bits for _, _, bits in told))
    return [Weighed(*one, bar) for one, bar in zip([*told, total], bars, strict=True)]
