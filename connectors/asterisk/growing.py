"""Logs that grow and are rotated: what was added since, in whole lines, whatever the file is called now.

A log is known by its first line, so that Master.csv renamed to Master.csv.1 is not read again. The cursor
holds how far each log was read; a log that became shorter than that is read from its beginning.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.files.folder import Folder, Located
from schemas.errors import ContractBroken
from schemas.records import Cursor, Scalar

VERSION = 1
PIECE = 8 << 20
LONGEST_LINE = 4 << 20
# Lines may be added between asking the clock and listing the folder.
_LISTED_WITHIN_NS = 500_000_000


@dataclass(frozen=True, slots=True)
class Added:
    """Whole lines of a log, without their breaks, the number of the first, and the cursor after them."""

    name: str
    first: int
    lines: list[bytes]
    cursor: Cursor


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
        for some, number, place in _beyond(file, _place(places.get(mark), file)):
            places[mark] = _told(place, number + len(some))
            yield Added(file.name, number + 1, some, Cursor(dict(places), VERSION))


def _told(offset: int, lines: int) -> str:
    return f"{offset}-{lines}"


def _place(told: Scalar, file: Located) -> tuple[int, int]:
    offset, _, lines = str(told or "0-0").partition("-")
    return (int(offset), int(lines)) if int(offset) <= file.size else (0, 0)


def _mark(file: Located) -> str:
    """What a log is known by; empty until its first line is whole."""
    with file.open() as stream:
        line = stream.readline(LONGEST_LINE)
    return hashlib.sha256(line).hexdigest()[:16] if line.endswith(b"\n") else ""


def _beyond(file: Located, place: tuple[int, int]) -> Iterator[tuple[list[bytes], int, int]]:
    """Lines, how many stand before them, and the offset after them."""
    offset, number = place
    with file.open() as stream:
        stream.seek(offset)
        rest = b""
        while piece := stream.read(min(PIECE, file.size - offset - len(rest))):
            whole, end, rest = (rest + piece).rpartition(b"\n")
            if not end:
                _refuse_endless(file, rest, number)
                continue
            lines = whole.split(b"\n")
            offset += len(whole) + 1
            yield [line.removesuffix(b"\r") for line in lines], number, offset
            number += len(lines)


def _refuse_endless(file: Located, rest: bytes, number: int) -> None:
    if len(rest) > LONGEST_LINE:
        raise ContractBroken(
            f"{file.name}: строка {number + 1} длиннее 4 МБ. Это не журнал звонков?",
            f"{file.name}: line {number + 1} is longer than 4 MB. Is this a call log?",
        )
