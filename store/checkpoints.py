"""Checkpoints: where a stage may resume; committed together with what they stand for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from schemas.records import Cursor
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import checkpoint

LIVE = "live"
_KEY = ("stage", "connection", "stream", "name")
_POSITION = "at"
_STORED = select(checkpoint.c.cursor).where(*(checkpoint.c[n] == bindparam(n) for n in _KEY))


def get(
    reader: Reader, stage: str, connection: str, stream: str, name: str = LIVE
) -> Cursor | None:
    """The stored cursor, or None; ContractBroken if it cannot be read."""
    place = dict(zip(_KEY, (stage, connection, stream, name), strict=True))
    text = reader.scalar(_STORED, place)
    return None if text is None else Cursor.loads(text)


def put(
    writer: Writer,
    stage: str,
    connection: str,
    stream: str,
    cursor: Cursor,
    *,
    name: str = LIVE,
    run_id: int | None = None,
    now: datetime | None = None,
) -> bool:
    """Store the cursor; False, and nothing is written, if it is there already."""
    dialect = postgresql if writer.is_postgres else sqlite
    values = {"cursor": cursor.dumps(), "run_id": run_id, "updated_at": now or utc_now()}
    place = dict(zip(_KEY, (stage, connection, stream, name), strict=True))
    statement = dialect.insert(checkpoint).values(**place, **values)
    differs = checkpoint.c.cursor != statement.excluded.cursor
    kept = statement.on_conflict_do_update(index_elements=_KEY, set_=values, where=differs)
    return writer.execute(kept) > 0


def position(
    reader: Reader, stage: str, connection: str = "", stream: str = "", name: str = LIVE
) -> int:
    """The number a stage inside the hub has come to; 0 before the first time."""
    cursor = get(reader, stage, connection, stream, name)
    return 0 if cursor is None else int(cursor.expect(1)[_POSITION] or 0)


def advance(
    writer: Writer,
    stage: str,
    at: int,
    connection: str = "",
    stream: str = "",
    *,
    name: str = LIVE,
    run_id: int | None = None,
    now: datetime | None = None,
) -> bool:
    """Store a number as the checkpoint of a stage inside the hub; False if it was that already."""
    return put(
        writer,
        stage,
        connection,
        stream,
        Cursor({_POSITION: at}),
        name=name,
        run_id=run_id,
        now=now,
    )


def forget(writer: Writer, stage: str, connection: str, stream: str, name: str = LIVE) -> bool:
    """Drop a checkpoint, so that the stage begins anew; whether there was one."""
    c = checkpoint.c
    wanted = (c.stage == stage, c.connection == connection, c.stream == stream, c.name == name)
    return writer.execute(delete(checkpoint).where(*wanted)) > 0
