"""Whose number it is: the companies that bear one, the likeliest first. A shared number proves nobody's identity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce

import polars as pl
import sqlalchemy as sa

from store import identity
from store.by_ref import of_values
from store.engine import Reader
from store.tables import STANDING_ENQUIRY, call, canonical, enquiry, golden
from store.views.calls import bearing
from store.views.orders import by_party, keys_of, open_orders, with_company

MOST = 5
TALKS = timedelta(days=90)
_POINT, _COMPANY, _CONTACT = (golden[e].c for e in ("contact_point", "legal_entity", "contact"))
_LEG, _E, _C = canonical["call_leg"].c, enquiry.c, call.c
_COUNTS = ("written", "orders", "enquiries", "talks")


def ranked(reader: Reader, phones: Sequence[str] | None, now: datetime) -> pl.DataFrame:
    """Of each phone (None: of every one) its companies, the likeliest first, at most 5.

    `phone`, `bearers` (how many bear it), `company`, `name`, `people` (contacts with that number) and why: `written` (how
    often somebody chose it for a call of that number), `orders` and `enquiries` that are open, `last_at` (the last touch),
    `talks` of the last 90 days over other numbers of its own.
    """
    owned = _owned(reader, phones)
    shared = owned.filter(pl.col("company").n_unique().over("phone") > 1)
    # Of a number with one bearer nothing has to be weighed, and of all numbers those are the most.
    asked = owned if phones is not None else shared
    weighed = asked["company"].unique().sort().to_list()
    ids = weighed if phones is not None else None
    parts = [
        _counted(open_orders(reader, ids), ["company"], "ordered_at", "orders"),
        _counted(_standing(reader, ids), ["company"], "last_at", "enquiries"),
        _counted(_written(reader, weighed), ["phone", "company"], "started_at", "written"),
        _talks(reader, weighed, asked["phone"].unique(), now),
    ]
    told = reduce(_with, parts, owned)
    touched = pl.max_horizontal(f"{name}_at" for name in _COUNTS).alias("last_at")
    told = told.with_columns(pl.col(_COUNTS).fill_null(0), touched)
    open_ = (pl.col("orders") + pl.col("enquiries")).alias("open")
    order = ["phone", "written", "open", "last_at", "talks", "name", "company"]
    down = [False, True, True, True, True, False, False]
    told = told.with_columns(open_, pl.len().over("phone").alias("bearers"))
    sorted_ = told.sort(order, descending=down, nulls_last=True)
    best = sorted_.filter(pl.int_range(pl.len()).over("phone") < MOST)
    return best.select("phone", "bearers", "company", "name", "people", *_COUNTS, "last_at")


def _with(told: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    by = [name for name in ("phone", "company") if name in part.columns]
    return told.join(part, on=by, how="left", maintain_order="left")


def _counted(rows: pl.DataFrame, by: list[str], at: str, name: str) -> pl.DataFrame:
    return rows.group_by(by).agg(
        pl.len().cast(pl.Int64).alias(name), pl.col(at).max().alias(f"{name}_at")
    )


def _owned(reader: Reader, phones: Sequence[str] | None) -> pl.DataFrame:
    """`phone`, `company`, `name`, `people` of living companies."""
    contacts = sa.select(_CONTACT.id, _CONTACT.legal_entity_id, _CONTACT.name.label("person"))
    companies = sa.select(_COMPANY.id, _COMPANY.name).where(_COMPANY.state == "active")
    if phones is None:
        alive = sa.select(_POINT.value, _POINT.owner_id)
        points = reader.frame(alive.where(_POINT.kind == "phone", _POINT.state == "active"))
        people, firms = reader.frame(contacts), reader.frame(companies)
    else:
        points = bearing(reader, phones)
        owners = points["owner_id"].unique().sort().to_list()
        people = of_values(reader, contacts, _CONTACT.id, owners)
        employers = people["legal_entity_id"].drop_nulls().to_list()
        firms = of_values(reader, companies, _COMPANY.id, sorted({*owners, *employers}))
    owned = points.join(people, left_on="owner_id", right_on="id", how="left").select(
        pl.col("value").str.split(";").list.first().alias("phone"),
        pl.coalesce("legal_entity_id", "owner_id").alias("company"),
        "person",
    )
    known = owned.join(firms, left_on="company", right_on="id")
    whose = pl.col("person").drop_nulls().unique().sort().alias("people")
    return known.group_by("phone", "company", "name").agg(whose)


def _standing(reader: Reader, companies: Sequence[str] | None) -> pl.DataFrame:
    """`company` and `last_at` of standing enquiries that are one company's: chosen, by its contact, by its INN."""
    wanted = sa.select(_E.company_id, _E.contact_id, _E.inn, _E.last_at).where(STANDING_ENQUIRY)
    people = sa.select(_CONTACT.id, _CONTACT.legal_entity_id)
    firms = sa.select(_COMPANY.inn, _COMPANY.id.label("of_inn")).where(
        _COMPANY.inn.is_not(None), _COMPANY.state == "active"
    )
    if companies is None:
        found = reader.frame(wanted)
        ids, inns = (found[name].drop_nulls().unique().to_list() for name in ("contact_id", "inn"))
        known = of_values(reader, people, _CONTACT.id, ids)
        numbers = of_values(reader, firms, _COMPANY.inn, inns)
    else:
        known = of_values(reader, people, _CONTACT.legal_entity_id, companies)
        numbers = of_values(reader, firms, _COMPANY.id, companies)
        ways = (
            (_E.company_id, list(companies)),
            (_E.contact_id, known["id"].to_list()),
            (_E.inn, numbers["inn"].to_list()),
        )
        named = wanted.add_columns(_E.id)
        parts = [of_values(reader, named, column, values) for column, values in ways]
        found = pl.concat(parts).unique("id").drop("id")
    alone = numbers.unique("inn", keep="none")
    told = found.join(known, left_on="contact_id", right_on="id", how="left").join(
        alone, on="inn", how="left"
    )
    company = pl.coalesce("company_id", "legal_entity_id", "of_inn").alias("company")
    return told.select(company, "last_at").filter(pl.col("company").is_not_null())


