"""An Aura Contact Center as a source: contacts that are over and intervals of agents, by SQL, read only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

import polars as pl
import sqlalchemy as sa

from connectors.aacc.settings import AaccSettings
from connectors.aacc.shapes import Shape, shapes
from connectors.aacc.views import View, looked_at
from connectors.database.access import connection, engine_of
from connectors.database.settings import DatabaseSettings
from connectors.database.source import payload
from connectors.window import Window, beginning, local, windows
from schemas.errors import ConfigError, KanonError
from schemas.records import KEY, Batch, Cursor, Probe, Stream


class Aacc:
    """Contact detail, one row per segment, of contacts that have a final stamp; and intervals of agents."""

    def __init__(self, name: str, settings: AaccSettings, engine: sa.Engine | None = None) -> None:
        self.name = name
        self._settings = settings
        self._made = engine
        self._lookback = timedelta(hours=settings.lookback_hours)
        self._shapes = shapes(settings)

    @cached_property
    def _engine(self) -> sa.Engine:
        reached = DatabaseSettings(url=self._settings.url, timeout=self._settings.timeout)
        return self._made or engine_of(reached)

    def check(self) -> list[Probe]:
        """Whether the base lets us in, and which of its views can be read."""
        probes: list[Probe] = []
        try:
            with connection(self._engine):
                pass
        except KanonError as error:
            return [Probe("login", False, error.ru, error.en, error.detail)]
        probes.append(Probe("login", True, "Вход выполнен.", "Logged in."))
        return [*probes, *(self._probe(stream, shape) for stream, shape in self._shapes.items())]

    def _probe(self, stream: str, shape: Shape) -> Probe:
        try:
            with connection(self._engine) as opened:
                view = looked_at(opened, shape)
                opened.execute(sa.select(view.stamp).limit(1)).fetchall()
        except KanonError as error:
            return Probe(stream, False, error.ru, error.en, error.detail)
        return Probe(
            stream,
            True,
            f"Представление {shape.view} читается.",
            f"View {shape.view} can be read.",
        )

    def discover(self) -> list[Stream]:
        """Contacts and agents; what the centre itself throws away after a while stays here."""
        return [
            Stream(stream, shape.key, "timestamp", lookback=self._lookback)
            for stream, shape in self._shapes.items()
        ]

    def clock(self) -> datetime:
        """The clock of this machine: the bases behind the views spell theirs in different ways."""
        return datetime.now(UTC)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Pages in the order of the view's stamp; each cursor resumes right after its last row."""
        shape = self._shape(stream)
        stretches = self._stretches(cursor, until)
        return self._read(stream, shape, stretches) if stretches else iter(())

    def cursor_at(self, stream: str, moment: datetime) -> Cursor:
        """The cursor from which everything stamped `moment` or later is read, and nothing else."""
        self._shape(stream)
        return beginning(moment, self._settings.tz, self._lookback)

    def count(self, stream: str, cursor: Cursor | None, until: datetime) -> int:
        """How many rows `read` would yield, by COUNT(*)."""
        shape = self._shape(stream)
        with connection(self._engine) as opened:
            view = looked_at(opened, shape)
            return sum(view.count(opened, one) for one in self._stretches(cursor, until))

    def fetch(self, stream: str, keys: Sequence[str]) -> pl.DataFrame:
        """Rows with these keys."""
        shape = self._shape(stream)
        with connection(self._engine) as opened:
            result = opened.execute(looked_at(opened, shape).by_keys(keys))
            return shape.told(payload(list(result.keys()), result.fetchall()))

    def _read(self, stream: str, shape: Shape, stretches: Sequence[Window]) -> Iterator[Batch]:
        with connection(self._engine) as opened:
            view = looked_at(opened, shape)
            for window in stretches:
                for rows, cursor in self._within(opened, view, window):
                    yield Batch(stream, rows, cursor)

    def _within(
        self, opened: sa.Connection, view: View, window: Window
    ) -> Iterator[tuple[pl.DataFrame, Cursor]]:
        size, shape = self._settings.page_size, view.shape
        for page in view.pages(opened, window, size):
            done = len(page) < size
            last = page[shape.stamp][-1], page[KEY][-1]
            yield shape.told(page), window.end() if done else window.cursor(*last)

    def _stretches(self, cursor: Cursor | None, until: datetime) -> list[Window]:
        return windows(cursor, local(until, self._settings.tz), self._lookback)

    def _shape(self, stream: str) -> Shape:
        if stream not in self._shapes:
            known = ", ".join(self._shapes)
            raise ConfigError(
                f"Потока «{stream}» у контакт-центра нет. Есть: {known}.",
                f"A contact center has no stream '{stream}'. There is: {known}.",
            )
        return self._shapes[stream]
