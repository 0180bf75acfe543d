"""The tables an Asterisk writes into a database: call records, queue log and channel events.

Columns that a site does not have are not asked for (handbook 5.1). A call record is written when the
call ends and bears the time it began, so the last hours are read again; what is known lands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError

from connectors.asterisk.settings import AsteriskSettings
from schemas.errors import ConfigError, ContractBroken, Retryable
from schemas.records import Cursor, Scalar

VERSION = 2
PAGE = 20_000
# What orders a table's rows in time, the first that it has.
TIMES = {"cdr": ("end", "calldate", "start"), "queue_log": ("time",), "cel": ("eventtime",)}
_WALL = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a table as text, by its own names, and the cursor after them."""

    rows: pl.DataFrame
    cursor: Cursor


def pages(settings: AsteriskSettings, stream: str, cursor: Cursor | None) -> Iterator[Page]:
    """The rows of a stream's table in the order of time, beginning some hours before `cursor`."""
    known = "" if cursor is None else str(cursor.expect(VERSION)["until"])
    with _connection(settings) as connection:
        table = _table(connection, getattr(settings.tables, stream))
        time = next((table.c[name] for name in TIMES[stream] if name in table.c), None)
        if time is None:
            raise ContractBroken(
                f"В таблице {table.name} нет столбца времени ({', '.join(TIMES[stream])}).",
                f"Table {table.name} has no column of time ({', '.join(TIMES[stream])}).",
            )
        wanted = sa.select(table).order_by(time)
        if known:
            wanted = wanted.where(time >= _bound(known, time, settings.tables.lookback_minutes))
        result = connection.execution_options(stream_results=True).execute(wanted)
        names = list(result.keys())
        for part in result.partitions(PAGE):
            rows = pl.DataFrame(
                {
                    name: [_text(value) for value in column]
                    for name, column in zip(names, zip(*part, strict=True), strict=True)
                },
                schema=dict.fromkeys(names, pl.String()),
            )
            known = max([known, *rows[time.name].drop_nulls().to_list()])
            told: dict[str, Scalar] = {"until": known}
            yield Page(rows, Cursor(told, VERSION))


def reachable(settings: AsteriskSettings, stream: str) -> int:
    """How many of the first hundred rows of a stream's table can be read."""
    with _connection(settings) as connection:
        table = _table(connection, getattr(settings.tables, stream))
        return len(connection.execute(sa.select(table).limit(100)).fetchall())


def _table(connection: sa.Connection, name: str) -> sa.Table:
    schema, _, bare = name.rpartition(".")
    try:
        return sa.Table(bare, sa.MetaData(), schema=schema or None, autoload_with=connection)
    except NoSuchTableError:
        raise ConfigError(
            f"В базе станции нет таблицы {name}. Поправьте tables.",
            f"The switch's database has no table {name}. Mend `tables`.",
        ) from None


def _bound(known: str, time: sa.Column[object], minutes: int) -> sa.ColumnElement[object]:
    """The moment to read from again, in the type of the column."""
    if known.replace(".", "", 1).isdigit():
        moment: object = str(float(known) - minutes * 60)
    else:
        wall = datetime.fromisoformat(known) - timedelta(minutes=minutes)
        moment = wall if isinstance(time.type, sa.DateTime) else wall.strftime(_WALL)
    return (
        sa.literal(moment)
        if isinstance(time.type, sa.DateTime)
        else sa.cast(sa.literal(moment), time.type)
    )


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        shown = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return shown.isoformat(sep=" ")
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)


@contextmanager
def _connection(settings: AsteriskSettings) -> Iterator[sa.Connection]:
    assert settings.url is not None  # noqa: S101  asked for only where there is one
    url = settings.url.get_secret_value()
    try:
        engine = sa.create_engine(url, poolclass=sa.pool.NullPool, hide_parameters=True)
    except (NoSuchModuleError, ModuleNotFoundError, SQLAlchemyError) as error:
        raise ConfigError(
            "Адрес базы станции (url) не понят или для него нет драйвера.",
            "The address of the switch's database (url) is not understood or has no driver.",
            detail=type(error).__name__,
        ) from None
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise Retryable(
            "База станции не отвечает или прервала связь. Проверьте url, права и сеть.",
            "The switch's database does not answer or broke off. Check url, rights and network.",
            detail=type(error).__name__,
        ) from None
