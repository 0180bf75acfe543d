"""Source records named by their refs, connection/stream/key, and the companies that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, or_, select

from schemas import entities
from store.engine import Reader
from store.tables import canonical, golden, link


def party_records(reader: Reader, refs: Sequence[str]) -> pl.DataFrame:
    """The living canonical parties of these few refs."""
    c = canonical["party"].c
    columns = [c[name] for name in entities.columns("party")]
    return reader.frame(select(*columns).where(_named(c, refs), c.deleted.is_(False)))


def companies_of(reader: Reader, refs: Sequence[str]) -> pl.DataFrame:
    """(ref, golden_id, name, inn, ogrn) of the living legal entities that hold these few party records.

    A record whose company is not golden yet is left out.
    """
    g, c = golden["legal_entity"].c, link.c
    named = (c.connection + "/" + c.stream + "/" + c.key).label("ref")
    found = select(named, c.golden_id, g.name, g.inn, g.ogrn).join_from(
        link, golden["legal_entity"], g.id == c.golden_id
    )
    return reader.frame(found.where(c.entity == "party", _named(c, refs), g.state == "active"))


def _named(c: Any, refs: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row of a table with these columns bears one of the refs."""
    keys: dict[tuple[str, str], list[str]] = {}
    for ref in refs:
        connection, stream, key = ref.split("/", 2)
        keys.setdefault((connection, stream), []).append(key)
    return or_(
        *(
            (c.connection == connection) & (c.stream == stream) & c.key.in_(some)
            for (connection, stream), some in keys.items()
        )
    )
