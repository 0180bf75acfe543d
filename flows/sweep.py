"""Key sweep: what a whole read did not see has been deleted in the source (handbook 8.4, rule 5)."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from connectors.base import Source
from flows.run import Run
from schemas.errors import Unbalanced
from schemas.records import CHANGED_AT, DELETED, KEY, Batch, Stream
from store import landing
from store.landing import Landed

FEW = 20  # so many may vanish at once without a question
SHARE = 0.2  # of all known keys; more looks like a filter or a right that was lost
WHOLE = ("version", "snapshot")


def sweeps(stream: Stream, *, asked: bool) -> bool:
    """Whether reading this stream shows deletions: it is read whole anyway, or a sweep was `asked`."""
    return stream.delete_mode == "key_sweep" and (asked or stream.cursor_kind in WHOLE)


def all_keys(source: Source, stream: Stream, until: datetime) -> pl.Series:
    """The key of every record the source has now."""
    read = source.read(stream.name, None, until)
    parts = [batch.rows[KEY] for batch in read if batch.stream == stream.name]
    return pl.concat(parts) if parts else pl.Series(KEY, [], dtype=pl.String)


def land_deletions(run: Run, connection: str, stream: Stream, present: pl.Series) -> Landed:
    """Tombstones for the known keys that are not `present`; Unbalanced if too many are missing."""
    with run.house.store.write() as writer:
        gone = landing.keys_missing_from(writer, connection, stream.name, present)
        if not gone:
            return Landed()
        _refuse_mass_deletion(connection, stream, len(gone), present.len())
        rows = pl.DataFrame({KEY: gone}).with_columns(
            pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias(CHANGED_AT),
            pl.lit(value=True).alias(DELETED),
        )
        landed = landing.land(writer, connection, run.id, [Batch(stream.name, rows, None)])
        run.count(
            writer, "extract", connection, stream.name,
            received=landed.received, landed=landed.landed, unchanged=landed.unchanged,
            vanished=landed.landed,
        )  # fmt: skip
    return landed


def _refuse_mass_deletion(connection: str, stream: Stream, gone: int, present: int) -> None:
    known = present + gone
    if not present or (gone > FEW and gone > SHARE * known):
        raise Unbalanced(
            f"{connection}.{stream.name}: из {known} известных записей в источнике не видно {gone}. Похоже на потерянное право или фильтр; ничего не удалено.",
            f"{connection}.{stream.name}: {gone} of {known} known records are not seen in the source. That looks like a lost right or a filter; nothing was deleted.",
        )
