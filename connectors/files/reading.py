"""Batches of the files not read yet: one file at a time, the cursor on its last batch only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from connectors.files.folder import Folder, Located, Reading
from connectors.files.frames import Part, no_rows
from schemas.records import Batch, Cursor

ROWS = 20_000
T = TypeVar("T")


def chunks(items: Iterable[T], size: int = ROWS) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one shorter; no list is empty."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def batches(
    stream: str,
    folder: Folder,
    cursor: Cursor | None,
    until: datetime,
    parts: Callable[[Located], Iterator[Part]],
) -> Iterator[Batch]:
    """What `parts` yields of every file that is new after `cursor` and not younger than `until`.

    A file is stored whole or not at all: its batches but the last have no cursor. A file without rows
    of this stream still moves the cursor, if need be by an empty batch at the end.
    """
    files = folder.files()
    reading = Reading.after(cursor, files)
    silent: Cursor | None = None
    whole: list[str] = []
    for file in reading.unread(files, until):
        held: Part | None = None
        for part in parts(file):
            if held is not None:
                yield Batch(stream, held.rows, None, held.rejects)
            held = part
        done = reading.done(file)
        whole.append(file.name)
        silent = done if held is None else None
        if held is not None:
            yield Batch(stream, held.rows, done, held.rejects, tuple(whole))
            whole = []
    if silent is not None:
        yield Batch(stream, no_rows(), silent, files=tuple(whole))
