"""One description per list: its columns, filters and orders; from it come page, JSON and CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from store.views.paging import Order, Row

Cell = Literal[
    "text",
    "code",
    "number",
    "money",
    "percent",
    "instant",
    "due",
    "duration",
    "pace",
    "begun",
    "phone",
    "state",
    "term",
    "list",
    "field",
    "reason",
    "doubt",
    "act",
    "lit",
]


@dataclass(frozen=True)
class Column:
    """A column: `title` is a message id, `cell` how a value is drawn, `link` where it leads, if anywhere."""

    name: str
    title: str
    cell: Cell = "text"
    link: Callable[[Row], str | None] | None = None
    order: str | None = None
    wide: bool = False


@dataclass(frozen=True)
class Filter:
    """A field of the filter bar; with `choices` a select of (value, message id).

    Choices that are `told` are words already, no message ids. A `carried` one has no field: links set it, and it shows as a chip that can be taken off.
    """

    name: str
    title: str
    choices: tuple[tuple[str, str], ...] = ()
    live: bool = False
    carried: bool = False
    told: bool = False


@dataclass(frozen=True)
class Empty:
    """What an empty list says, and the next thing to do as (message id, path)."""

    say: str
    then: str = ""
    action: tuple[str, str] | None = None


@dataclass(frozen=True)
class Table:
    """A list: where it lives, what it shows, how it may be filtered and sorted."""

    path: str
    title: str
    columns: tuple[Column, ...]
    orders: tuple[Order, ...]
    empty: Empty
    filters: tuple[Filter, ...] = ()
    lead: str = ""
    # Whether people may save it under a name and have it as a workbook.
    keeps: bool = False

    def order(self, name: str | None) -> Order:
        """The order asked for; the first one if it is unknown."""
        return next((order for order in self.orders if order.name == name), self.orders[0])

    def carries(self, name: str) -> bool:
        """Whether a column of this name would repeat one chosen value on every row."""
        return any(one.carried for one in self.filters if one.name == name)

    def chosen(self, query: Mapping[str, str]) -> dict[str, str]:
        """The filters set in a query string; unknown choices are left out."""
        found: dict[str, str] = {}
        for one in self.filters:
            value = query.get(one.name, "").strip()
            allowed = not one.choices or value in dict(one.choices)
            if value and allowed:
                found[one.name] = value
        return found


FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_cell(value: Any) -> str:
    """A cell that a spreadsheet takes for text, never for a formula.

    >>> csv_cell("=1+1"), csv_cell("ООО «Вега»")
    ("'=1+1", 'ООО «Вега»')
    """
    text = (
        ""
        if value is None
        else " | ".join(map(str, value))
        if isinstance(value, list)
        else str(value)
    )
    dangerous = isinstance(value, str | list) and text.lstrip(" ").startswith(FORMULA)
    return f"'{text}" if dangerous else text


def csv_lines(table: Table, titles: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows as CSV for Russian spreadsheets: semicolons, CRLF."""
    lines = [titles] if titles else []
    lines += [[csv_cell(row[column.name]) for column in table.columns] for row in rows]
    return "".join(";".join(_quoted(cell) for cell in line) + "\r\n" for line in lines)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ';"\r\n') else cell
