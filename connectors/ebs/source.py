"""Oracle E-Business Suite R12 as a source: each table a stream with its own watermark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import Connection, Engine, Select

from connectors.ebs import queries
from connectors.ebs.database import Database
from connectors.ebs.settings import EbsSettings
from connectors.ebs.tables import TABLES, WATERMARK, EbsTable, polars_types
from connectors.ebs.trouble import explained
from connectors.reach import reach, skew
from connectors.sql import IN_LIMIT, frame, pages
from connectors.window import DATE_FORMAT, Window, beginning, local, utc, windows
from schemas.errors import ConfigError, ContractBroken, KanonError
from schemas.records import CHANGED_AT, DELETED, KEY, Batch, Cursor, Probe, Stream


class EbsSource:
    """The customer and item master of one EBS base, read only.

    Times in payloads are the database's local time as text; `_changed_at` is UTC. A deleted row
    leaves no trace in EBS: deletions are found by sweeping keys.
    """

    def __init__(self, name: str, settings: EbsSettings, engine: Engine | None = None) -> None:
        self.name = name
        self._settings = settings
        self._database = Database(settings, engine)
        self._zone = ZoneInfo(settings.zone)
        self._lookback = timedelta(minutes=settings.lookback_minutes)

    def check(self) -> list[Probe]:
        """Address, login, each stream readable, clock skew; stops at the first that rules out the rest."""
        probes = self._reach()
        if not all(probe.ok for probe in probes):
            return probes
        try:
            with self._database.connection() as connection:
                probes.append(Probe("login", True, "Вход выполнен.", "Logged in."))
                probes += [self._readable(connection, name) for name in self._settings.chosen]
                probes.append(skew(self._now(connection), datetime.now(UTC)))
        except KanonError as error:
            probes.append(Probe("login", False, error.ru, error.en, error.detail))
        return probes

    def discover(self) -> list[Stream]:
        """The chosen tables, in the order of the TCA model."""
        return [
            Stream(
                name=name,
                key=TABLES[name].key,
                cursor_kind="timestamp",
                delete_mode="key_sweep",
                lookback=self._lookback,
            )
            for name in self._settings.chosen
        ]

    def clock(self) -> datetime:
        """SYSDATE of the database, in UTC by the `zone` of the settings."""
        with self._database.connection() as connection:
            return self._now(connection)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Pages in order of change; each batch's cursor resumes right after its last row."""
        table = self._table(stream)
        stretches = windows(cursor, local(until, self._zone), self._lookback)
        return self._read(table, stretches) if stretches else iter(())

    def cursor_at(self, stream: str, moment: datetime) -> Cursor:
        """The cursor from which everything changed at `moment` or later is read, and nothing else."""
        self._table(stream)
        return beginning(moment, self._zone, self._lookback)

    def count(self, stream: str, cursor: Cursor | None, until: datetime) -> int:
        """How many rows `read` would yield, by COUNT(*)."""
        table = self._table(stream)
        stretches = windows(cursor, local(until, self._zone), self._lookback)
        with self._database.connection() as connection:
            return sum(
                connection.scalar(queries.counted(table, self._settings, window)) or 0
                for window in stretches
            )

    def fetch(self, stream: str, keys: Sequence[str]) -> pl.DataFrame:
        """Rows with these keys, within the organizations of the settings."""
        table = self._table(stream)
        with self._database.connection() as connection:
            columns = self._columns(connection, table)
            every = queries.rows(table, self._settings, columns)
            parts = [keys[start : start + IN_LIMIT] for start in range(0, len(keys), IN_LIMIT)]
            found = [
                _frame(connection, queries.by_keys(every, table, part), table)
                for part in parts or [[]]
            ]
        return self._enveloped(table, pl.concat(found))

    def sample(self, stream: str, limit: int) -> pl.DataFrame:
        """At most `limit` payload rows, those changed last."""
        table = self._table(stream)
        with self._database.connection() as connection:
            columns = self._columns(connection, table)
            every = queries.rows(table, self._settings, columns)
            return _frame(connection, queries.newest(every, table, limit), table)

    def _read(self, table: EbsTable, stretches: Sequence[Window]) -> Iterator[Batch]:
        size = self._settings.page_size
        with self._database.connection() as connection:
            columns = self._columns(connection, table)
            every = queries.rows(table, self._settings, columns)
            for window in stretches:
                statement = queries.within(every, table, window)
                for page in pages(connection, statement, table.order, polars_types(table), size):
                    rows = self._enveloped(table, page)
                    at, key = rows[WATERMARK][-1], rows[KEY][-1]
                    done = len(rows) < size
                    yield Batch(
                        table.stream, rows, window.end() if done else window.cursor(at, key)
                    )

    def _enveloped(self, table: EbsTable, page: pl.DataFrame) -> pl.DataFrame:
        key = pl.concat_str([pl.col(name).cast(pl.String) for name in table.key], separator="/")
        try:
            return page.with_columns(
                key.alias(KEY), self._changed_at().alias(CHANGED_AT), pl.lit(False).alias(DELETED)
            )
        except pl.exceptions.PolarsError:
            raise ContractBroken(
                f"{table.table.name}: {WATERMARK} не в виде ГГГГ-ММ-ДД ЧЧ:ММ:СС.",
                f"{table.table.name}: {WATERMARK} is not written YYYY-MM-DD HH:MM:SS.",
            ) from None

    def _changed_at(self) -> pl.Expr:
        naive = pl.col(WATERMARK).str.to_datetime(DATE_FORMAT, time_unit="us")
        # An hour that summer time skipped never was; the clock then showed one hour more.
        moments = [
            (naive + shift).dt.replace_time_zone(
                self._settings.zone, ambiguous="earliest", non_existent="null"
            )
            for shift in (timedelta(0), timedelta(hours=1))
        ]
        return pl.coalesce(moments).dt.convert_time_zone("UTC")

    def _table(self, stream: str) -> EbsTable:
        if stream not in self._settings.chosen:
            offered = ", ".join(self._settings.chosen)
            raise ConfigError(
                f"Поток «{stream}» не читается из «{self.name}». Доступны: {offered}; для items нужна "
                "настройка master_org.",
                f"Stream '{stream}' is not read from '{self.name}'. On offer: {offered}; items need "
                "the setting master_org.",
            )
        return TABLES[stream]

    def _columns(self, connection: Connection, table: EbsTable) -> list[str]:
        names = connection.execute(queries.shape(table)).keys()
        present = {name.upper() for name in names}
        missing = [name for name in table.needed if name not in present]
        if missing:
            raise ContractBroken(
                f"В таблице {table.table.name} нет столбцов {', '.join(missing)}: это не та таблица.",
                f"Table {table.table.name} lacks {', '.join(missing)}: it is not the one expected.",
            )
        return [column.name for column in table.table.columns if column.name in present]

    def _now(self, connection: Connection) -> datetime:
        if self._settings.path is not None:
            text = connection.scalar(queries.SQLITE_NOW)
            return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
        return utc(str(connection.scalar(queries.ORACLE_NOW)), self._zone)

    def _reach(self) -> list[Probe]:
        path, host = self._settings.path, self._settings.host
        if path is not None:
            found = path.is_file()
            ru = "Файл базы найден." if found else f"Файла {path.name} нет: проверьте url."
            en = "The file is there." if found else f"There is no file {path.name}: check `url`."
            return [Probe("address", found, ru, en)]
        return [reach(host, self._settings.port, self._settings.connect_timeout)] if host else []

    def _readable(self, connection: Connection, stream: str) -> Probe:
        name = f"stream:{stream}"
        try:
            with explained(self._database.place):
                self._columns(connection, TABLES[stream])
        except KanonError as error:
            return Probe(name, False, error.ru, error.en, error.detail)
        return Probe(name, True, f"Таблица потока {stream} читается.", f"'{stream}' is readable.")


def _frame(connection: Connection, statement: Select[Any], table: EbsTable) -> pl.DataFrame:
    result = connection.execute(statement)
    return frame(list(result.keys()), result.fetchall(), polars_types(table))
