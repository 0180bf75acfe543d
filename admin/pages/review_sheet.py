"""The sheet of a pair: every field of up to five records side by side, and the card they would come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from admin.words.diff import Segment, alike, compare
from flows.merged import PICKABLE, Merged

FIELDS = (
    "name", "full_name", "legal_form", "kind", "inn", "claimed_inn", "kpp", "ogrn", "okpo", "country",
    "national_number", "phones", "emails", "legal_address", "actual_address", "status",
)  # fmt: skip
# Numbers of the state: one digit more or less is another company, so form never matters there.
EXACT = (
    "inn",
    "claimed_inn",
    "kpp",
    "ogrn",
    "okpo",
    "national_number",
    "kind",
    "country",
    "status",
)
MOST = 5
Mark = Literal["same", "differs", "format", ""]
_ORDER = ("differs", "format", "same", "")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one record says in a field; `ref` offers it as the value of the one company."""

    value: str
    pieces: Sequence[Segment]
    ref: str = ""
    picked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One field of all records; the mark is empty where fewer than two of them say anything."""

    name: str
    cells: Sequence[Cell]
    mark: Mark
    golden: str | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """What the records say, as text."""
        return tuple(cell.value for cell in self.cells)

    @property
    def pickable(self) -> bool:
        """Whether a person may choose among the values."""
        return self.mark in ("differs", "format") and any(cell.ref for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`heads` are the records shown, the two of the pair first; `more` stand behind them unseen.

    Lines that differ are `open`; those that agree, or that one record alone tells, are put away.
    """

    heads: Sequence[Mapping[str, Any]]
    open: Sequence[Line]
    agree: Sequence[Line]
    lone: Sequence[Line]
    more: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)

    def without(self, *names: str) -> Sheet:
        """The sheet without these fields."""
        open_, agree, lone = (
            [one for one in lines if one.name not in names]
            for lines in (self.open, self.agree, self.lone)
        )
        return replace(self, open=open_, agree=agree, lone=lone)

    @property
    def lines(self) -> Sequence[Line]:
        """All lines, those that differ first."""
        return [*self.open, *self.agree, *self.lone]


def sheet(records: Sequence[Mapping[str, Any]], found: Merged | None) -> Sheet:
    """The sheet of two records; with what they come to, the other records of both companies beside them."""
    own = ["/".join((row["connection"], row["stream"], row["key"])) for row in records]
    heads, refs = list(records), list(own)
    others = [ref for ref in found.records if ref not in own] if found else []
    if found:
        heads += [found.records[ref] for ref in others[: MOST - len(own)]]
        refs += others[: MOST - len(own)]
    lines = [_line(name, heads, refs, found) for name in FIELDS if any(row[name] for row in heads)]
    told = {mark: [line for line in lines if line.mark == mark] for mark in _ORDER}
    parts = {"party": len(found.records), **found.parts} if found else {}
    more = max(0, len(others) + len(own) - MOST)
    agree = [*told["format"], *told["same"]]
    return Sheet(heads, told["differs"], agree, told[""], more, parts)


def compared(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[Line]:
    """The lines of two records alone, those that differ first."""
    lines = [
        _line(name, (left, right), ("", ""), None) for name in FIELDS if left[name] or right[name]
    ]
    return sorted(lines, key=lambda line: _ORDER.index(line.mark))


def _line(
    name: str, rows: Sequence[Mapping[str, Any]], refs: Sequence[str], found: Merged | None
) -> Line:
    said = [row[name] for row in rows]
    mark = _mark(name, said)
    golden = found.fields.get(name) if found else None
    can_pick = found is not None and name in PICKABLE
    origin = found.origins.get(name) if found else None
    cells = [
        Cell(
            _text(value),
            _pieces(name, said, place, mark),
            ref if can_pick and value else "",
            picked=ref == origin,
        )
        for place, (value, ref) in enumerate(zip(said, refs, strict=True))
    ]
    return Line(name, cells, mark, golden)


def _mark(name: str, said: Sequence[Any]) -> Mark:
    told = [value for value in said if value]
    if len(told) < 2:
        return ""
    first, *rest = told
    if isinstance(first, list):
        return "same" if all(set(first) & set(other) for other in rest) else "differs"
    if all(first == other for other in rest):
        return "same"
    meant = name not in EXACT and all(alike(str(first), str(other)) for other in rest)
    return "format" if meant else "differs"


def _pieces(name: str, said: Sequence[Any], place: int, mark: Mark) -> Sequence[Segment]:
    """One record's value in pieces, compared with the first record's; the first with the next that differs."""
    value = said[place]
    if isinstance(value, list):
        return _listed(said, place)
    text = _text(value)
    others = [_text(other) for at, other in enumerate(said) if at != place and other]
    if mark not in ("differs", "format") or not text or not others:
        return [Segment(text)]
    if name in ("kind", "status", "country"):
        return [Segment(text)]
    against = others[0] if place else next((o for o in others if o != text), others[0])
    return compare(text, against)[0]


def _listed(said: Sequence[Any], place: int) -> Sequence[Segment]:
    """The values of a list; one that no other record has is a difference."""
    others = {one for at, values in enumerate(said) if at != place for one in values or ()}
    pieces: list[Segment] = []
    for number, one in enumerate(said[place]):
        pieces += [Segment(", ")] if number else []
        pieces.append(Segment(one, "" if one in others or not others else "real"))
    return pieces


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")
