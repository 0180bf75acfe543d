"""Contracts as sources tell them: with which units of ours companies have theirs."""

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
from store.views.orders import by_party, keys_of, with_company

_C = canonical["contract"].c
_OPEN = sa.and_(_C.deleted.is_(False), sa.func.coalesce(_C.stage, "open") == "open")
_ROUBLES = "RUB"
SHOWN = ("number", "signed_at", "our_unit", "stage", "amount", "currency")
HELD = {"company": pl.String(), "contract": pl.List(pl.String()), "contracted": pl.String()}
_NEWEST = (
    sa.select(*(_C[name] for name in ("connection", "key", *SHOWN)))
    .where(_C.party_key == place(0), _C.connection == place(1), _C.deleted.is_(False))
    .order_by(sa.func.coalesce(_C.stage, "open") == "closed", _C.signed_at.desc(), _C.key)
)


def held(reader: Reader, companies: Sequence[str]) -> pl.DataFrame:
    """`company`, the units of ours that hold its open contracts, by name, and the sum of those in roubles."""
    links = identity.links_of_ids(reader, "party", companies)
    wanted = sa.select(
        _C.connection, _C.stream, _C.party_key, _C.our_unit, _C.amount, _C.currency
    ).where(_OPEN)
    rows = with_company(by_party(of_values(reader, wanted, _C.party_key, keys_of(links))), links)
    amount = pl.col("amount").cast(pl.Decimal(38, 3), strict=False)
    ours = amount.filter(pl.col("currency").fill_null(_ROUBLES) == _ROUBLES).sum().cast(pl.String)
    plain = ours.str.strip_chars_end("0").str.strip_chars_end(".")
    return rows.group_by("company").agg(
        pl.col("our_unit").drop_nulls().unique().sort().alias("contract"),
        pl.when(plain != "0").then(plain).alias("contracted"),
    ).select(pl.col(name).cast(kind) for name, kind in HELD.items())  # fmt: skip


def newest(reader: Reader, parties: Iterable[tuple[str, str]], limit: int) -> list[dict[str, Any]]:
    """The contracts of some party records, which are (connection, `stream:key`): open ones first, then the newest."""
    told = [(key, connection) for connection, key in sorted(set(parties))]
    rows = led_to(reader, [(_NEWEST, told)], limit)
    found = sorted(rows, key=lambda row: str(row["signed_at"] or ""), reverse=True)
    return sorted(found, key=lambda row: row["stage"] == "closed")[:limit]
