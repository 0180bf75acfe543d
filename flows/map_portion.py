"""One portion of landed rows on its way to what is stored of it: no store, no state, any process."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.settled import Settled, settled
from mappings.compile import CompiledMapping

Joined = Mapping[str, pl.DataFrame]


def mapped(
    rows: pl.DataFrame, mapping: CompiledMapping, connection: str, joined: Joined
) -> Settled:
    """What to store of `rows`, which are a whole portion in landing order."""
    whole = storable(rows)
    return settled(whole, mapping.apply(whole, connection, joined))


def storable(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with NUL characters made visible: landing keeps them, PostgreSQL text cannot."""
    holding = [
        name
        for name, kind in rows.schema.items()
        if kind == pl.String and rows[name].str.contains("\0", literal=True).any()
    ]
    return rows.with_columns(pl.col(holding).str.replace_all("\0", "␀", literal=True))
