"""The form of a routing table: lines as they are typed, and the table they make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from config.routing import (
    CLOSED,
    MOST_LINES,
    OPEN,
    Condition,
    Line,
    RoutingTable,
    Target,
    refuse_unfit,
)  # fmt: skip
from schemas.errors import ConfigError
from schemas.unfit import Unfit, why

_MOST_READ = MOST_LINES + 100
_PLACE = re.compile("[0-9]{1,6}")
_LONGEST = 2_000
# A comma parts these, too; in a volume, a name of a firm or a word it is a part of the value.
_OF_DIGITS = ("region", "inn")
PICKED: tuple[Condition, ...] = ("topic", *CLOSED)


@dataclass(frozen=True, slots=True)
class Typed:
    """One line of the form: its place, whether it is to go, conditions and target as typed."""

    place: str
    picked: Mapping[str, list[str]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    to: str = "queue"
    name: str = ""
    most: str = ""
    dropped: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing is said in it."""
        return not (self.name or self.to == "owner" or self.says or self.asks)

    @property
    def says(self) -> bool:
        """Whether any text is asked for."""
        return any(self.texts.values())

    @property
    def asks(self) -> bool:
        """Whether any choice is made."""
        return any(self.picked.values())


class Misfit(Exception):
    """What of a line cannot be: its `place`, the condition or the cell (to, name, most) it is in, and why."""

    def __init__(self, place: str, field: str, ru: str, en: str) -> None:
        super().__init__(en)
        self.place, self.field, self.ru, self.en = place, field, ru, en


def blank(place: int) -> Typed:
    """An empty line at the end."""
    return Typed(str(place))


def typed_of(table: RoutingTable) -> list[Typed]:
    """A table as the form shows it."""
    return [
        Typed(
            str(number),
            {name: list(line.when.get(name, ())) for name in PICKED},
            {name: "; ".join(line.when.get(name, ())) for name in OPEN},
            line.to.kind, line.to.name or "", str(line.to.most or ""),
        )
        for number, line in enumerate(table.lines, 1)
    ]  # fmt: skip


def read(fields: Mapping[str, list[str]]) -> list[Typed]:
    """The lines of a posted form in their places, counted anew; those to go are left out, blank ones are last.

    A line that is moved up or is new takes the place it names, and what stood there comes after it.
    """
    names = {name.partition(".")[0] for name in fields}
    numbers = sorted({int(name) for name in names if _PLACE.fullmatch(name)})
    lines = [(_line(fields, number), number) for number in numbers[:_MOST_READ]]
    placed = sorted(
        (one for one in lines if not one[0].dropped),
        key=lambda one: (one[0].is_blank, *_rank(one[0].place, one[1])),
    )
    return [replace(line, place=str(place)) for place, (line, _) in enumerate(placed, 1)]


def _rank(text: str, was: int) -> tuple[int, int]:
    place = int(text) if _PLACE.fullmatch(text) else 10**6
    return place, (place > was) - (place < was)


def _line(fields: Mapping[str, list[str]], number: int) -> Typed:
    def said(name: str) -> str:
        text = fields.get(f"{number}.{name}", [""])[0]
        return text.replace("\0", "").strip()[:_LONGEST]

    return Typed(
        said("place"),
        {name: [v for v in fields.get(f"{number}.{name}", ()) if v] for name in PICKED},
        {name: said(name) for name in OPEN},
        said("to") or "queue", said("name"), said("most"), bool(said("drop")),
    )  # fmt: skip


def table_of(lines: list[Typed]) -> RoutingTable:
    """The table that the lines make; Misfit says which of them cannot be and why, ConfigError that they are too many."""
    made = [_made(line) for line in lines if not line.is_blank]
    if not 0 < len(made) <= MOST_LINES:
        raise ConfigError(
            f"Строк в таблице от 1 до {MOST_LINES}, а здесь их {len(made)}.",
            f"A table has 1 to {MOST_LINES} lines, and here are {len(made)}.",
        )
    return RoutingTable(lines=made)


def _made(line: Typed) -> Line:
    asked, to = _asked(line), _to(line)
    for name, values in asked.items():
        try:
            refuse_unfit(name, values)
        except Unfit as error:
            raise Misfit(line.place, name, error.ru, error.en) from None
    try:
        return Line(when=asked, to=Target.model_validate(to))
    except ValidationError as error:
        fault = error.errors()[0]
        cell = str((*fault["loc"], "name")[0])
        raise Misfit(line.place, "to" if cell == "kind" else cell, *why(fault, Target)) from None


def _asked(line: Typed) -> dict[Condition, list[str]]:
    asked = {name: list(line.picked[name]) for name in PICKED if line.picked.get(name)}
    for name in OPEN:
        marks = "[;,\n]" if name in _OF_DIGITS else "[;\n]"
        values = [
            part.strip() for part in re.split(marks, line.texts.get(name, "")) if part.strip()
        ]
        if values:
            asked[name] = values
    return asked


def _to(line: Typed) -> dict[str, object]:
    to: dict[str, object] = {"kind": line.to}
    if line.to != "owner":
        to["name"] = line.name or None
    if line.most:
        to["most"] = int(line.most) if line.most.isdecimal() and len(line.most) < 7 else line.most
    return to
