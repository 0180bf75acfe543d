"""What an Asterisk writes down of its calls, as streams: call records, queue log, channel events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from connectors.asterisk.cdr import Layout, parsed, told_by_table
from connectors.asterisk.cel import enveloped_cel, parsed_cel
from connectors.asterisk.channels import CHANNELS
from connectors.asterisk.live import LIVE
from connectors.asterisk.queue_log import enveloped, parsed_queue_log, table_fields
from connectors.asterisk.settings import AsteriskSettings
from connectors.asterisk.tables import pages, reachable
from connectors.files.folder import Folder
from connectors.files.frames import Part
from connectors.files.growing import Added, added
from schemas.errors import ConfigError, KanonError
from schemas.records import KEY, Batch, Cursor, Probe, Stream

CDR, QUEUE_LOG, CEL = "cdr", "queue_log", "cel"
STREAMS = (CDR, QUEUE_LOG, CEL, LIVE, CHANNELS)


@dataclass(frozen=True, slots=True)
class Asterisk:
    """Logs that grow and are rotated, or tables; what a switch does not write is an empty stream."""

    name: str
    settings: AsteriskSettings

    def check(self) -> list[Probe]:
        """Of each stream that is set: whether it can be read, and how much of its beginning is understood."""
        return [self._probe(stream) for stream in STREAMS if self._is_set(stream)]

    def discover(self) -> list[Stream]:
        """What it may write, whether or not it does; what is heard live comes by `kanon listen`."""
        lookback = timedelta(minutes=self.settings.tables.lookback_minutes)
        return [
            Stream(name, (KEY,), "file", lookback=lookback)
            if self._table(name)
            else Stream(name, (KEY,), "file")
            for name in STREAMS
        ]

    def clock(self) -> datetime:
        """The clock of this machine; files have no other."""
        return datetime.now(UTC)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Records added to the logs after `cursor`, in the order of their lines; to tables, of time."""
        if stream not in STREAMS:
            known = ", ".join(STREAMS)
            raise ConfigError(
                f"Потока «{stream}» у Asterisk нет. Есть: {known}.",
                f"Asterisk has no stream '{stream}'. There is: {known}.",
            )
        if self._table(stream):
            for page in pages(self.settings, stream, cursor):
                yield Batch(stream, self._of_table(stream, page.rows), page.cursor)
        elif (folder := self._folder(stream)) is not None:
            for some in added(folder, cursor, until):
                part = self._parsed(stream, some)
                yield Batch(stream, part.rows, some.cursor, part.rejects)

    def _parsed(self, stream: str, some: Added) -> Part:
        if stream == QUEUE_LOG:
            return parsed_queue_log(some.lines, some.first, some.name)
        if stream == CEL:
            return parsed_cel(some.lines, some.first, some.name, self.settings.tz)
        layout = Layout(self.settings.columns, self.settings.tz)
        return parsed(some.lines, some.first, some.name, layout)

    def _of_table(self, stream: str, rows: pl.DataFrame) -> pl.DataFrame:
        if stream == QUEUE_LOG:
            return enveloped(table_fields(rows))
        if stream == CEL:
            return enveloped_cel(rows, self.settings.tz)
        return told_by_table(rows, self.settings.tz)

    def _is_set(self, stream: str) -> bool:
        return self._table(stream) or self._folder(stream) is not None

    def _table(self, stream: str) -> bool:
        return self.settings.url is not None and bool(getattr(self.settings.tables, stream, ""))

    def _folder(self, stream: str) -> Folder | None:
        chosen = self.settings
        places: dict[str, tuple[Path | None, tuple[str, ...]]] = {
            CDR: (chosen.path, chosen.patterns),
            QUEUE_LOG: (chosen.queue_log, chosen.queue_log_patterns),
            CEL: (chosen.cel, chosen.cel_patterns),
            LIVE: (None, ()),
            CHANNELS: (None, ()),
        }
        path, patterns = places[stream]
        return None if path is None else Folder(path, patterns)

    def _probe(self, stream: str) -> Probe:
        try:
            if self._table(stream):
                found = reachable(self.settings, stream)
                return Probe(
                    stream,
                    True,
                    f"Таблица читается: {found} строк.",
                    f"The table can be read: {found} rows.",
                )
            folder = self._folder(stream)
            logs = [] if folder is None else folder.files()
            first = next(self.read(stream, None, datetime.now(UTC)), None)
        except KanonError as error:
            return Probe(stream, False, error.ru, error.en, error.detail)
        found, refused = (first.rows.height, first.rejects.height) if first else (0, 0)
        ru = f"Журналов: {len(logs)}; в начале записей {found}, непонятных строк {refused}."
        en = f"Logs: {len(logs)}; at their beginning {found} records, {refused} lines not understood."
        if refused:
            ru += " Проверьте columns и zone подключения; сами строки покажет kanon quarantine --rows."
            en += " Check `columns` and `zone` of the connection; kanon quarantine --rows shows the lines."
        return Probe(stream, found > 0 or not refused, ru, en)
