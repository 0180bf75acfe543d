"""Who holds these requisites already: golden records, and canonical records not yet matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

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
_KEY = ("connection", "stream", "key")
NUMBERS = ("inn", "ogrn", "country", "national_number")
_HERE = "RU"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that belong to one company only; a national one with the country that gave it.

    Without a country, and in this one, a national number names nobody (handbook 2.2).
    """

    inn: str | None = None
    ogrn: str | None = None
    country: str | None = None
    national_number: str | None = None

    @property
    def is_abroad(self) -> bool:
        """Whether the national number names a company."""
        return (self.country or _HERE) != _HERE

    def given(self) -> dict[str, str]:
        """Field → number, of those there are."""
        fields = ("inn", "ogrn", "national_number")
        return {name: value for name in fields if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds some numbers: living legal `companies`, and living party records `waiting` to be golden.

    Both have name, inn, ogrn, country and national_number. A company has its id, and whether a living unit
    of it `has_unit` with the KPP asked about, or `has_kpp` of any; a record its ref, kpp and name_core.
    """

    companies: Sequence[Row]
    waiting: Sequence[Row]


def held(reader: Reader, numbers: Numbers, kpp: str | None = None) -> Held:
    """Who holds one of these numbers: golden records, people's word, and records not yet golden."""
    given = numbers.given()
    if not given:
        return Held((), ())
    found: dict[str, list[Row]] = {"company": [], "waiting": [], "told": []}
    asked = {**given, "country": numbers.country, "kpp": kpp, "after": golden_up_to(reader)}
    for row in reader.rows(_holders(tuple(given), numbers.is_abroad), asked):
        told = dict(row._mapping)
        found[told["what"]].append(told)
    companies = {one["id"]: one for one in sorted(found["company"], key=itemgetter("id"))}
    # The name of what was told is its field, and the INN its value: see `_said`.
    if any(given.get(one["name"]) == one["inn"] for one in found["told"]):
        for one in decided(reader, numbers, kpp).iter_rows(named=True):
            companies.pop(one["id"], None)
            companies[one["id"]] = one
    waiting = sorted(found["waiting"], key=itemgetter(*_KEY))
    return Held(tuple(companies.values()), tuple(waiting))


@lru_cache(maxsize=16)
def _holders(given: tuple[str, ...], abroad: bool) -> CompoundSelect[Any]:
    """Whoever holds the `given` numbers, in one statement; each number is looked up by its own index."""
    sought = [name for name in given if abroad or name != "national_number"]
    e, p = golden["legal_entity"].c, canonical["party"].c
    arms = [_said(given)]
    for name in sought:
        company = {n: e[n] for n in _ENTITY} | _units(e, bindparam("kpp"))
        arms.append(_arm("company", company).where(_same(e, name), e.state == "active"))
    if sought:
        record = {n: p[n] for n in (*_KEY, "name_core", "kpp", *_ENTITY[1:])}
        after = p.seq > bindparam("after", type_=BigInteger)
        mine = or_(*(_same(p, name) for name in sought))
        arms.append(_arm("waiting", record).where(after, p.deleted.is_(False), mine))
    return union_all(*arms)


def _same(c: Any, name: str) -> ColumnElement[bool]:
    """Whether the columns `c` of a table of companies have the number of this name that is asked about."""
    equal: ColumnElement[bool] = c[name] == bindparam(name)
    return equal & (c.country == bindparam("country")) if name == "national_number" else equal


def _said(given: Sequence[str]) -> Select[Any]:
    d = decision.c
    said = _arm("told", {"name": d.field, "inn": d.value})
    value = or_(*(d.value == bindparam(name) for name in given))
    return said.where(NUMBER_FIELDS, value, d.kind == VALUE, d.entity == "legal_entity")


def _arm(what: str, told: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    nothing = cast(null(), Text)
    texts = [told.get(name, nothing).label(name) for name in (*_KEY, "name_core", "kpp", *_ENTITY)]
    flags = [told.get(name, false()).label(name) for name in ("has_unit", "has_kpp")]
    return select(literal(what, Text).label("what"), *texts, *flags)


def _units(e: Any, kpp: Any) -> dict[str, ColumnElement[bool]]:
    """Whether the living units of a company bear this KPP, or any."""
    u = golden["unit"].c
    mates = (u.legal_entity_id == e.id, u.state == "active")
    return {
        "has_unit": exists().where(*mates, u.kpp == kpp),
        "has_kpp": exists().where(*mates, u.kpp.is_not(None)),
    }


def entity(reader: Reader, golden_id: str) -> pl.DataFrame:
    """The legal entity of this id: its name and its numbers."""
    c = golden["legal_entity"].c
    return reader.frame(select(*(c[name] for name in _ENTITY)).where(c.id == golden_id))


def units(reader: Reader, entity_ids: list[str]) -> pl.DataFrame:
    """Living units of these entities: id, legal_entity_id, kpp, role."""
    c = golden["unit"].c
    columns = (c.id, c.legal_entity_id, c.kpp, c.role)
    wanted = (c.legal_entity_id.in_(entity_ids), c.state == "active")
    return reader.frame(select(*columns).where(*wanted).order_by(c.id))


def unit_mates(reader: Reader, unit_id: str) -> pl.DataFrame:
    """The other living units of the legal entity this unit belongs to, as `units` has them."""
    c = golden["unit"].c
    owner: str | None = reader.scalar(select(c.legal_entity_id).where(c.id == unit_id))
    return units(reader, [owner] if owner else []).filter(pl.col("id") != unit_id)


def golden_up_to(reader: Reader) -> int:
    """The `seq` of the newest party record that golden records hold."""
    cursor = checkpoints.get(reader, "merge", "", "")
    seen = str(cursor.value.get("party", "0")) if cursor else "0"
    return int(seen.partition("-")[0])


def decided(reader: Reader, numbers: Numbers, kpp: str | None = None) -> pl.DataFrame:
    """Legal entities to which a person gave one of these numbers, as companies that are `held`.

    The number stands in their row although their golden record may not say so yet.
    """
    given = numbers.given()
    c, d = golden["legal_entity"].c, decision.c
    units = [flag.label(name) for name, flag in _units(c, kpp).items()]
    columns = [*(c[name] for name in _ENTITY), *units]
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


def names(reader: Reader, golden_ids: Sequence[str], most: int) -> list[str]:
    """The different `name_core` of the living party records of these companies, `most` of them at most.

    Records count that would be theirs but for decisions.
    """
    p = canonical["party"].c
    same = and_(*(link.c[name] == p[name] for name in _KEY), p.deleted.is_(False))
    every = union(
        *(
            select(p.name_core).join_from(link, canonical["party"], same)
            .where(own.in_(golden_ids), link.c.entity == "party", p.name_core.is_not(None))
            for own in (link.c.golden_id, link.c.own_id)
        )
    )  # fmt: skip
    return [name for (name,) in reader.rows(every.limit(most))]


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
