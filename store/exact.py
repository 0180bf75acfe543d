"""Who holds these requisites already: golden records, and canonical records not yet matched."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, select, union

from store.engine import Reader
from store.tables import canonical, golden, link, source_record

_ENTITY = ("id", "name", "inn", "ogrn", "country", "national_number")
_PARTY = ("connection", "stream", "key", "name", "inn", "kpp", "ogrn")


def entities(
    reader: Reader,
    *,
    inn: str | None,
    ogrn: str | None,
    country: str | None = None,
    national_number: str | None = None,
) -> pl.DataFrame:
    """Living legal entities with this INN, this OGRN, or this national number of this country."""
    table = golden["legal_entity"]
    c = table.c
    wanted: list[ColumnElement[bool]] = []
    if inn:
        wanted.append(c.inn == inn)
    if ogrn:
        wanted.append(c.ogrn == ogrn)
    if national_number:
        wanted.append((c.national_number == national_number) & (c.country == country))
    columns = [c[name] for name in _ENTITY]
    return _any(reader, [select(*columns).where(one, c.state == "active") for one in wanted])


def units(reader: Reader, entity_ids: list[str]) -> pl.DataFrame:
    """Living units of these entities: id, legal_entity_id, kpp, role."""
    c = golden["unit"].c
    columns = (c.id, c.legal_entity_id, c.kpp, c.role)
    wanted = (c.legal_entity_id.in_(entity_ids), c.state == "active")
    return reader.frame(select(*columns).where(*wanted).order_by(c.id))


def unmatched(reader: Reader, after: int, *, inn: str | None, ogrn: str | None) -> pl.DataFrame:
    """Living party records stored after `seq` `after` with this INN or OGRN, in key order."""
    c = canonical["party"].c
    columns = [c[name] for name in _PARTY]
    same = [column == value for column, value in ((c.inn, inn), (c.ogrn, ogrn)) if value]
    waiting = (c.seq > after, c.deleted.is_(False))
    return _any(reader, [select(*columns).where(one, *waiting) for one in same])


def is_landed(reader: Reader, connection: str, stream: str, key: str) -> bool:
    """Whether a source record of this key has ever landed."""
    s = source_record.c
    wanted = (s.connection == connection, s.stream == stream, s.key == key)
    return reader.scalar(select(s.key).where(*wanted)) is not None


def golden_id(reader: Reader, connection: str, stream: str, key: str) -> str | None:
    """The legal entity a party record is linked to; None before it was matched."""
    c = link.c
    wanted = (c.entity == "party", c.connection == connection, c.stream == stream, c.key == key)
    found: str | None = reader.scalar(select(c.golden_id).where(*wanted))
    return found


def _any(reader: Reader, found: list[Select[Any]]) -> pl.DataFrame:
    """The rows of all selects once each, in order; each is a select of its own, for its own index."""
    if not found:
        return pl.DataFrame()
    together = union(*found).subquery()
    return reader.frame(select(together).order_by(*together.c))
