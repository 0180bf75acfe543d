"""Logs that grow and are rotated: what was added since, in whole lines, whatever the file is called now.

A log is known by its first line, so that Master.csv renamed to Master.csv.1 is not read again. The cursor
holds how far each log was read, and a note of the reader's own; a log that became shorter than that is
read from its beginning.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.files.folder import Folder, Located
from schemas.errors import ContractBroken
from schemas.records import Cursor, Scalar

VERSION = 1
PIECE = 8 << 20
LONGEST_LINE = 4 << 20
# Lines may be added between asking the clock and listing the folder.
_LISTED_WITHIN_NS = 500_000_000


@dataclass(slots=True)
class _Place:
    """How far a log was read, and what the reader noted there."""

    offset: int = 0
    lines: int = 0
    note: str = ""

    @classmethod
    def told(cls, text: Scalar) -> _Place:
        offset, _, rest = str(text or "0-0").partition("-")
        lines, _, note = rest.partition("-")
        return cls(int(offset), int(lines), note)

    def __str__(self) -> str:
        return f"{self.offset}-{self.lines}" + (f"-{self.note}" if self.note else "")


@dataclass(frozen=True, slots=True)
class Added:
    """Whole lines of a log, without their breaks, the number of the first, and the cursor after them.

    `note` is what the reader noted at the end of the lines before these.
    """

    name: str
    first: int
    lines: list[bytes]
    cursor: Cursor
    modified: datetime
    note: str
    _place: _Place
    _mark: str

    def noted(self, note: str) -> Cursor:
        """The cursor with a note for whoever reads this log on; without a line break."""
        self._place.note = note
        return Cursor({**self.cursor.value, self._mark: str(self._place)}, VERSION)


def added(folder: Folder, cursor: Cursor | None, until: datetime) -> Iterator[Added]:
    """What the logs of a folder hold beyond `cursor`, oldest log first, some megabytes at a time."""
    limit = int(until.timestamp() * 1_000_000) * 1000 + _LISTED_WITHIN_NS
    files = [file for file in folder.files() if file.size]
    known: Mapping[str, Scalar] = {} if cursor is None else cursor.expect(VERSION)
    marks = {file.name: _mark(file) for file in files}
    places = {mark: known[mark] for mark in marks.values() if mark in known}
    for file in files:
        mark = marks[file.name]
        if not mark or file.modified > limit:
            continue
        place = _place(places.get(mark), file)
        for some, number in _beyond(file, place):
            note, place.lines = place.note, number + len(some)
            here = Cursor({**places, mark: str(place)}, VERSION)
            yield Added(file.name, number + 1, some, here, _moment(file), note, place, mark)
            places[mark] = str(place)


def _moment(file: Located) -> datetime:
    return datetime.fromtimestamp(file.modified / 1_000_000_000, UTC)


def _place(told: Scalar, file: Located) -> _Place:
    place = _Place.told(told)
    return place if place.offset <= file.size else _Place()


def _mark(file: Located) -> str:
    """What a log is known by; empty until its first line is whole."""
    with file.open() as stream:
        line = stream.readline(LONGEST_LINE)
    return hashlib.sha256(line).hexdigest()[:16] if line.endswith(b"\n") else ""


def _beyond(file: Located, place: _Place) -> Iterator[tuple[list[bytes], int]]:
    """Lines, and how many stand before them; the place moves behind them."""
    number = place.lines
    with file.open() as stream:
        stream.seek(place.offset)
        rest = b""
        while piece := stream.read(min(PIECE, file.size - place.offset - len(rest))):
            whole, end, rest = (rest + piece).rpartition(b"\n")
            if not end:
                _refuse_endless(file, rest, number)
                continue
            lines = whole.split(b"\n")
            place.offset += len(whole) + 1
            yield [line.removesuffix(b"\r") for line in lines], number
            number += len(lines)


def _refuse_endless(file: Located, rest: bytes, number: int) -> None:
    if len(rest) > LONGEST_LINE:
        raise ContractBroken(
            f"{file.name}: строка {number + 1} длиннее 4 МБ. Это не журнал звонков?",
            f"{file.name}: line {number + 1} is longer than 4 MB. Is this a call log?",
        )
