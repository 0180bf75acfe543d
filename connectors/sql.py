"""What every SQL source needs: a connect that cannot hang, keyset paging, rows as Polars columns."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote

import polars as pl
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    create_engine,
    literal_column,
    or_,
)
from sqlalchemy.pool import NullPool

from schemas.errors import ContractBroken, Retryable

# Oracle refuses longer IN lists (ORA-01795).
IN_LIMIT = 1000
# Oracle knows no truth values: `false()` would become `WHERE 0` (ORA-00920).
NOTHING: ColumnElement[bool] = literal_column("1") == literal_column("0")


class Closable(Protocol):
    """A connection that can be closed."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)


class _Attempt(Generic[C]):
    """One connect in a thread of its own; whoever comes too late finds the place taken and closes."""

    def __init__(self, connect: Callable[[], C]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._given_up = False
        self.result: C | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            made = self._connect()
        except Exception as error:  # noqa: BLE001 - carried to the caller's thread and raised there
            self.error = error
            return
        with self._lock:
            if not self._given_up:
                self.result = made
                return
        with suppress(Exception):
            made.close()

    def give_up(self) -> bool:
        """True if nothing has arrived; what arrives from now on is closed at once."""
        with self._lock:
            self._given_up = self.result is None
            return self._given_up


def connect_within(seconds: float, connect: Callable[[], C], place: str) -> C:
    """What `connect` returns or raises, or Retryable after `seconds`.

    A listener that accepts and stays silent holds some drivers for ever, whatever their own timeouts
    say; a daemon thread is left behind with it. `place` is named in the message.
    """
    attempt = _Attempt(connect)
    worker = threading.Thread(target=attempt.run, name=f"connect {place}", daemon=True)
    worker.start()
    worker.join(seconds)
    if attempt.error is None and attempt.give_up():
        raise Retryable(
            f"{place} принял соединение и молчит дольше {seconds:g} с. Проверьте, что за портом база, "
            "а не другая служба, и сетевой экран.",
            f"{place} accepted the connection and stays silent for {seconds:g} s. Check that a database "
            "is behind the port, not another service, and the firewall.",
            detail="connect timed out",
        )
    if attempt.error is not None:
        raise attempt.error
    assert attempt.result is not None  # noqa: S101 - give_up() said that something arrived
    return attempt.result


def engine(url: str, creator: Callable[[], Any]) -> Engine:
    """An engine whose every connection is made by `creator` and closed after use.

    Nothing is pooled: a read holds one connection from its first page to its last.
    """
    return create_engine(url, creator=creator, poolclass=NullPool, hide_parameters=True)


def sqlite_engine(path: Path, busy: float = 30.0) -> Engine:
    """A read-only engine over a database file; a missing file is an error, never a new file."""
    uri = f"file:{quote(str(path))}?mode=ro"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=busy, check_same_thread=False)

    return engine("sqlite://", connect)


def one_of(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """`column` is one of `values`, in lists no longer than Oracle takes; nothing matches an empty one."""
    parts = [
        column.in_(list(values[start : start + IN_LIMIT]))
        for start in range(0, len(values), IN_LIMIT)
    ]
    return or_(*parts) if parts else NOTHING


def after(columns: Sequence[ColumnElement[Any]], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows that sort after `values` by `columns`, spelt without a row-value comparison.

    Oracle has none for `>`. The first column is bounded by `>=` as well, so that an index on it serves.
    """
    alternatives = [
        and_(
            *(earlier == value for earlier, value in zip(columns[:n], values[:n], strict=True)),
            columns[n] > values[n],
        )
        for n in range(len(columns))
    ]
    return and_(columns[0] >= values[0], or_(*alternatives))


def frame(
    names: Sequence[str], rows: Sequence[Sequence[Any]], types: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    """Rows of a result as columns of the given types; ContractBroken if a value does not fit its own."""
    values = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pl.DataFrame(
        [_series(name, column, types[name]) for name, column in zip(names, values, strict=True)]
    )


def _series(name: str, values: Sequence[Any], dtype: pl.DataType) -> pl.Series:
    if dtype == pl.String:
        return _text(name, values)
    try:
        return pl.Series(name, values, dtype=dtype)
    except (TypeError, pl.exceptions.PolarsError):
        pass
    try:
        return _text(name, values).cast(dtype)
    except pl.exceptions.PolarsError as error:
        raise ContractBroken(
            f"В столбце {name} источника стоит не то, что ожидалось ({dtype}). Проверьте таблицу.",
            f"Column {name} of the source does not hold {dtype}. Check the table.",
            detail=type(error).__name__,
        ) from None


def _text(name: str, values: Sequence[Any]) -> pl.Series:
    present = next((value for value in values if value is not None), None)
    if hasattr(present, "isoformat"):
        return pl.Series(name, values, dtype=pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S")
    return pl.Series(name, values, dtype=pl.String, strict=False)


def page(
    statement: Select[Any],
    order: Sequence[Column[Any]],
    size: int,
    last: Sequence[Any] | None = None,
) -> Select[Any]:
    """The next `size` rows of `statement` in `order`, after the row whose order values are `last`."""
    ordered = statement.order_by(*order).limit(size)
    return ordered if last is None else ordered.where(after(order, last))


def pages(
    connection: Connection,
    statement: Select[Any],
    order: Sequence[Column[Any]],
    types: Mapping[str, pl.DataType],
    size: int,
) -> Iterator[pl.DataFrame]:
    """Frames of at most `size` rows of `statement`, in `order`.

    `order` must be unique together and among the selected columns: the last row of a page, as the
    database gave it, is where the next begins. Each page is read whole before it is handed out.
    """
    last: Sequence[Any] | None = None
    while True:
        result = connection.execute(page(statement, order, size, last))
        names = list(result.keys())
        rows = result.fetchall()
        if rows:
            places = [names.index(column.name) for column in order]
            last = [rows[-1][place] for place in places]
            yield frame(names, rows, types)
        if len(rows) < size:
            return
