"""An Aura Contact Center as a source: the detail of contacts that are over, by SQL, read only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

import polars as pl
import sqlalchemy as sa

from connectors.aacc.rows import STAMP, told
from connectors.aacc.settings import AaccSettings
from connectors.aacc.views import View, looked_at
from connectors.database.access import connection, engine_of
from connectors.database.settings import DatabaseSettings
from connectors.database.source import payload
from connectors.window import Window, beginning, local, windows
from schemas.errors import ConfigError, KanonError
from schemas.records import KEY, Batch, Cursor, Probe, Stream

CONTACTS = "contacts"


class Aacc:
    """Contact detail, one row per segment; a contact that is not over has no final stamp and is not read yet."""

    def __init__(self, name: str, settings: AaccSettings, engine: sa.Engine | None = None) -> None:
        self.name = name
        self._settings = settings
        self._made = engine
        self._lookback = timedelta(hours=settings.lookback_hours)

    @cached_property
    def _engine(self) -> sa.Engine:
        reached = DatabaseSettings(url=self._settings.url, timeout=self._settings.timeout)
        return self._made or engine_of(reached)

    def check(self) -> list[Probe]:
        """Whether the base lets us in, and whether its view of contacts can be read."""
        try:
            with connection(self._engine) as opened:
                view = looked_at(opened, self._settings)
                opened.execute(sa.select(view.stamp).limit(1)).fetchall()
        except KanonError as error:
            return [Probe("login", False, error.ru, error.en, error.detail)]
        name = self._settings.contacts
        return [
            Probe("login", True, "Вход выполнен.", "Logged in."),
            Probe(CONTACTS, True, f"Представление {name} читается.", f"View {name} can be read."),
        ]

    def discover(self) -> list[Stream]:
        """The contacts; what the centre itself throws away after a while stays here."""
        return [Stream(CONTACTS, self._settings.key, "timestamp", lookback=self._lookback)]

    def clock(self) -> datetime:
        """The clock of this machine: the bases behind the views spell theirs in different ways."""
        return datetime.now(UTC)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Pages in the order in which contacts were over; each cursor resumes right after its last row."""
        self._known(stream)
        stretches = self._stretches(cursor, until)
        return self._read(stretches) if stretches else iter(())

    def cursor_at(self, stream: str, moment: datetime) -> Cursor:
        """The cursor from which everything over at `moment` or later is read, and nothing else."""
        self._known(stream)
        return beginning(moment, self._settings.tz, self._lookback)

    def count(self, stream: str, cursor: Cursor | None, until: datetime) -> int:
        """How many rows `read` would yield, by COUNT(*)."""
        self._known(stream)
        with connection(self._engine) as opened:
            view = looked_at(opened, self._settings)
            return sum(view.count(opened, one) for one in self._stretches(cursor, until))

    def fetch(self, stream: str, keys: Sequence[str]) -> pl.DataFrame:
        """Rows with these keys."""
        self._known(stream)
        with connection(self._engine) as opened:
            view = looked_at(opened, self._settings)
            result = opened.execute(view.by_keys(keys))
            return self._told(payload(list(result.keys()), result.fetchall()))

    def _read(self, stretches: Sequence[Window]) -> Iterator[Batch]:
        with connection(self._engine) as opened:
            view = looked_at(opened, self._settings)
            for window in stretches:
                yield from self._within(opened, view, window)

    def _within(self, opened: sa.Connection, view: View, window: Window) -> Iterator[Batch]:
        size = self._settings.page_size
        for page in view.pages(opened, window, size):
            done = len(page) < size
            cursor = window.end() if done else window.cursor(page[STAMP][-1], page[KEY][-1])
            yield Batch(CONTACTS, self._told(page), cursor)

    def _told(self, page: pl.DataFrame) -> pl.DataFrame:
        return told(page, self._settings.linked_by, self._settings.tz)

    def _stretches(self, cursor: Cursor | None, until: datetime) -> list[Window]:
        return windows(cursor, local(until, self._settings.tz), self._lookback)

    def _known(self, stream: str) -> None:
        if stream != CONTACTS:
            raise ConfigError(
                f"Потока «{stream}» у контакт-центра нет. Есть: {CONTACTS}.",
                f"A contact center has no stream '{stream}'. There is: {CONTACTS}.",
            )
