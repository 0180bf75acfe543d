"""Contact persons and contact points of the simulated EBS (handbook 3.2): the relations written twice."""

from __future__ import annotations

import polars as pl

from simulators.ebs.rows import Tables
from simulators.world.labels import carries

PERSON, RELATION = 2_000_000, 3_000_000


def people_tables(cards: pl.DataFrame) -> Tables:
    """Persons, relationship parties, both rows of each relation, contacts, roles and contact points."""
    known = cards.filter("contact").with_columns(
        person_id=PERSON + pl.col("row"),
        relation_party=RELATION + pl.col("row"),
        relation_id=40_000 + pl.col("row"),
    )
    full = pl.concat_str("last", "first", "middle", separator=" ")
    common = {"LAST_UPDATE_DATE": pl.col("when"), "CREATION_DATE": pl.col("when")}
    persons = known.select(
        PARTY_ID="person_id", PARTY_NUMBER=pl.col("person_id").cast(pl.String), PARTY_NAME=full,
        PARTY_TYPE=pl.lit("PERSON"), STATUS=pl.lit("A"),
        PERSON_LAST_NAME="last", PERSON_FIRST_NAME="first", PERSON_MIDDLE_NAME="middle", **common,
    )  # fmt: skip
    links = known.select(
        PARTY_ID="relation_party", PARTY_NUMBER=pl.col("relation_party").cast(pl.String),
        PARTY_NAME=full + "-" + pl.col("name"), PARTY_TYPE=pl.lit("PARTY_RELATIONSHIP"), STATUS=pl.lit("A"), **common,
    )  # fmt: skip
    return {
        "HZ_PARTIES": pl.concat([persons, links], how="diagonal"),
        "HZ_RELATIONSHIPS": pl.concat([_contact_relations(known), _division_relations(cards)], how="diagonal"),
        "HZ_ORG_CONTACTS": known.select(
            ORG_CONTACT_ID=60_000 + pl.col("row"), PARTY_RELATIONSHIP_ID="relation_id", JOB_TITLE="job",
            CONTACT_NUMBER=pl.col("row").cast(pl.String), **common,
        ),
        "HZ_CUST_ACCOUNT_ROLES": known.select(
            CUST_ACCOUNT_ROLE_ID=70_000 + pl.col("row"), CUST_ACCOUNT_ID="account", PARTY_ID="relation_party",
            ROLE_TYPE=pl.lit("CONTACT"), STATUS=pl.lit("A"), **common,
        ),
        "HZ_CONTACT_POINTS": _points(cards, known),
    }  # fmt: skip


def _both_ways(forward: pl.DataFrame, back_code: str) -> pl.DataFrame:
    backward = forward.with_columns(
        DIRECTIONAL_FLAG=pl.lit("B"),
        SUBJECT_ID="OBJECT_ID", OBJECT_ID="SUBJECT_ID", SUBJECT_TYPE="OBJECT_TYPE", OBJECT_TYPE="SUBJECT_TYPE",
        RELATIONSHIP_CODE=pl.lit(back_code),
    )  # fmt: skip
    return pl.concat([forward, backward])


def _relation(subject: str, subject_type: str, kind: str, code: str) -> dict[str, pl.Expr]:
    return {
        "DIRECTIONAL_FLAG": pl.lit("F"),
        "SUBJECT_ID": pl.col(subject),
        "SUBJECT_TYPE": pl.lit(subject_type),
        "OBJECT_TYPE": pl.lit("ORGANIZATION"),
        "RELATIONSHIP_TYPE": pl.lit(kind),
        "RELATIONSHIP_CODE": pl.lit(code),
        "STATUS": pl.lit("A"),
        "START_DATE": pl.col("when"),
        "LAST_UPDATE_DATE": pl.col("when"),
        "CREATION_DATE": pl.col("when"),
    }


def _contact_relations(known: pl.DataFrame) -> pl.DataFrame:
    forward = known.select(
        RELATIONSHIP_ID="relation_id", OBJECT_ID="party_id", PARTY_ID="relation_party",
        **_relation("person_id", "PERSON", "CONTACT", "CONTACT_OF"),
    )  # fmt: skip
    return _both_ways(forward, "CONTACT")


def _division_relations(cards: pl.DataFrame) -> pl.DataFrame:
    heads = cards.filter((pl.col("role") == "head") & ~pl.col("site_only")).unique(
        "entity", maintain_order=True
    )
    apart = cards.filter(carries("branch_as_party")).join(
        heads.select("entity", head_party="party_id"),
        on="entity",
        how="inner",
        maintain_order="left",
    )
    forward = apart.select(
        RELATIONSHIP_ID=90_000_000 + pl.col("row"), OBJECT_ID="head_party",
        **_relation("party_id", "ORGANIZATION", "HEADQUARTERS/DIVISION", "DIVISION_OF"),
    )  # fmt: skip
    return _both_ways(forward, "HEADQUARTERS_OF")


def _points(cards: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    reachable = cards.filter(pl.col("phones").is_not_null() & ~pl.col("site_only"))
    phones = reachable.select(**_phone("party_id", 0), **_split(pl.col("phone"), pl.col("area")))
    cells = known.select(
        **_phone("relation_party", 1), **_split(pl.col("mobile"), pl.col("mobile").str.slice(0, 3))
    )
    mails = cards.filter(pl.col("emails").is_not_null() & ~pl.col("site_only")).select(
        **_point("party_id", 2, "EMAIL"), EMAIL_ADDRESS="emails"
    )
    return pl.concat([phones, cells, mails], how="diagonal")


def _point(owner: str, kind: int, name: str) -> dict[str, pl.Expr]:
    return {
        "CONTACT_POINT_ID": pl.lit(20_000_000) + pl.col("row") * 3 + kind,
        "OWNER_TABLE_NAME": pl.lit("HZ_PARTIES"),
        "OWNER_TABLE_ID": pl.col(owner),
        "CONTACT_POINT_TYPE": pl.lit(name),
        "PRIMARY_FLAG": pl.lit("Y"),
        "STATUS": pl.lit("A"),
        "LAST_UPDATE_DATE": pl.col("when"),
        "CREATION_DATE": pl.col("when"),
    }


def _phone(owner: str, kind: int) -> dict[str, pl.Expr]:
    line = pl.lit("GEN" if kind == 0 else "MOBILE")
    return _point(owner, kind, "PHONE") | {"PHONE_LINE_TYPE": line}


def _split(number: pl.Expr, area: pl.Expr) -> dict[str, pl.Expr]:
    """Country, area and number in their own columns, or all in the last one, as clerks do."""
    apart = ~pl.col("whole_number")
    return {
        "PHONE_COUNTRY_CODE": pl.when(apart).then(pl.lit("7")),
        "PHONE_AREA_CODE": pl.when(apart).then(area),
        "PHONE_NUMBER": pl.when(apart)
        .then(number.str.slice(area.str.len_chars()))
        .otherwise("8" + number),
    }
