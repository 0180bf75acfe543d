"""The form of a routing table: lines as they are typed, and the table they make."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from config.routing import CLOSED, OPEN, Condition, RoutingTable, parse_routing

_MOST_LINES = 200
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
    """The lines of a posted form, in their places; those to go are left out."""
    numbers = sorted({int(n) for n in (k.partition(".")[0] for k in fields) if n.isdecimal()})
    lines = [_line(fields, number) for number in numbers[:_MOST_LINES]]
    return sorted(
        (line for line in lines if not line.dropped), key=lambda line: _number(line.place)
    )


def _number(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,6}", text) else 10**6


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
    """The table that the lines make; ConfigError says which line cannot be and why."""
    told = [_told(line) for line in lines if not line.is_blank]
    return parse_routing(json.dumps({"lines": told}, ensure_ascii=False))


def _told(line: Typed) -> dict[str, object]:
    asked: dict[str, list[str]] = {name: list(v) for name, v in line.picked.items() if v}
    for name, text in line.texts.items():
        marks = "[;,\n]" if name in _OF_DIGITS else "[;\n]"
        values = [part.strip() for part in re.split(marks, text) if part.strip()]
        if values:
            asked[name] = values
    to: dict[str, object] = {"kind": line.to}
    if line.to != "owner":
        to["name"] = line.name or None
    if line.most:
        to["most"] = int(line.most) if line.most.isdecimal() and len(line.most) < 7 else line.most
    return {"when": asked, "to": to}
