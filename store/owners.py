"""Whose client a company is: owners by name, kept through merges."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import delete, func, select

from store.bulk import append
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import identity, party_owner

_O = party_owner.c


def of(reader: Reader, party_id: str) -> list[str]:
    """The owners of a company, by name."""
    rows = reader.rows(select(_O.owner).where(_O.party_id == party_id).order_by(_O.owner))
    return [str(row.owner) for row in rows]


def listing(reader: Reader, most: int = 500) -> list[tuple[str, int]]:
    """The owners and how many companies each has, by name."""
    counted = select(_O.owner, func.count().label("n")).group_by(_O.owner).order_by(_O.owner)
    return [(str(row.owner), int(row.n)) for row in reader.rows(counted.limit(most))]


def give(
    writer: Writer, party_ids: Sequence[str], owners: Sequence[str], by: str, *, whole: bool = True
) -> int:
    """These companies have these owners, with `whole` no others; how many rows that changed."""
    gone = 0
    if whole:
        for party_id in party_ids:
            others = delete(party_owner).where(
                _O.party_id == party_id, _O.owner.not_in(list(owners))
            )
            gone += writer.execute(others)
    pairs = [{"owner": owner, "party_id": one} for one in party_ids for owner in owners]
    return gone + _added(writer, pl.DataFrame(pairs), by) if pairs else gone


def follow(writer: Writer) -> int:
    """Companies that were merged leave their owners to those they live on in; how many rows that is."""
    lives = identity.c
    wanted = (
        select(_O.owner, lives.survivor_id.label("party_id"), _O.author, _O.created_at)
        .join(identity, lives.id == _O.party_id)
        .where(lives.survivor_id.is_not(None))
    )
    moved = writer.frame(wanted)
    if moved.is_empty():
        return 0
    kept = writer.frame(select(_O.owner, _O.party_id))
    told = moved.unique(["owner", "party_id"], keep="first", maintain_order=True)
    return append(writer, party_owner, told.join(kept, on=["owner", "party_id"], how="anti"))


def _added(writer: Writer, pairs: pl.DataFrame, by: str) -> int:
    ids = pairs["party_id"].unique().to_list()
    known = writer.frame(select(_O.owner, _O.party_id).where(_O.party_id.in_(ids)))
    fresh = pairs.unique(maintain_order=True).join(known, on=["owner", "party_id"], how="anti")
    told = fresh.with_columns(author=pl.lit(by), created_at=pl.lit(utc_now()))
    return append(writer, party_owner, told.select("owner", "party_id", "author", "created_at"))
