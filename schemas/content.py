"""A content hash that stays the same between runs, machines and library versions.

Polars' own `hash` promises no stability, so each column is hashed by xxh3 under a seed drawn from its
name, and the hashes are added up. 64 bits, compared only between two versions of one record: a change
goes unseen once in 1.8e19 changes.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import polars as pl
import polars_hash  # noqa: F401  registers the `nchash` namespace

# Control characters never survive cleaning, so this cannot occur inside an item.
_BETWEEN_ITEMS = "\x1e"


def _hash_column(name: str, kind: pl.DataType) -> pl.Expr:
    values = pl.col(name)
    if isinstance(kind, pl.List):
        text = values.cast(pl.List(pl.String)).list.join(_BETWEEN_ITEMS)
    else:
        text = values.cast(pl.String)
    seed = zlib.crc32(name.encode())
    hashed: pl.Expr = text.nchash.xxh3_64(seed=seed)  # type: ignore[attr-defined]  # namespace of polars_hash
    return hashed


def content_hash(schema: pl.Schema, columns: Sequence[str]) -> pl.Expr:
    """The hash (Int64) of `columns`; their order, and added columns that are null, change nothing."""
    hashes = [_hash_column(name, schema[name]) for name in sorted(columns)]
    return pl.sum_horizontal(hashes, ignore_nulls=True).reinterpret(signed=True)


def content_key(schema: pl.Schema, columns: Sequence[str]) -> pl.Expr:
    """A key (text) of records that have none of their own: equal `columns`, equal key."""
    return content_hash(schema, columns).reinterpret(signed=False).cast(pl.String)


def derived_id(*parts: str) -> pl.Expr:
    """An id (32 hex digits) drawn from the text of columns `parts`: equal parts, equal id, in every run."""
    text = pl.concat_str([pl.col(part).cast(pl.String) for part in parts], separator="\x1f")
    digest: pl.Expr = text.chash.sha2_256()  # type: ignore[attr-defined]  # namespace of polars_hash
    return digest.str.slice(0, 32)
