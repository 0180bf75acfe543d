"""The golden records of resolved identities: survivorship by the trust order, contacts without repeats."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dedup.identity import GOLDEN_ID
from dedup.refs import RECORD, REF, target_ref, with_ref
from dedup.resolve import UNIT_ID
from dedup.survive import survive, united
from dedup.trust import TrustOrder
from dedup.typed import with_unit_marks
from dedup.units import kpp_role
from schemas.content import derived_id
from schemas.golden import golden_columns

ENTITY_FIELDS = (
    "kind", "name", "full_name", "legal_form", "name_core", "inn", "ogrn", "okpo",
    "country", "national_number", "legal_address", "region", "segment", "planned_volume", "status",
)  # fmt: skip
_UNIT_FIELDS = ("kpp", "name", "actual_address", "region")
_CONTACT_FIELDS = ("name", "last_name", "first_name", "middle_name", "position")
_ITEM_FIELDS = ("code", "article", "name", "unit", "okei", "manufacturer", "category", "barcode")


def _shaped(frame: pl.DataFrame, entity: str) -> pl.DataFrame:
    """`frame` with exactly the columns of the golden entity, sorted by id."""
    wanted = golden_columns(entity)
    missing = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in wanted.items()
        if name not in frame.columns
    ]
    return (
        frame.with_columns(missing)
        .select(pl.col(name).cast(kind) for name, kind in wanted.items())
        .sort("id")
    )


def linked(records: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Living `records` with their ref and the columns of their link."""
    return with_ref(records.join(links, on=list(RECORD), how="inner"))


