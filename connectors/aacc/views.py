"""The statements over a view: what it has, its rows within a window, how many they are.

The base behind the views is the site's own, so nothing is asked of its catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

import polars as pl
import sqlalchemy as sa

from connectors.aacc.shapes import Shape
from connectors.database.source import payload
from connectors.sql import NOTHING, after, one_of
from connectors.window import Window
from schemas.errors import ContractBroken
from schemas.records import KEY


@dataclass(frozen=True, slots=True)
class View:
    """A view that was looked at: its columns, and how a row is ordered and named."""

    shape: Shape
    table: sa.Table
    key: sa.Label[str]
    # SQLite keeps moments as text.
    as_text: bool

    @property
    def stamp(self) -> sa.Column[Any]:
        """The column of the moment by which the rows are ordered."""
        return self.table.c[self.shape.stamp]

    def pages(self, opened: sa.Connection, window: Window, size: int) -> Iterator[pl.DataFrame]:
        """The window's rows as text with their keys, in the order of stamp and key."""
        order = (self.stamp, self.key.element)
        wanted = self._within(sa.select(*self.table.c, self.key), window).order_by(*order)
        last: tuple[Any, ...] | None = None
        while True:
            left = wanted if last is None else wanted.where(after(order, last))
            result = opened.execute(left.limit(size))
            names, rows = list(result.keys()), result.fetchall()
            if rows:
                last = tuple(rows[-1][names.index(name)] for name in (self.shape.stamp, KEY))
                yield payload(names, rows)
            if len(rows) < size:
                return

    def count(self, opened: sa.Connection, window: Window) -> int:
        """How many rows the window holds."""
        counted = sa.select(sa.func.count()).select_from(self.table)
        return int(opened.scalar(self._within(counted, window)) or 0)

    def by_keys(self, keys: Sequence[str]) -> sa.Select[Any]:
        """The rows with these keys."""
        return sa.select(*self.table.c, self.key).where(one_of(self.key.element, keys))

    def _within(self, statement: sa.Select[Any], window: Window) -> sa.Select[Any]:
        over = statement.where(self.stamp <= self._moment(window.to))
        if window.since is None:
            return over
        since = self._moment(window.since)
        if window.key is None:
            return over.where(self.stamp > since)
        return over.where(after((self.stamp, self.key.element), (since, window.key)))

    def _moment(self, text: str) -> str | datetime:
        return text if self.as_text else datetime.fromisoformat(text)


def looked_at(opened: sa.Connection, shape: Shape) -> View:
    """A view as it is; ContractBroken if a column is absent without which nothing can be told."""
    bare = sa.table(shape.view, schema=shape.owner or None)
    nothing: sa.Select[Any] = sa.select(sa.literal_column("*")).select_from(bare).where(NOTHING)
    names = list(opened.execute(nothing).keys())
    missing = [name for name in dict.fromkeys((*shape.needed, *shape.key)) if name not in names]
    if missing:
        raise ContractBroken(
            f"В представлении {shape.view} нет столбцов {', '.join(missing)}. "
            f"Проверьте {shape.setting} и {shape.key_setting}.",
            f"View {shape.view} has no columns {', '.join(missing)}. "
            f"Check `{shape.setting}` and `{shape.key_setting}`.",
        )
    as_text = opened.dialect.name == "sqlite"
    moment = sa.String() if as_text else sa.DateTime()
    columns = [sa.Column(name, moment if name == shape.stamp else None) for name in names]
    table = sa.Table(shape.view, sa.MetaData(), *columns, schema=shape.owner or None)
    return View(shape, table, _key(table, shape.key), as_text)


def _key(table: sa.Table, names: Sequence[str]) -> sa.Label[str]:
    texts = [sa.func.coalesce(sa.cast(table.c[name], sa.String(255)), "") for name in names]
    parted = [part for text in texts for part in (sa.literal("|"), text)][1:]
    joined: sa.ColumnElement[str] = reduce(add, parted)
    return joined.label(KEY)
