"""Which layout some raw lines have: proposed with the evidence for each field, decided by a person.

A preset that most lines fit is proposed first. A customized record is read from what its columns hold: a
field of numbers stands to the right, so it ends where columns stop being filled; what a field is follows
from its values and from the condition codes beside which it is filled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from connectors.avaya.clock import IS_DATE, marked
from connectors.avaya.columns import Column, columns_of, fields_of
from connectors.avaya.cutting import FITS, LINE, as_lines, cut
from connectors.avaya.evidence import Found, named
from connectors.avaya.layout import Layout, presets

MOST_LINES = 2000
# The name of a layout that is no preset.
OWN = "own"
# A preset is proposed if so many of the lines fit it.
_ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Proposal:
    """A layout with what speaks for each of its fields. `fit` is the share of lines it reads."""

    name: str
    layout: Layout
    date_order: str
    fit: float
    lines: int
    evidence: tuple[Found, ...]


def proposed(raw: Sequence[bytes]) -> Proposal | None:
    """The layout that fits best; None if the lines have nothing of call records."""
    frame = marked(as_lines(raw[:MOST_LINES]).filter(pl.col(LINE) != ""), "month_first")
    lines = frame.filter(~pl.col(IS_DATE))[LINE]
    if lines.is_empty():
        return None
    order = _date_order(frame)
    preset = _preset(frame.filter(~pl.col(IS_DATE)), lines.len(), order)
    return preset or _customized(lines, order, frame)


def _days(frame: pl.DataFrame, order: str) -> set[tuple[int, int]]:
    """Months and days of the date records."""
    told = frame.filter(IS_DATE).select("month", "day").rows()
    return {(day, month) if order == "day_first" else (month, day) for month, day in told}


def _date_order(frame: pl.DataFrame) -> str:
    """`day_first` where a date record tells a month beyond twelve, else as the switch comes."""
    months = frame.filter(IS_DATE)["month"]
    return "day_first" if (months > 12).any() else "month_first"


def _preset(frame: pl.DataFrame, lines: int, order: str) -> Proposal | None:
    """The preset that most lines fit; of equals the one that names more of what the lines hold."""
    told: list[tuple[float, int, str, Layout]] = []
    for name, layout in presets().items():
        fitting = cut(frame, layout).filter(FITS)
        filled = sum(fitting[column].count() for column in layout.columns)
        told.append((round(fitting.height / lines, 2), filled, name, layout))
    fit, _, name, layout = max(told, key=lambda one: one[:2])
    if fit < _ENOUGH:
        return None
    return Proposal(
        name, layout, order, fit, lines, _of_preset(cut(frame, layout).filter(FITS), layout)
    )


def _of_preset(frame: pl.DataFrame, layout: Layout) -> tuple[Found, ...]:
    found = []
    for name, parts in layout.spans.items():
        values = frame[name].drop_nulls()
        share = values.len() / max(frame.height, 1)
        found.append(Found(name, parts[0][0] + 1, parts[-1][1], share, _seen(values), share))
    return tuple(found)


def _seen(values: pl.Series) -> str:
    return ", ".join(values.unique(maintain_order=True).head(3))


def _customized(lines: pl.Series, order: str, frame: pl.DataFrame) -> Proposal | None:
    width = max(lines.str.len_chars().to_list())
    columns: list[Column] = columns_of(lines, width)
    found = _roomy(named(fields_of(lines, columns), _days(frame, order)))
    names = {one.name for one in found}
    if "dialed-num" not in names or not {"dur", "sec-dur"} & names:
        return None
    layout = Layout.model_validate(_told(found, width))
    fitting = cut(frame.filter(~pl.col(IS_DATE)), layout).filter(FITS).height
    fit = round(fitting / lines.len(), 2)
    return Proposal(OWN, layout, order, fit, lines.len(), tuple(found))


def _roomy(found: Sequence[Found]) -> list[Found]:
    """Fields of numbers with the blanks before them: a longer number than those seen may come."""
    told: list[Found] = []
    for one in found:
        before = told[-1].last if told else 0
        wide = one.name in ("dialed-num", "calling-num", "clg-num/in-tac")
        told.append(replace(one, first=min(one.first, before + 2)) if wide else one)
    return told


def _told(found: Sequence[Found], width: int) -> dict[str, object]:
    """The layout as a connection's settings would tell it."""
    order, at = [], 0
    for one in found:
        if one.first - 1 > at:
            order.append(f"space {one.first - 1 - at}")
        order.append(f"{one.name} {one.last - one.first + 1}")
        at = one.last
    if width > at:
        order.append(f"space {width - at}")
    told: dict[str, object] = {"order": order}
    for one in found:
        if one.written:
            told[one.name] = one.written
    return told
