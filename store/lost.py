"""Ids that lost a record since golden records were last made: nothing else in the store tells which."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.records import Cursor
from store import checkpoints
from store.engine import Reader, Writer

_STAGE, _NAME, _IDS = "merge", "lost", "ids"
_MANY = 50_000  # more are not written down: then all golden records are made anew


def since(reader: Reader) -> list[str] | None:
    """The ids, sorted; None if they are too many to tell."""
    cursor = checkpoints.get(reader, _STAGE, "", "", name=_NAME)
    ids = cursor.value.get(_IDS) if cursor else ""
    return None if ids is None else str(ids).split()


def note(writer: Writer, ids: Iterable[str], *, run_id: int | None = None) -> None:
    """Add ids to those that lost a record."""
    before = since(writer)
    every = None if before is None else sorted({*before, *ids})
    if every is None or len(every) > _MANY:
        _put(writer, None, run_id)
    elif every != before:
        _put(writer, every, run_id)


def settled(writer: Writer, *, run_id: int | None = None) -> None:
    """Golden records are made of what is: forget the ids."""
    if since(writer) != []:
        _put(writer, [], run_id)


def _put(writer: Writer, ids: list[str] | None, run_id: int | None) -> None:
    checkpoints.put(
        writer,
        _STAGE,
        "",
        "",
        Cursor({_IDS: None if ids is None else " ".join(ids)}),
        name=_NAME,
        run_id=run_id,
    )
