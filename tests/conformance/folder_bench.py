"""A folder whose files are its batches: what the benches of file connectors have in common."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.base import Source
from schemas.records import Cursor
from tests.conformance.case import NO_ACKNOWLEDGE, NO_SINK, Bench
from tests.conformance.reading import batches, last_cursor
from tests.support.handles import open_targets

IMPOSSIBLE = {
    **NO_SINK,
    **NO_ACKNOWLEDGE,
    "wrong_password_is_refused": "у папки нет входа / a folder has no login",
    "missing_right_is_refused": "права даёт ОС, у root они есть всегда / the OS grants, root has all",
    "busy_system_is_waited_for": "папка не просит подождать / a folder asks nobody to wait",
    "cut_leaves_whole_batches": "соединения нет / there is no connection",
    "secrets_stay_in": "секретов нет / there are no secrets",
    "count_agrees_with_read": "файл считают, только прочитав / a file is counted by reading it",
    "fetch_agrees_with_read": "в файле нет поиска по ключу / a file cannot be asked by key",
    "seeking_finds_the_moment": "в строках нет времени изменения / rows have no change time",
}


class FolderBench(Bench):
    """Three files of ten rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "in"
        self.folder.mkdir()
        self.last = 0
        for number in range(3):
            self._write(self._new(10), time.time() - 3600 + number)

    def connector(self) -> Source:
        """A new connector to the folder."""
        raise NotImplementedError

    def body(self, rows: dict[str, str | None]) -> bytes:
        """A file with these rows: key to text, None for a deleted row."""
        raise NotImplementedError

    def source(self) -> Source:
        return self.connector()

    @contextmanager
    def down(self) -> Iterator[None]:
        away = self.folder.rename(self.folder.with_suffix(".away"))
        yield
        away.rename(self.folder)

    def rows_now(self) -> int:
        return self.last

    def clear(self, keep: int = 0) -> None:
        for file in self.folder.iterdir():
            file.unlink()
        if keep:
            self._write(self._new(keep), time.time() - 60)

    def add_rows(self, n: int) -> list[str]:
        return self._write(self._new(n), time.time() + 1)

    def change_rows(self, n: int) -> list[str]:
        return self._write({str(key): "changed" for key in range(1, n + 1)}, time.time() + 1)

    def add_late_row(self) -> str:
        return self._write(self._new(1), time.time() - 7200)[0]

    def add_tie(self, n: int) -> list[str]:
        moment = time.time() + 1
        return [key for _ in range(n) for key in self._write(self._new(1), moment)]

    def delete_row(self) -> str:
        return self._write({"1": None}, time.time() + 1)[0]

    def add_text(self, text: str) -> str:
        self.last += 1
        return self._write({str(self.last): text}, time.time() + 1)[0]

    def future_cursor(self) -> Cursor:
        return last_cursor(batches(self.source(), self.stream))

    def open_handles(self) -> int:
        return sum(target.startswith(str(self.folder)) for target in open_targets())

    def _new(self, count: int) -> dict[str, str | None]:
        self.last += count
        return {str(key): f"row {key}" for key in range(self.last - count + 1, self.last + 1)}

    def _write(self, rows: dict[str, str | None], moment: float) -> list[str]:
        file = self.folder / f"{len(list(self.folder.iterdir())):04d}.txt"
        file.write_bytes(self.body(rows))
        os.utime(file, (moment, moment))
        return list(rows)
