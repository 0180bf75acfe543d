"""Source records named by their refs, connection/stream/key, and the companies that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import polars as pl
from sqlalchemy import Select, select

from store.by_ref import named, same, told
from store.engine import Reader
from store.tables import canonical, golden, link

COMPANY = ("its_id", "its_name", "its_inn", "its_ogrn")


def borne(reader: Reader, refs: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
    """`columns` of the living canonical parties of these few refs, and the COMPANY that holds each.

    COMPANY: id, name, INN and OGRN of the living legal entity; nulls where none is golden yet.
    """
    return reader.frame(_borne(tuple(columns), reader.is_postgres), told(refs))


@lru_cache(maxsize=4)
def _borne(columns: tuple[str, ...], postgres: bool) -> Select[Any]:
    p, e = canonical["party"].c, golden["legal_entity"].c
    rows, parts = named(postgres)
    company = (e.id, e.name, e.inn, e.ogrn)
    return (
        select(
            *(p[name] for name in columns),
            *(known.label(name) for name, known in zip(COMPANY, company, strict=True)),
        )
        .select_from(rows)
        .join(canonical["party"], same(p, parts))
        .outerjoin(link, same(link.c, parts) & (link.c.entity == "party"))
        .outerjoin(golden["legal_entity"], (e.id == link.c.golden_id) & (e.state == "active"))
        .where(p.deleted.is_(False))
    )
