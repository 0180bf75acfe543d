"""Whose client an enquiry comes from, for many at once: by the rules of `store.views.enquiries`, columnar."""

from __future__ import annotations

import polars as pl
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from store.by_ref import listed, of_values
from store.engine import Reader
from store.tables import golden, party_owner
from store.views import contracts

_COMPANY, _CONTACT, _POINT = (golden[e].c for e in ("legal_entity", "contact", "contact_point"))
_ASKED = 5_000
_STRONG = 2  # the ways that win over all others, in this order: chosen, by the contact
_PAIRS = {"value": pl.String(), "company": pl.String()}
COMPANY = {
    "id": pl.String(), "company": pl.String(), "company_inn": pl.String(), "region": pl.String(),
    "party_kind": pl.String(), "legal_form": pl.String(), "segment": pl.String(), "firm_volume": pl.String(),
    "owners": pl.List(pl.String()), "contract": pl.List(pl.String()), "contracted": pl.String(),
}  # fmt: skip


def described(reader: Reader, enquiries: pl.DataFrame) -> pl.DataFrame:
    """One row (`COMPANY`) per enquiry; all but id is null where nobody is known to have sent it."""
    sure = companies(reader, enquiries)
    ids = sure["company"].drop_nulls().unique().sort().to_list()
    wanted = select(
        _COMPANY.id.label("company"), _COMPANY.inn.label("company_inn"), _COMPANY.region,
        _COMPANY.kind.label("party_kind"), _COMPANY.legal_form, _COMPANY.segment,
        _COMPANY.planned_volume.label("firm_volume"),
    )  # fmt: skip
    told = of_values(reader, wanted, _COMPANY.id, ids)
    o = party_owner.c
    owned = of_values(reader, select(o.party_id.label("company"), o.owner), o.party_id, ids)
    owners = owned.sort("owner").group_by("company").agg(pl.col("owner").alias("owners"))
    both = told.join(owners, on="company", how="left").join(
        contracts.held(reader, ids), on="company", how="left"
    )
    return sure.join(both, on="company", how="left", maintain_order="left").select(*COMPANY)


def companies(reader: Reader, enquiries: pl.DataFrame) -> pl.DataFrame:
    """id and the company (null: not sure) of each enquiry, with company_id, contact_id, inn and the sender's numbers.

    A number of several companies names none, unless one of them has a contact of the sender's name; two
    proofs that contradict each other prove nothing.
    """
    names = enquiries["sender_name"].drop_nulls().unique().sort().to_list()
    named = (
        _by_name(reader, names).rename({"value": "sender_name"})
        .join(enquiries.select("id", "sender_name"), on="sender_name").select("id", "company").unique()
    )  # fmt: skip
    ways = (
        ("company_id", _chosen), ("contact_id", _employers), ("inn", _by_inn),
        ("sender_phone", _by_phone), ("sender_email", _by_email),
    )  # fmt: skip
    found = []
    for rank, (name, look_up) in enumerate(ways):
        values = enquiries[name].drop_nulls().unique().sort().to_list()
        known = look_up(reader, values).cast(_PAIRS).unique()  # type: ignore[arg-type]  # a schema
        pairs = enquiries.select("id", pl.col(name).alias("value")).join(known, on="value")
        several = pl.len().over("id") > 1
        his = pairs.filter(several).join(named, on=["id", "company"], how="semi")
        alone = pl.concat([pairs.filter(~several), his.filter(pl.len().over("id") == 1)])
        found.append(alone.select("id", "company", pl.lit(rank).alias("rank")))
    best = (
        pl.concat(found).sort("id", "rank").group_by("id", maintain_order=True)
        .agg(
            pl.col("company").first(), pl.col("rank").first(),
            pl.col("company").n_unique().alias("several"),
        )
        .filter((pl.col("rank") < _STRONG) | (pl.col("several") == 1))
    )  # fmt: skip
    return enquiries.select("id").join(
        best.select("id", "company"), on="id", how="left", maintain_order="left"
    )


def _chosen(reader: Reader, values: list[str]) -> pl.DataFrame:
    wanted = select(_COMPANY.id.label("value"), _COMPANY.id.label("company"))
    return of_values(reader, wanted, _COMPANY.id, values)


def _employers(reader: Reader, values: list[str]) -> pl.DataFrame:
    wanted = select(_CONTACT.id.label("value"), _CONTACT.legal_entity_id.label("company"))
    return of_values(reader, wanted, _CONTACT.id, values).drop_nulls()


def _by_inn(reader: Reader, values: list[str]) -> pl.DataFrame:
    wanted = select(_COMPANY.inn.label("value"), _COMPANY.id.label("company"))
    return of_values(reader, wanted.where(_COMPANY.state == "active"), _COMPANY.inn, values)


def _by_name(reader: Reader, values: list[str]) -> pl.DataFrame:
    """Contacts of these names, surname and given name at least."""
    wanted = (
        select(_CONTACT.name.label("value"), _COMPANY.id.label("company"))
        .join(golden["legal_entity"], _COMPANY.id == _CONTACT.legal_entity_id)
        .where(_CONTACT.state == "active", _COMPANY.state == "active")
    )
    whole = [one for one in values if " " in one.strip()]
    return of_values(reader, wanted, _CONTACT.name, whole).cast(_PAIRS).unique()  # type: ignore[arg-type]  # a schema


def _by_phone(reader: Reader, values: list[str]) -> pl.DataFrame:
    """Numbers with and without an extension are one line, and lie side by side in the index."""
    return _by_point(reader, values, "phone")


def _by_email(reader: Reader, values: list[str]) -> pl.DataFrame:
    return _by_point(reader, values, "email")


def _by_point(reader: Reader, values: list[str], kind: str) -> pl.DataFrame:
    parts = range(0, len(values), _ASKED)
    found = [reader.frame(_bearers(reader, values[n : n + _ASKED], kind)) for n in parts]
    return pl.concat(found) if found else pl.DataFrame(schema=_PAIRS)


def _bearers(reader: Reader, values: list[str], kind: str) -> Select[tuple[str, str]]:
    asked = listed(reader, values)
    value = _POINT.value
    same: ColumnElement[bool] = value == asked.c.value
    if kind == "phone":
        near = and_(value >= asked.c.value, value < asked.c.value.concat("<"))
        same = and_(near, or_(same, value.startswith(asked.c.value.concat(";"))))
    owner = func.coalesce(_CONTACT.legal_entity_id, _POINT.owner_id)
    contact = and_(_POINT.owner == "contact", _CONTACT.id == _POINT.owner_id)
    return (
        select(asked.c.value.label("value"), _COMPANY.id.label("company"))
        .select_from(asked.join(golden["contact_point"], same))
        .outerjoin(golden["contact"], contact)
        .join(golden["legal_entity"], _COMPANY.id == owner)
        .where(_POINT.state == "active", _POINT.kind == kind, _COMPANY.state == "active")
    )
