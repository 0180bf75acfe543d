"""Who holds these requisites already: golden records, and canonical records not yet matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, and_, false, func, select, union

from schemas.decisions import VALUE
from store import checkpoints
from store.engine import Reader
from store.tables import (
    NUMBER_FIELDS,
    canonical,
    decision,
    decision_record,
    golden,
    link,
    source_record,
    withdrawal,
)

_ENTITY = ("id", "name", "inn", "ogrn", "country", "national_number")
_PARTY = (
    "connection", "stream", "key", "name", "inn", "kpp", "ogrn", "country", "national_number",
)  # fmt: skip
NUMBERS = ("inn", "ogrn", "country", "national_number")
_HERE = "RU"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that belong to one company only; a national one with the country that gave it.

    Without a country, and in this one, a national number names nobody (handbook 2.2).
    """

    inn: str | None = None
    ogrn: str | None = None
    country: str | None = None
    national_number: str | None = None

    def same(self, c: Any) -> list[ColumnElement[bool]]:
        """One condition per number, over the columns `c` of a table of companies."""
        found: list[ColumnElement[bool]] = []
        if self.inn:
            found.append(c.inn == self.inn)
        if self.ogrn:
            found.append(c.ogrn == self.ogrn)
        if self.national_number and (self.country or _HERE) != _HERE:
            found.append((c.national_number == self.national_number) & (c.country == self.country))
        return found

    def given(self) -> dict[str, str]:
        """Field → number, of those there are."""
        fields = ("inn", "ogrn", "national_number")
        return {name: value for name in fields if (value := getattr(self, name))}


def entities(reader: Reader, numbers: Numbers) -> pl.DataFrame:
    """Living legal entities with one of these numbers."""
    c = golden["legal_entity"].c
    columns = [c[name] for name in _ENTITY]
    return _any(
        reader,
        columns,
        [select(*columns).where(one, c.state == "active") for one in numbers.same(c)],
    )


def entity(reader: Reader, golden_id: str) -> pl.DataFrame:
    """The legal entity of this id, as `entities` has it."""
    c = golden["legal_entity"].c
    return reader.frame(select(*(c[name] for name in _ENTITY)).where(c.id == golden_id))


def units(reader: Reader, entity_ids: list[str]) -> pl.DataFrame:
    """Living units of these entities: id, legal_entity_id, kpp, role."""
    c = golden["unit"].c
    columns = (c.id, c.legal_entity_id, c.kpp, c.role)
    wanted = (c.legal_entity_id.in_(entity_ids), c.state == "active")
    return reader.frame(select(*columns).where(*wanted).order_by(c.id))


def unmatched(reader: Reader, after: int, numbers: Numbers) -> pl.DataFrame:
    """Living party records stored after `seq` `after` with one of these numbers, in key order."""
    c = canonical["party"].c
    columns = [c[name] for name in _PARTY]
    waiting = (c.seq > after, c.deleted.is_(False))
    return _any(reader, columns, [select(*columns).where(one, *waiting) for one in numbers.same(c)])


def unit_mates(reader: Reader, unit_id: str) -> pl.DataFrame:
    """The other living units of the legal entity this unit belongs to, as `units` has them."""
    c = golden["unit"].c
    owner: str | None = reader.scalar(select(c.legal_entity_id).where(c.id == unit_id))
    return units(reader, [owner] if owner else []).filter(pl.col("id") != unit_id)


def waiting(reader: Reader, numbers: Numbers) -> pl.DataFrame:
    """As `unmatched`, of the records that golden records do not hold yet."""
    return unmatched(reader, golden_up_to(reader), numbers)


def golden_up_to(reader: Reader) -> int:
    """The `seq` of the newest party record that golden records hold."""
    cursor = checkpoints.get(reader, "merge", "", "")
    seen = str(cursor.value.get("party", "0")) if cursor else "0"
    return int(seen.partition("-")[0])


def decided(reader: Reader, numbers: Numbers) -> pl.DataFrame:
    """Legal entities to which a person gave one of these numbers, as `entities` has them.

    The number stands in their row although their golden record may not say so yet.
    """
    given = numbers.given()
    c, d = golden["legal_entity"].c, decision.c
    columns = [c[name] for name in _ENTITY]
    told = select(d.id, d.field, d.value).where(NUMBER_FIELDS, d.value.in_(list(given.values())))
    found = reader.frame(told.where(d.kind == VALUE, d.entity == "legal_entity"))
    meant = found.filter(pl.col("value") == pl.col("field").replace_strict(given, default=None))
    if meant.is_empty():
        return reader.frame(select(*columns).where(false()))
    bearers = _bearers(reader, meant["id"].to_list())
    latest = bearers.join(_latest(reader, bearers["golden_id"].to_list()), on="golden_id")
    standing = latest.filter(pl.col("decision_id") == pl.col("latest_id"))
    meant = meant.join(standing, left_on=["id", "field"], right_on=["decision_id", "field"])
    ids = meant["golden_id"].unique().to_list()
    rows = reader.frame(select(*columns).where(c.id.in_(ids), c.state == "active"))
    for field in given:
        set_by_hand = meant.filter(field=field).select(id="golden_id", given="value").unique("id")
        rows = rows.join(set_by_hand, on="id", how="left", maintain_order="left")
        rows = rows.with_columns(pl.coalesce("given", field).alias(field)).drop("given")
    national = (numbers.country or _HERE) == pl.col("country")
    other = pl.col("id").is_in(
        meant.filter(pl.col("field") != "national_number")["golden_id"].to_list()
    )
    return rows.filter(national | other).sort("id")


def _bearers(reader: Reader, decision_ids: list[int]) -> pl.DataFrame:
    """(decision_id, golden_id): the company of the first linked record of each, unless withdrawn."""
    r = decision_record.c
    same = and_(*(link.c[name] == r[name] for name in ("connection", "stream", "key")))
    linked = (
        select(r.decision_id, r.place, link.c.golden_id)
        .select_from(decision_record)
        .join(link, and_(same, link.c.entity == "party"))
        .outerjoin(withdrawal, withdrawal.c.decision_id == r.decision_id)
        .where(r.decision_id.in_(decision_ids), withdrawal.c.decision_id.is_(None))
        .order_by(r.decision_id, r.place)
    )
    return reader.frame(linked).unique("decision_id", keep="first").drop("place")


def _latest(reader: Reader, golden_ids: list[str]) -> pl.DataFrame:
    """(golden_id, field, latest_id): the last number set for each company, of each kind."""
    d, r = decision.c, decision_record.c
    same = and_(*(link.c[name] == r[name] for name in ("connection", "stream", "key")))
    every = (
        select(link.c.golden_id, d.field, func.max(d.id).label("latest_id"))
        .select_from(link)
        .join(decision_record, same)
        .join(decision, r.decision_id == d.id)
        .outerjoin(withdrawal, withdrawal.c.decision_id == d.id)
        .where(link.c.golden_id.in_(golden_ids), link.c.entity == "party")
        .where(d.kind == VALUE, d.entity == "legal_entity", withdrawal.c.decision_id.is_(None))
        .group_by(link.c.golden_id, d.field)
    )
    return reader.frame(every)


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


def _any(
    reader: Reader, columns: Sequence[ColumnElement[Any]], found: list[Select[Any]]
) -> pl.DataFrame:
    """The rows of all selects once each, in order; each is a select of its own, for its own index."""
    together = union(*(found or [select(*columns).where(false())])).subquery()
    return reader.frame(select(together).order_by(*together.c))
