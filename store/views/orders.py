"""Orders as sources tell them: those that are open, and the newest of a record or a company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa

from store import identity
from store.by_ref import of_values
from store.engine import Reader
from store.tables import canonical
from store.views.newest import led_to, place

_O = canonical["customer_order"].c
_NO_DRAFT = sa.func.coalesce(_O.posting, "posted") == "posted"
_SHOWN = ("number", "ordered_at", "status", "amount", "currency", "manager")
_AT = sa.func.coalesce(_O.ordered_at, _O.changed_at, type_=_O.ordered_at.type)
_NEWEST = (
    sa.select(
        *(_O[name] for name in ("connection", "party_key", "key", "stage", *_SHOWN)),
        _AT.label("at"),
    )
    .where(_O.deleted.is_(False), _NO_DRAFT, _O.party_key == place(0), _O.connection == place(1))
    .order_by(_AT.desc(), _O.key)
)


def open_orders(reader: Reader, companies: Sequence[str] | None = None) -> pl.DataFrame:
    """`company` and what is told of each order that is posted and neither done nor cancelled, newest first."""
    wanted = sa.select(_O.connection, _O.stream, _O.party_key, *(_O[name] for name in _SHOWN)).where(
        _O.deleted.is_(False), _O.stage == "open", _NO_DRAFT
    )  # fmt: skip
    if companies is None:
        rows = by_party(reader.frame(wanted))
        refs = rows.select(pl.concat_str("connection", "of_stream", "of_key", separator="/"))
        links = identity.links_of_refs(reader, "party", refs.to_series().unique().sort().to_list())
    else:
        links = identity.links_of_ids(reader, "party", companies)
        rows = by_party(of_values(reader, wanted, _O.party_key, keys_of(links)))
    return with_company(rows, links).sort("ordered_at", "number", descending=True, nulls_last=True)


def newest(reader: Reader, parties: Iterable[tuple[str, str]], limit: int) -> list[dict[str, Any]]:
    """The newest orders of each of some party records, which are (connection, `stream:key`); drafts are none.

    What is told of each order, its `stage`, `connection` and `party_key`; `at` is when it was made, or changed.
    """
    told = [(key, connection) for connection, key in sorted(set(parties))]
    return led_to(reader, [(_NEWEST, told)], limit)


def by_party(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the stream and the key (`of_stream`, `of_key`) that their `party_key` names."""
    key = pl.col("party_key")
    elsewhere = key.str.contains(":", literal=True)
    stream = pl.when(elsewhere).then(key.str.extract(r"^([^:]*):")).otherwise("stream")
    inner = pl.when(elsewhere).then(key.str.replace(r"^[^:]*:", "")).otherwise(key)
    return rows.with_columns(stream.alias("of_stream"), inner.alias("of_key"))


def keys_of(links: pl.DataFrame) -> list[str]:
    """How other records name the linked ones: `stream:key`."""
    told = pl.concat_str("stream", "key", separator=":")
    return links.select(told).to_series().unique().sort().to_list()


def with_company(rows: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Those of `rows` (`by_party`) whose party is linked, with its `company`."""
    known = links.select(
        "connection",
        pl.col("stream").alias("of_stream"),
        pl.col("key").alias("of_key"),
        pl.col("golden_id").alias("company"),
    )
    joined = rows.join(known, on=["connection", "of_stream", "of_key"])
    return joined.drop("of_stream", "of_key", "party_key", "stream")
