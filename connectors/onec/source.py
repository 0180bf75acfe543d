"""A 1C base behind its standard OData interface as streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

import httpx
import polars as pl

from connectors.http import server_time
from connectors.onec.answers import Row
from connectors.onec.exchange import Plan
from connectors.onec.paging import FETCH_AT_ONCE, Paging, fetch
from connectors.onec.probes import probes
from connectors.onec.rows import frame, unexpected
from connectors.onec.settings import EntitySet, OneCSettings
from connectors.onec.wire import Wire, moment
from schemas.errors import ConfigError
from schemas.records import Batch, Cursor, Probe, Stream

CHANGES = "changes"
CURSOR_VERSION = 1
ROWS = 10_000


@dataclass(slots=True)
class OneC:
    """Catalogues, documents and registers of one base; with an exchange plan also its `changes`.

    1C keeps no time of change, so a set is read whole and the hub drops what it knows; documents may be
    read by windows of their date. `changes` brings only what 1C registered for our node.
    """

    name: str
    settings: OneCSettings
    transport: httpx.BaseTransport | None = None
    wire: Wire = field(init=False)

    def __post_init__(self) -> None:
        self.wire = Wire.open(self.settings, self.transport)

    def check(self) -> list[Probe]:
        """Address, login, metadata, every set, the exchange plan's node, clock skew."""
        paths = [self.settings.path(name) for name in self.settings.sets]
        return probes(self.wire, paths, self._plan())

    def discover(self) -> list[Stream]:
        """The configured sets, and `changes` if there is an exchange plan."""
        streams = [self._stream(name, one) for name, one in self.settings.sets.items()]
        if self.settings.exchange is not None:
            carries = tuple(self.settings.sets)
            streams.append(Stream(CHANGES, ("Ref_Key",), "message", "tombstones", carries=carries))
        return streams

    def _stream(self, name: str, one: EntitySet) -> Stream:
        if one.date is None:
            key = self.settings.key(name)
            return Stream(name, key, "snapshot", self.settings.deletes, ordered=False)
        back = timedelta(days=one.lookback_days)
        return Stream(name, self.settings.key(name), "timestamp", "tombstones", lookback=back)

    def clock(self) -> datetime:
        """The `Date` of the web server, else this machine's time (UTC)."""
        return server_time(self.wire.get("", {"$format": "json"})) or datetime.now(UTC)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """The set whole, by date windows, or the next message of the exchange plan."""
        if stream == CHANGES and self.settings.exchange is not None:
            return self._changes(cursor)
        one = self._set(stream)
        if one.date is None:
            return self._whole(stream, cursor, until)
        return self._windows(stream, one, one.date, cursor, until)

    def count(self, stream: str, cursor: Cursor | None, until: datetime) -> int:  # noqa: ARG002  a protocol; 1C has no change times to bound
        """How many objects `read` yields at least: those of the set, or of the windows still to read.

        0 for `changes`: to count them is to take them into a message.
        """
        if stream == CHANGES and self.settings.exchange is not None:
            return 0
        one = self._set(stream)
        if one.virtual:
            return len(self.wire.objects(self.settings.path(stream)))
        if one.date is None:
            return self.wire.count(stream)
        return self.wire.count(
            stream, f"{one.date} ge {moment(self._from(one, cursor).isoformat())}"
        )

    def fetch(self, stream: str, keys: Sequence[str]) -> pl.DataFrame:
        """The objects with these references."""
        self._set(stream)
        key = self.settings.key(stream)
        rows: list[Row] = []
        for start in range(0, len(keys), FETCH_AT_ONCE):
            rows += fetch(self.wire, stream, key[0], keys[start : start + FETCH_AT_ONCE])
        return frame(rows, key)

    def acknowledge(self, stream: str, cursor: Cursor) -> None:
        """Tells 1C that the message of `cursor` is committed; other streams need no word."""
        plan = self._plan()
        if stream == CHANGES and plan is not None:
            plan.notify(int(cursor.expect(CURSOR_VERSION)["message"] or 0))

    def _plan(self) -> Plan | None:
        exchange = self.settings.exchange
        return None if exchange is None else Plan(self.wire, exchange)

    def _set(self, stream: str) -> EntitySet:
        one = self.settings.sets.get(stream)
        if one is None:
            known = ", ".join(self.settings.sets)
            raise ConfigError(
                f"Набор «{stream}» не подключён. Подключены: {known}.",
                f"The set '{stream}' is not connected. Connected are: {known}.",
            )
        return one

    def _whole(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        if cursor is not None:
            cursor.expect(CURSOR_VERSION)
        done = Cursor({"read_at": until.astimezone(UTC).isoformat()}, CURSOR_VERSION)
        if self._set(stream).virtual:
            rows = self.wire.objects(self.settings.path(stream))
            yield from self._portions(stream, rows, done)
        else:
            yield from self._batches(stream, self._paging(stream), done)

    def _portions(self, stream: str, rows: Sequence[Row], done: Cursor) -> Iterator[Batch]:
        key = self.settings.key(stream)
        for start in range(0, len(rows), ROWS):
            last = start + ROWS >= len(rows)
            yield Batch(stream, frame(rows[start : start + ROWS], key), done if last else None)
        if not rows:
            yield Batch(stream, frame([], key), done)

    def _windows(
        self, stream: str, one: EntitySet, date: str, cursor: Cursor | None, until: datetime
    ) -> Iterator[Batch]:
        start = self._from(one, cursor) if cursor else self._first(stream, one, date)
        local = until.astimezone(self.settings.zone()).replace(tzinfo=None, microsecond=0)
        while start < local:
            end = min(start + timedelta(days=one.window_days), local)
            condition = f"{date} ge {moment(start.isoformat())}"
            if end < local:
                # The last window is open: a document dated ahead is no less a document.
                condition += f" and {date} lt {moment(end.isoformat())}"
            done = Cursor({"date": end.isoformat()}, CURSOR_VERSION)
            yield from self._batches(stream, self._paging(stream, condition), done)
            start = end

    def _from(self, one: EntitySet, cursor: Cursor | None) -> datetime:
        if cursor is None:
            return datetime(one.since, 1, 1)  # noqa: DTZ001  1C keeps local time without a zone
        reached = datetime.fromisoformat(str(cursor.expect(CURSOR_VERSION)["date"]))
        return reached - timedelta(days=one.lookback_days)

    def _first(self, stream: str, one: EntitySet, date: str) -> datetime:
        query: dict[str, str | int] = {"$orderby": date, "$top": 1, "$select": f"Ref_Key,{date}"}
        since = self._from(one, None)
        condition = f"{date} ge {moment(since.isoformat())}"
        rows = self.wire.objects(stream, {"$filter": condition, **query})
        return max(since, datetime.fromisoformat(rows[0][date] or "")) if rows else since

    def cursor_at(self, stream: str, moment: datetime) -> Cursor:
        """A cursor for documents dated at or after `moment`; a set read whole has only its beginning."""
        one = self._set(stream)
        if one.date is None:
            return Cursor({"read_at": ""}, CURSOR_VERSION)
        local = moment.astimezone(self.settings.zone()).replace(tzinfo=None)
        reached = local + timedelta(days=one.lookback_days)
        return Cursor({"date": reached.isoformat()}, CURSOR_VERSION)

    def _paging(self, stream: str, condition: str = "") -> Paging:
        key = self.settings.key(stream)
        return Paging(self.wire, stream, key, self.settings.page, condition)

    def _batches(self, stream: str, paging: Paging, done: Cursor) -> Iterator[Batch]:
        key = self.settings.key(stream)
        held: list[Row] = []
        for rows in paging.pages():
            if held:
                yield Batch(stream, frame(held, key), None)
            held = rows
        yield Batch(stream, frame(held, key), done)

    def _changes(self, cursor: Cursor | None) -> Iterator[Batch]:
        plan = self._plan()
        if plan is None:
            return
        committed = None if cursor is None else int(cursor.expect(CURSOR_VERSION)["message"] or 0)
        node, message = plan.next_message(committed)
        held: Batch | None = None
        for batch in self._received(list(plan.select(node, message)), plan.settings.ignore):
            if held is not None:
                yield held
            held = batch
        if held is not None:
            done = Cursor({"message": message}, CURSOR_VERSION)
            yield Batch(held.stream, held.rows, done, held.rejects)

    def _received(self, changes: list[tuple[str, Row]], ignore: Sequence[str]) -> Iterator[Batch]:
        ordered = sorted(changes, key=lambda change: change[0])
        for name, group in groupby(ordered, key=lambda change: change[0]):
            rows = [row for _, row in group]
            if name in self.settings.sets:
                key = self.settings.key(name)
                for start in range(0, len(rows), ROWS):
                    yield Batch(name, frame(rows[start : start + ROWS], key), None)
            elif name not in ignore and not self._is_part(name):
                yield Batch(CHANGES, frame([], ()), None, unexpected(name, rows))

    def _is_part(self, name: str) -> bool:
        """Whether `name` is a tabular part, which came inside its object already."""
        return any(name.startswith(f"{one}_") for one in self.settings.sets)