def with_owner(people: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """`people` with the `legal_entity_id` their `party_key` leads to; both come from `linked`."""
    owners = parties.select(
        pl.col(REF).alias("owner_ref"), pl.col(GOLDEN_ID).alias("legal_entity_id")
    )
    pointed = people.with_columns(target_ref("party_key").alias("owner_ref"))
    return pointed.join(owners, on="owner_ref", how="inner", maintain_order="left").drop(
        "owner_ref"
    )


def legal_entities(parties: pl.DataFrame, trust: TrustOrder) -> pl.DataFrame:
    """One row per legal entity; `parties` come from `linked`."""
    told = with_unit_marks(parties, trust)
    return _shaped(
        survive(told, GOLDEN_ID, ENTITY_FIELDS, trust).rename({GOLDEN_ID: "id"}), "legal_entity"
    )


def units(parties: pl.DataFrame, trust: TrustOrder) -> pl.DataFrame:
    """One row per unit, with its entity and the role its KPP says."""
    role = pl.when(pl.col("kpp").is_not_null()).then(kpp_role(pl.col("kpp")))
    placed = parties.filter(pl.col(UNIT_ID).is_not_null()).with_columns(role.alias("role"))
    # The head's own KPP names the unit; a largest taxpayer's second one is only an alias of it.
    own = placed.with_columns(
        pl.when(
            (pl.col("role") != "largest_taxpayer") | (pl.col("role").n_unique().over(UNIT_ID) == 1)
        )
        .then(pl.col("kpp"))
        .alias("kpp")
    )
    frame = survive(own, UNIT_ID, _UNIT_FIELDS, trust).rename({UNIT_ID: "id"})
    roles = placed.group_by(UNIT_ID).agg(
        pl.col(GOLDEN_ID).first().alias("legal_entity_id"),
        pl.col("role").drop_nulls().sort().first().fill_null("unknown").alias("role"),
    )
    # "head" sorts before "largest_taxpayer", so a head with an alias stays a head.
    return _shaped(frame.join(roles.rename({UNIT_ID: "id"}), on="id"), "unit")


def contacts(people: pl.DataFrame, trust: TrustOrder) -> pl.DataFrame:
    """One row per contact of a legal entity."""
    frame = survive(people, GOLDEN_ID, _CONTACT_FIELDS, trust).rename({GOLDEN_ID: "id"})
    owner = (
        people.group_by(GOLDEN_ID).agg(pl.col("legal_entity_id").first()).rename({GOLDEN_ID: "id"})
    )
    return _shaped(frame.join(owner, on="id"), "contact")


def items(records: pl.DataFrame, trust: TrustOrder) -> pl.DataFrame:
    """One row per item."""
    return _shaped(
        survive(records, GOLDEN_ID, _ITEM_FIELDS, trust).rename({GOLDEN_ID: "id"}), "item"
    )


def contact_points(
    parties: pl.DataFrame, people: pl.DataFrame, points: pl.DataFrame
) -> pl.DataFrame:
    """Phones, e-mails and sites of entities and contacts, each once per owner with all its sources."""
    owners = pl.concat(
        [
            parties.select(
                REF, pl.lit("legal_entity").alias("owner"), pl.col(GOLDEN_ID).alias("owner_id")
            ),
            people.select(
                REF, pl.lit("contact").alias("owner"), pl.col(GOLDEN_ID).alias("owner_id")
            ),
        ]
    )
    inline = [
        _inline(frame, owner, column, kind)
        for frame, owner in ((parties, "legal_entity"), (people, "contact"))
        for column, kind in (("phones", "phone"), ("emails", "email"))
    ]
    own = with_ref(points.filter(~pl.col("deleted"))).drop("owner")
    own = own.with_columns(target_ref("owner_key").alias("owner_ref"))
    placed = own.join(owners.rename({REF: "owner_ref"}), on="owner_ref", how="inner")
    key = ("owner", "owner_id", "kind", "value")
    return _shaped(_with_own_id(united([*inline, placed], key), key), "contact_point")


def _inline(frame: pl.DataFrame, owner: str, column: str, kind: str) -> pl.DataFrame:
    rows = frame.select(REF, pl.col(GOLDEN_ID).alias("owner_id"), pl.col(column).alias("value"))
    return rows.explode("value").with_columns(
        pl.lit(owner).alias("owner"), pl.lit(kind).alias("kind")
    )


def addresses(parties: pl.DataFrame, records: pl.DataFrame, trust: TrustOrder) -> pl.DataFrame:
    """Addresses of legal entities, once per kind and match key (or text, where no key could be read)."""
    legal = parties.select(
        REF, "connection", "deleted", "changed_at", pl.col(GOLDEN_ID).alias("legal_entity_id"),
        pl.lit("legal").alias("kind"), pl.col("legal_address").alias("text"), "address_key", "region",
    )  # fmt: skip
    actual = parties.select(
        REF, "connection", "deleted", "changed_at", pl.col(GOLDEN_ID).alias("legal_entity_id"),
        pl.lit("actual").alias("kind"), pl.col("actual_address").alias("text"),
        pl.when(pl.col("legal_address").is_null()).then(pl.col("address_key")).alias("address_key"), "region",
    )  # fmt: skip
    owners = parties.select(
        pl.col(REF).alias("owner_ref"), pl.col(GOLDEN_ID).alias("legal_entity_id")
    )
    own = with_ref(records.filter(~pl.col("deleted"))).with_columns(
        target_ref("owner_key").alias("owner_ref")
    )
    placed = own.join(owners, on="owner_ref", how="inner").select(legal.columns)
    every = pl.concat([legal, actual, placed]).filter(pl.col("text").is_not_null())
    place = pl.coalesce("address_key", pl.col("text").str.to_lowercase())
    keyed = every.with_columns(
        pl.concat_str("legal_entity_id", "kind", place, separator="|").alias("place")
    )
    fields = ("legal_entity_id", "kind", "text", "address_key", "region")
    frame = survive(keyed, "place", fields, trust)
    return _shaped(_with_own_id(frame, ("place",)), "address")


def _with_own_id(frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """`frame` with an `id` drawn from `key`.

    These records have no identity of their own beyond their key, so no ledger of ids is needed.
    """
    return frame.with_columns(derived_id(*key).alias("id"))
