"""Taking back what a migration landed: the batches stay as they came and are marked, the rest is as before."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import delete, or_, select, update

from schemas.records import KEY
from store import canonical, checkpoints, landing
from store.bulk import delete_keys, insert_new
from store.engine import Writer
from store.landing import LANDING_ID, LANDING_ROW
from store.tables import checkpoint, landing_batch, quarantine, source_record
from store.types import INSTANT

_KEY = ("connection", "stream", "key")


def foreign(writer: Writer, connection: str, stream: str, after: int, runs: Sequence[int]) -> int:
    """How many batches of a stream landed after batch `after` by other runs than these."""
    b = landing_batch.c
    place = (b.connection == connection, b.stream == stream, b.id > after, b.withdrawn.is_(None))
    others = or_(b.run_id.is_(None), b.run_id.not_in(list(runs)))
    return len(writer.rows(select(b.id).where(*place, others)))


def brought(writer: Writer, runs: Sequence[int]) -> set[str]:
    """The streams these runs landed anything of."""
    b = landing_batch.c
    found = writer.rows(select(b.stream).where(b.run_id.in_(list(runs))).distinct())
    return {row.stream for row in found}


def take_back(
    writer: Writer,
    connection: str,
    stream: str,
    entity: str,
    number: int,
    runs: Sequence[int],
    *,
    read_before: str | None,
) -> int:
    """Put a stream back to what landed before migration `number`; how many of its keys that concerns.

    Their canonical records are dropped: mapping, which begins anew, makes those that were there before.
    """  # fmt: skip
    b = landing_batch.c
    place = (b.connection == connection, b.stream == stream, b.run_id.in_(list(runs)))
    ids = [row.id for row in writer.rows(select(b.id).where(*place))]
    keys = _keys(writer, connection, stream, ids)
    writer.execute(update(landing_batch).values(withdrawn=number).where(*place))
    known = keys.select(
        pl.lit(connection).alias("connection"), pl.lit(stream).alias("stream"), "key"
    )
    delete_keys(writer, source_record, known)
    canonical.remove(writer, entity, known)
    _earlier(writer, connection, stream, keys["key"])
    q = quarantine.c
    own = (q.connection == connection, q.stream == stream, q.state == "open")
    writer.execute(delete(quarantine).where(*own, or_(q.stage == "map", q.run_id.in_(list(runs)))))
    checkpoints.forget(writer, "map", connection, stream)
    _cursor(writer, connection, stream, read_before)
    return keys.height


def _keys(writer: Writer, connection: str, stream: str, ids: Sequence[int]) -> pl.DataFrame:
    """The keys whose newest landed row came with one of the batches."""
    s = source_record.c
    found = writer.frame(
        select(s.key, s.landing_id).where(s.connection == connection, s.stream == stream)
    )
    return found.filter(pl.col("landing_id").is_in(list(ids))).select("key")


def _earlier(writer: Writer, connection: str, stream: str, keys: pl.Series) -> None:
    """The source records of these keys as the batches that still count leave them."""
    parts = []
    for batch in landing.pending(writer, connection, stream):
        rows = landing.read_batch(writer, batch).filter(pl.col(KEY).is_in(keys.implode()))
        if rows.height:
            moment = pl.lit(batch.created_at).cast(INSTANT)
            payload = rows.drop(LANDING_ID, LANDING_ROW)
            prints = landing.fingerprints(connection, stream, payload).drop("_at")
            parts.append(
                prints.with_columns(
                    rows[LANDING_ID].alias("landing_id"),
                    rows[LANDING_ROW].alias("landing_row"),
                    moment.alias("first_seen"),
                    moment.alias("last_seen"),
                )
            )
    if parts:
        every = pl.concat(parts)
        first = every.group_by(_KEY).agg(pl.col("first_seen").min())
        newest = every.unique(_KEY, keep="last", maintain_order=True).drop("first_seen")
        insert_new(writer, source_record, newest.join(first, on=_KEY, how="left"))


def _cursor(writer: Writer, connection: str, stream: str, before: str | None) -> None:
    c = checkpoint.c
    place = (c.stage == "extract", c.connection == connection, c.stream == stream)
    if before is None:
        checkpoints.forget(writer, "extract", connection, stream)
    else:
        here = (*place, c.name == checkpoints.LIVE)
        writer.execute(update(checkpoint).values(cursor=before).where(*here))
