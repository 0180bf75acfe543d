"""People, departments and groups of an Active Directory as streams (handbook 6.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from connectors.ad.changes import VERSION, WAYS, Changes, moved_along
from connectors.ad.entries import SORTS, Sort, frame_of, is_off, key_of, row_of, tombstones
from connectors.ad.settings import DirectorySettings
from connectors.ad.wire import Wire, wired
from schemas.errors import ConfigError, KanonError, Unbalanced
from schemas.records import KEY, Batch, Cursor, CursorKind, Probe, Stream

PEOPLE = "employees"
FEW = 20  # so many may leave at once without a question
WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class ActiveDirectory:
    """One domain, asked through whichever of its controllers answers first."""

    name: str
    settings: DirectorySettings

    def check(self) -> list[Probe]:
        """Whether a controller lets us in, and whether each stream can be read the way that is set."""
        try:
            with wired(self.settings) as wire:
                wire.controller()
        except KanonError as error:
            return [Probe("login", False, error.ru, error.en, error.detail)]
        ru, en = "Каталог принял учётную запись.", "The directory accepted the user."
        return [Probe("login", True, ru, en), *(self._readable(stream) for stream in SORTS)]

    def _readable(self, stream: str) -> Probe:
        try:
            with wired(self.settings) as wire:
                found = next(self._batches(wire, stream, None), None)
        except KanonError as error:
            return Probe(stream, False, error.ru, error.en, error.detail)
        rows = 0 if found is None else found.rows.height
        return Probe(stream, True, f"{stream}: читается, в начале записей {rows}.", f"{stream}: readable, {rows} records at the beginning.")  # fmt: skip

    def discover(self) -> list[Stream]:
        """People, units, groups. A nightly sweep also finds who left `base` without being deleted."""
        kind: CursorKind = "snapshot" if self.settings.changes == WHOLE else "message"
        return [Stream(name, (KEY,), kind, "key_sweep", ordered=False) for name in SORTS]

    def clock(self) -> datetime:
        """The controller's time."""
        with wired(self.settings) as wire:
            return wire.controller().now

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:  # noqa: ARG002  a protocol; a directory tells changes by its own counters
        """What changed after `cursor`; Unbalanced if too many people vanished or were switched off."""
        _sort(stream)
        with wired(self.settings) as wire:
            yield from self._batches(wire, stream, cursor)

    def fetch(self, stream: str, keys: Sequence[str]) -> pl.DataFrame:
        """Living entries by objectGUID."""
        sort = _sort(stream)
        wanted = [key for key in keys if _is_guid(key)]
        with wired(self.settings) as wire:
            return frame_of([row_of(one, sort) for one in wire.by_key(sort, wanted)], sort)

    def _batches(self, wire: Wire, stream: str, cursor: Cursor | None) -> Iterator[Batch]:
        if self.settings.changes == WHOLE:
            yield from self._whole(wire, stream, cursor)
            return
        for changes in WAYS[self.settings.changes](wire, SORTS[stream], cursor):
            rows = self._rows(wire, SORTS[stream], changes)
            if stream == PEOPLE and not changes.first:
                self._weigh(wire, SORTS[stream], rows, changes.gone)
            living = frame_of(rows, SORTS[stream])
            found = pl.concat([living, tombstones(changes.gone, SORTS[stream])])
            yield Batch(stream, found, changes.cursor)

    def _rows(self, wire: Wire, sort: Sort, changes: Changes) -> list[dict[str, str | None]]:
        entries = {key_of(one): one for one in wire.by_key(sort, changes.keys)}
        if not changes.first:
            others = [key for key in changes.keys if key not in entries or sort is SORTS["units"]]
            entries |= {key_of(one): one for one in moved_along(wire, sort, others)}
        return [row_of(one, sort) for one in entries.values()]

    def _whole(self, wire: Wire, stream: str, cursor: Cursor | None) -> Iterator[Batch]:
        if cursor is not None:
            cursor.expect(VERSION)
        sort = SORTS[stream]
        found = [
            row_of(one, sort)
            for one in wire.search(wire.settings.base, sort.alive, sort.attributes)
        ]
        end = Cursor({"way": WHOLE, "first": False}, VERSION)
        parts = range(0, max(len(found), 1), self.settings.page)
        for start in parts:
            last = start + self.settings.page >= len(found)
            part = found[start : start + self.settings.page]
            yield Batch(stream, frame_of(part, sort), end if last else None)

    def _weigh(
        self, wire: Wire, sort: Sort, rows: list[dict[str, str | None]], gone: list[str]
    ) -> None:
        """A mistake in the directory must not strip all managers of their clients at once."""
        leaving = len(gone) + sum(map(is_off, rows))
        if leaving <= FEW:
            return
        left = sum(1 for _ in wire.search(wire.settings.base, sort.alive, []))
        if leaving > self.settings.most_gone * (left + len(gone)):
            share = f"{self.settings.most_gone:.0%}"
            raise Unbalanced(
                f"{self.name}: разом удалены или отключены {leaving} сотрудников из {left + len(gone)}, это больше {share}. Похоже на ошибку в каталоге; ничего не изменено. Если так и надо, поднимите most_gone.",
                f"{self.name}: {leaving} of {left + len(gone)} people were deleted or switched off at once, more than {share}. That looks like a mistake in the directory; nothing was changed. If it is right, raise most_gone.",
            )


def _is_guid(key: str) -> bool:
    return len(key) == 36 and key.count("-") == 4


def _sort(stream: str) -> Sort:
    if stream not in SORTS:
        known = ", ".join(SORTS)
        raise ConfigError(
            f"Потока «{stream}» у каталога нет. Есть: {known}.",
            f"A directory has no stream '{stream}'. There are: {known}.",
        )
    return SORTS[stream]
