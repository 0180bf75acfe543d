"""What a switch sent, written down before anything else is done with it.

One file per link and day. Before each line stands when its first byte came; NULs and breaks before a line
stay before that. A line that a cut left without its end gets a mark no record has, so it is never taken
for a whole one. A written piece is on the disk when `write` returns.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

# CAN of ASCII: what stands before it is to be disregarded.
CUT = b"\x18\n"
LONGEST = 4096
SUFFIX = ".cdr"
_LINE = re.compile(rb"([\x00\r\n]*)([^\n]*\n?)", re.DOTALL)


def mend(folder: Path) -> int:
    """Ends the lines that a stop in the middle of one left open; how many. Only while nobody writes."""
    open_ = [file for file in sorted(folder.glob(f"*{SUFFIX}")) if _is_open(file)]
    for file in open_:
        with file.open("ab") as out:
            out.write(CUT)
            _to_disk(out.fileno())
    return len(open_)


def _is_open(file: Path) -> bool:
    with file.open("rb") as stream:
        stream.seek(0, os.SEEK_END)
        if not stream.tell():
            return False
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) != b"\n"


@dataclass(slots=True)
class Spool:
    """The lines of one link, in files under `folder` that are named by time and `peer`."""

    folder: Path
    peer: str
    _file: int = -1
    _day: date | None = None
    _told: int = field(default=0)

    def write(self, data: bytes, now: datetime) -> None:
        """Adds bytes that came `now` (UTC); OSError leaves what was written before untouched."""
        if self._file < 0 and not data.strip(b"\x00\r\n"):
            return
        self._turn(now)
        stamped, told = self._stamped(data, f"{now:%Y%m%dT%H%M%S.%fZ}\t".encode())
        begun = os.lseek(self._file, 0, os.SEEK_END)
        try:
            _write_all(self._file, stamped)
            _to_disk(self._file)
        except OSError:
            os.ftruncate(self._file, begun)
            raise
        self._told = told

    def close(self) -> None:
        """Ends the file; a line without its end is marked as cut."""
        if self._file < 0:
            return
        try:
            if self._told:
                _write_all(self._file, CUT)
                _to_disk(self._file)
        finally:
            os.close(self._file)
            self._file, self._told = -1, 0

    def _stamped(self, data: bytes, stamp: bytes) -> tuple[bytes, int]:
        """The bytes with a stamp before each line, and how long the line is that is still open."""
        parts, told = [], self._told
        for pad, line in _lines(data, told > 0):
            parts.append(pad)
            if line:
                parts.append(line if told else stamp + line)
                told = 0 if line.endswith(b"\n") else told + len(line)
            if told > LONGEST:
                parts.append(CUT)
                told = 0
        return b"".join(parts), told

    def _turn(self, now: datetime) -> None:
        """A new file for a new link, and between two lines for a new day."""
        if self._file >= 0 and (self._told or now.date() == self._day):
            return
        if self._file >= 0:
            os.close(self._file)
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{now:%Y%m%dT%H%M%S.%fZ}-{_plain(self.peer)}{SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._file, self._day = os.open(self.folder / name, flags, 0o640), now.date()
        _to_disk_folder(self.folder)


def _lines(data: bytes, inside: bool) -> Iterator[tuple[bytes, bytes]]:
    """Pads and lines in turn; `inside` a line nothing is a pad until it ends. Long ones come in pieces."""
    at = 0
    if inside:
        end = data.find(b"\n") + 1 or len(data)
        yield from _pieces(b"", data[:end])
        at = end
    for found in _LINE.finditer(data, at):
        if found.end() > found.start():
            yield from _pieces(found[1], found[2])


def _pieces(pad: bytes, line: bytes) -> Iterator[tuple[bytes, bytes]]:
    yield pad, line[: LONGEST + 1]
    for start in range(LONGEST + 1, len(line), LONGEST + 1):
        yield b"", line[start : start + LONGEST + 1]


def _plain(peer: str) -> str:
    return re.sub(r"[^0-9A-Za-z.]", "_", peer)


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _to_disk(file: int) -> None:
    os.fsync(file)


def _to_disk_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