def _written(reader: Reader, companies: Sequence[str]) -> pl.DataFrame:
    """`phone`, `company` and `started_at` of documents in which somebody chose one of the companies."""
    links = identity.links_of_ids(reader, "party", companies)
    phone = sa.func.coalesce(_LEG.caller_phone, _LEG.called_phone).label("phone")
    wanted = sa.select(
        _LEG.connection, _LEG.stream, _LEG.party_key, phone, _LEG.started_at
    ).where(_LEG.party_key.is_not(None), _LEG.deleted.is_(False))  # fmt: skip
    rows = of_values(reader, wanted, _LEG.party_key, keys_of(links))
    return with_company(by_party(rows), links)


def _talks(reader: Reader, companies: Sequence[str], but: pl.Series, now: datetime) -> pl.DataFrame:
    """`company` → `talks` since 90 days and `talks_at`, over numbers it shares with nobody asked about."""
    points = sa.select(_POINT.value, _POINT.owner_id).where(
        _POINT.kind == "phone", _POINT.state == "active"
    )
    people = of_values(
        reader, sa.select(_CONTACT.id, _CONTACT.legal_entity_id), _CONTACT.legal_entity_id, companies
    )  # fmt: skip
    owners = [*companies, *people["id"].to_list()]
    own = of_values(reader, points, _POINT.owner_id, owners).join(
        people, left_on="owner_id", right_on="id", how="left"
    )
    numbers = own.select(
        pl.col("value").str.split(";").list.first().alias("phone"),
        pl.coalesce("legal_entity_id", "owner_id").alias("company"),
    ).unique()
    numbers = numbers.filter(~pl.col("phone").is_in(but.implode()))
    talks = sa.select(_C.phone, _C.started_at).where(
        _C.answered, _C.same_as.is_(None), _C.started_at >= now - TALKS
    )
    found = of_values(reader, talks, _C.phone, numbers["phone"].unique().sort().to_list())
    return _counted(found.join(numbers, on="phone"), ["company"], "started_at", "talks")
