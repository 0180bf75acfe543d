"""One pair to review: both records side by side, what speaks for one company and what against it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from admin import preferences, svg
from admin.actions import PairWhy
from admin.language import Language
from admin.pages.review_decide import VERDICTS
from admin.site import site_of
from schemas.errors import KanonError
from store.views import reviews

router = APIRouter(include_in_schema=False)
FIELDS = (
    "name", "full_name", "legal_form", "kind", "inn", "claimed_inn", "kpp", "ogrn", "okpo", "country",
    "national_number", "phones", "emails", "legal_address", "actual_address", "status",
)  # fmt: skip
Mark = Literal["same", "differs", ""]


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both records; the mark is empty where one of them says nothing."""

    name: str
    values: tuple[str, str]
    mark: Mark


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
    if min(left.count("/"), right.count("/")) < 2:
        raise HTTPException(404)
    site = site_of(request)
    with site.store.read() as reader:
        pair = reviews.of_pair(reader, left, right)
        records = [reviews.record(reader, ref) for ref in (left, right)]
    if None in records:
        raise HTTPException(404)
    why = _why(request, left, right)
    language = preferences.of(request).language
    lines = compared(*(dict(record or {}) for record in records))
    context = {
        "pair": pair,
        "records": records,
        "lines": lines,
        "two_inn": any(line.name == "inn" and line.mark == "differs" for line in lines),
        "why": why,
        "steps": weighed(why, language) if why else [],
        "seen": reviews.stamp(*(dict(record or {}) for record in records)),
        "outcome": outcome(request.query_params),
        "arguments": f"{shlex.quote(left)} {shlex.quote(right)}",
    }
    return site.render(request, "review_pair.html", context)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done just before: the decision with its answer and its pair, or the one taken back."""

    done: str = ""
    was: str = ""
    of_left: str = ""
    of_right: str = ""
    taken_back: str = ""
    reason: str = ""


def outcome(told: Mapping[str, str]) -> Outcome:
    """The outcome an address tells; what it tells wrongly is left out."""
    found = Outcome(**{one.name: told.get(one.name, "") for one in fields(Outcome)})
    sound = found.done.isdecimal() and found.was in VERDICTS
    return found if sound else replace(found, done="", was="")


def _why(request: Request, left: str, right: str) -> PairWhy | None:
    try:
        return site_of(request).actions.explain_pair(left, right)
    except KanonError:
        return None


def compared(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[Line]:
    """Fields that a record fills, those that differ first, then the equal, then the one-sided."""
    lines = [_line(name, left[name], right[name]) for name in FIELDS if left[name] or right[name]]
    order = ("differs", "same", "")
    return sorted(lines, key=lambda line: order.index(line.mark))


def _line(name: str, one: Any, other: Any) -> Line:
    left, right = (set(v) if isinstance(v, list) else {v} - {None, ""} for v in (one, other))
    mark: Mark = "" if not (left and right) else "same" if left & right else "differs"
    return Line(name, (_text(one), _text(other)), mark)


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def weighed(why: PairWhy, language: Language) -> Sequence[Weighed]:
    """The steps of a waterfall, what speaks against first; the sum is the last one."""
    bars = svg.waterfall([why.start, *(step.bits for step in why.steps)])
    told = [("", "", why.start)]
    for step in why.steps:
        field, _, said = (step.ru if language == "ru" else step.en).partition(": ")
        told.append((field, said, step.bits))
    total = ("", "", sum(bits for _, _, bits in told))
    return [Weighed(*one, bar) for one, bar in zip([*told, total], bars, strict=True)]
