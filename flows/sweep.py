"""Key sweep: what the source no longer has has been deleted there (handbook 8.4, rule 5).

A whole read takes a while and is bounded in time: a record edited meanwhile leaves the window before its
page comes. So what a read did not see is asked for once more, before it is called deleted.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from connectors.base import Fetch, Source
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


def land_deletions(
    run: Run, source: Source, connection: str, stream: Stream, present: pl.Series
) -> Landed:
    """Tombstones for the known keys that are not `present` and that `source` confirms to be gone.

    Unbalanced if too many are: `present` comes from a read of the whole stream.
    """
    with run.house.store.write() as writer:
        unseen = landing.keys_missing_from(writer, connection, stream.name, present)
    if not unseen:
        return Landed()
    if present.is_empty():
        raise _mass_deletion(connection, stream, len(unseen), len(unseen))
    gone = _confirmed(source, stream, unseen)
    known = present.len() + len(unseen)
    if len(gone) > FEW and len(gone) > SHARE * known:
        raise _mass_deletion(connection, stream, len(gone), known)
    return _land(run, connection, stream, gone)


def _confirmed(source: Source, stream: Stream, unseen: list[str]) -> list[str]:
    """Those of the keys that the source, asked for them once more, does not have."""
    if isinstance(source, Fetch) and len(stream.key) == 1:
        found = source.fetch(stream.name, unseen)[KEY]
    else:
        # Keys made of several values cannot be asked for everywhere, files not at all.
        found = all_keys(source, stream, source.clock())
    still = set(found.to_list())
    return [key for key in unseen if key not in still]


def _land(run: Run, connection: str, stream: Stream, gone: list[str]) -> Landed:
    if not gone:
        return Landed()
    rows = pl.DataFrame({KEY: gone}).with_columns(
        pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias(CHANGED_AT),
        pl.lit(value=True).alias(DELETED),
    )
    with run.house.store.write() as writer:
        landed = landing.land(writer, connection, run.id, [Batch(stream.name, rows, None)])
        run.count(
            writer, "extract", connection, stream.name,
            received=landed.received, landed=landed.landed, unchanged=landed.unchanged,
            vanished=landed.landed,
        )  # fmt: skip
    return landed


def _mass_deletion(connection: str, stream: Stream, gone: int, known: int) -> Unbalanced:
    return Unbalanced(
        f"{connection}.{stream.name}: из {known} известных записей в источнике не видно {gone}. Похоже на потерянное право или фильтр; ничего не удалено.",
        f"{connection}.{stream.name}: {gone} of {known} known records are not seen in the source. That looks like a lost right or a filter; nothing was deleted.",
    )
