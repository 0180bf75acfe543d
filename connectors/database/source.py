"""A SQL database as a source: its tables are read whole, page by page in the order of their keys.

A table says nothing of when a row changed, so each reading takes all of it: a row that is as it was
costs a hash, and a row that is gone is seen to be gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl
import sqlalchemy as sa

from connectors.base import Linked
from connectors.database.access import (
    connection,
    described,
    engine_of,
    key_of,
    no_longer_than,
)
from connectors.database.settings import DatabaseSettings
from connectors.sql import after, one_of
from schemas.errors import ConfigError, ContractBroken, KanonError
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY, Batch, Cursor, Probe, Scalar, Stream

VERSION = 1
SEPARATOR = "|"


class Database:
    """The tables of one database, read only; values are text as the driver spells them."""

    def __init__(
        self, name: str, settings: DatabaseSettings, engine: sa.Engine | None = None
    ) -> None:
        self.name = name
        self._settings = settings
        self._made = engine

    @cached_property
    def _engine(self) -> sa.Engine:
        return self._made or engine_of(self._settings)

    def check(self) -> list[Probe]:
        """Whether the database answers, and which tables have no key to be read by."""
        try:
            with connection(self._engine) as opened:
                tables = described(opened, self._settings)
                for table in tables.values():
                    opened.execute(sa.select(table).limit(1)).fetchall()
        except KanonError as error:
            return [Probe("login", False, error.ru, error.en, error.detail)]
        bare = [name for name, table in tables.items() if not key_of(table, self._settings)]
        probes = [
            Probe(
                "login",
                True,
                f"Таблиц видно: {len(tables)}.",
                f"{len(tables)} tables can be read.",
            )
        ]
        if bare:
            named = ", ".join(bare)
            probes.append(
                Probe(
                    "keys",
                    bool(len(bare) < len(tables)),
                    f"Без ключа и потому не читаются: {named}. Назовите столбцы в keys.",
                    f"Without a key and so not read: {named}. Name the columns in `keys`.",
                )
            )
        return probes

    def discover(self) -> list[Stream]:
        """A stream per table that has a key, by name."""
        with connection(self._engine) as opened:
            keys = {
                name: key_of(table, self._settings)
                for name, table in described(opened, self._settings).items()
            }
        return [
            Stream(name, key, "snapshot", delete_mode="key_sweep")
            for name, key in keys.items()
            if key
        ]

    def clock(self) -> datetime:
        """The clock of this machine: databases spell theirs in as many ways as there are of them."""
        return datetime.now(UTC)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:  # noqa: ARG002  rows bear no time
        """Pages by key; the cursor after the last one stands before the first again."""
        places = _places(cursor)
        with connection(self._engine) as opened:
            table, key = self._table(opened, stream)
            order = [table.c[name] for name in key]
            while True:
                wanted = sa.select(table).order_by(*order).limit(self._settings.page_size)
                if places is not None:
                    wanted = wanted.where(after(order, _bound(order, places)))
                result = opened.execute(wanted)
                rows = result.fetchall()
                if rows:
                    at = [list(result.keys()).index(name) for name in key]
                    places = [_scalar(rows[-1][one]) for one in at]
                done = len(rows) < self._settings.page_size
                frame = _frame(list(result.keys()), rows, key)
                yield Batch(stream, frame, _cursor(None if done else places))
                if done:
                    return

    def count(self, stream: str, cursor: Cursor | None, until: datetime) -> int:  # noqa: ARG002  rows bear no time
        """How many rows `read` would yield, by COUNT(*)."""
        places = _places(cursor)
        with connection(self._engine) as opened:
            table, key = self._table(opened, stream)
            counted = sa.select(sa.func.count()).select_from(table)
            if places is not None:
                order = [table.c[name] for name in key]
                counted = counted.where(after(order, _bound(order, places)))
            return int(opened.scalar(counted) or 0)

    def fetch(self, stream: str, keys: Sequence[str]) -> pl.DataFrame:
        """Rows with these keys; of a key of several columns its first one narrows the search."""
        with connection(self._engine) as opened:
            table, key = self._table(opened, stream)
            first = table.c[key[0]]
            heads = sorted({one.split(SEPARATOR)[0] if len(key) > 1 else one for one in keys})
            rows = opened.execute(sa.select(table).where(one_of(sa.cast(first, sa.String), heads)))
            found = _frame(list(rows.keys()), rows.fetchall(), key)
            return found.filter(pl.col(KEY).is_in(list(keys)))

    def spread(self, stream: str, limit: int, seconds: float) -> tuple[pl.DataFrame, int]:
        """At most about `limit` rows from all over the table, and how many it has.

        First rows are not typical (handbook 9). Retryable if it takes longer than `seconds`.
        """
        with connection(self._engine) as opened, no_longer_than(opened, seconds):
            table = described(opened, self._settings)[stream]
            key = key_of(table, self._settings)
            total = int(opened.scalar(sa.select(sa.func.count()).select_from(table)) or 0)
            wanted = sa.select(table)
            if total > limit:
                order = [table.c[name] for name in key] or list(table.c)[:1]
                place = sa.func.row_number().over(order_by=order).label("_place")
                numbered = sa.select(*table.c, place).subquery()
                columns = [numbered.c[column.name] for column in table.c]
                wanted = sa.select(*columns).where(numbered.c["_place"] % -(-total // limit) == 0)
            result = opened.execute(wanted)
            return payload(list(result.keys()), result.fetchall()), total

    def links(self) -> list[Linked]:
        """The references between tables that the catalogue declares, of one column each."""
        with connection(self._engine) as opened:
            tables = described(opened, self._settings)
        return [
            Linked(name, key.parent.name, str(key.target_fullname).split(".")[-2], key.target_fullname.split(".")[-1])
            for name, table in tables.items()
            for key in sorted(table.foreign_keys, key=lambda one: str(one.parent.name))
        ]  # fmt: skip

    def every(self) -> dict[str, tuple[str, ...]]:
        """All tables and the keys they are read by, also those without one."""
        with connection(self._engine) as opened:
            tables = described(opened, self._settings)
            return {name: key_of(table, self._settings) for name, table in tables.items()}

    def _table(self, opened: sa.Connection, stream: str) -> tuple[sa.Table, tuple[str, ...]]:
        found = described(opened, self._settings).get(stream)
        if found is None:
            raise ConfigError(
                f"В {self.name} нет таблицы «{stream}» среди читаемых. Добавьте её в tables.",
                f"{self.name} reads no table '{stream}'. Add it to `tables`.",
            )
        return found, key_of(found, self._settings)


def _places(cursor: Cursor | None) -> list[Scalar] | None:
    """The key values the cursor stands behind, None at the beginning."""
    if cursor is None:
        return None
    value = cursor.expect(VERSION)
    return [value[str(n)] for n in range(len(value))] or None


def _cursor(places: list[Scalar] | None) -> Cursor:
    return Cursor({str(n): value for n, value in enumerate(places or ())}, VERSION)


def _bound(order: Sequence[sa.Column[Any]], places: Sequence[Scalar]) -> list[Any]:
    """The cursor's values in the types of their columns: what JSON cannot hold went through text."""
    return [
        sa.cast(sa.literal(value, sa.String), column.type)
        if isinstance(value, str) and not isinstance(column.type, sa.String)
        else value
        for column, value in zip(order, places, strict=True)
    ]


def _scalar(value: Any) -> Scalar:
    return value if isinstance(value, int | float | str) else str(value)


def payload(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Rows of a result as text columns, each value as its driver spells it."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pl.DataFrame([_text(name, list(c)) for name, c in zip(names, columns, strict=True)])


def _text(name: str, values: list[Any]) -> pl.Series:
    if all(value is None or type(value) is str for value in values):
        return pl.Series(name, values, pl.String)
    return pl.Series(name, [_spelled(value) for value in values], pl.String)


def _spelled(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Decimal):
        return f"{value:f}"  # 0E-8 is how a zero of eight places would be spelled otherwise
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def _frame(names: Sequence[str], rows: Sequence[Sequence[Any]], key: Sequence[str]) -> pl.DataFrame:
    told = payload(names, rows)
    taken = [name for name in ENVELOPE if name in told.columns]
    if taken:
        raise ContractBroken(
            f"Столбец «{taken[0]}» зарезервирован. Читайте таблицу через представление.",
            f"The column '{taken[0]}' is reserved. Read the table through a view.",
        )
    return told.with_columns(
        pl.concat_str([pl.col(name) for name in key], separator=SEPARATOR).alias(KEY),
        pl.lit(None, ENVELOPE[CHANGED_AT]).alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
    )
