"""Who shares something with two records, told by the snapshot of the matched base instead of its records."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import polars as pl

from dedup.blocking import KEYLESS, NODE
from dedup.evidence import CARRIED
from dedup.refs import REF
from dedup.snapshot import CARRIER_SPANS, Base, Rows

_CARRIED = [name for names in CARRIED.values() for name in names]
_TOLD = [*_CARRIED, NODE, KEYLESS]
# More carriers than any level tells apart; a value that common is not read to its end.
_ENOUGH = 5_000
_NOWHERE = np.iinfo(np.uint32).max


def standing(base: Base, keys: pl.DataFrame) -> pl.DataFrame:
    """What `dedup.carriers` counts in: the records of `base` that share a value with `keys`, and `keys`.

    `keys` are evidence keys with `ref` and keyless. They count as they are now, in the cluster in which
    they stood when the base was matched.
    """
    places = [place_of(base, ref) for ref in keys[REF]]
    sharing = np.setdiff1d(_sharing(base, keys), [place for place in places if place is not None])
    nodes = [
        int(_NOWHERE) - n if place is None else int(base.column(NODE, np.array([place]))[0])
        for n, place in enumerate(places)
    ]
    own = keys.with_columns(pl.Series(NODE, nodes, dtype=pl.UInt32))
    others = base.evidence(sharing.astype(np.uint32))
    return pl.concat([part.select(_TOLD) for part in (others, own)], how="vertical_relaxed")


def place_of(base: Base, ref: str) -> int | None:
    """The row of a record in the base, whose records are in the order of their refs."""
    name, rows = ref.encode(), range(base.size)
    at = bisect_left(rows, name, key=base.named)
    return at if at < base.size and base.named(at) == name else None


def _sharing(base: Base, keys: pl.DataFrame) -> Rows:
    found = [np.empty(0, dtype=np.uint32)]
    for kind, names in CARRIED.items():
        values = {int(value) for name in names for value in keys[name].drop_nulls()}
        found += [base.carrying(CARRIER_SPANS[kind], value)[:_ENOUGH] for value in sorted(values)]
    return np.unique(np.concatenate(found))
