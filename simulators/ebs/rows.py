"""Rows of the party tables, made from the world's cards of the source `ebs` (handbook 3.2)."""

from __future__ import annotations

from typing import Literal

import polars as pl

from simulators.world import World
from simulators.world.chance import pick, share, whole
from simulators.world.labels import carries
from simulators.world.segments import segments
from simulators.world.words import POSITIONS

InnColumn = Literal["JGZZ_FISCAL_CODE", "TAX_REFERENCE", "ATTRIBUTE5", "ZX"]
Tables = dict[str, pl.DataFrame]
ORGS = (81, 82, 83)
ZONE = "Europe/Moscow"


def stamp(column: str = "updated_at") -> pl.Expr:
    """An instant as the text of an Oracle DATE in the zone of the database."""
    return pl.col(column).dt.convert_time_zone(ZONE).dt.strftime("%Y-%m-%d %H:%M:%S")


def ebs_cards(world: World) -> pl.DataFrame:
    """The world's EBS cards with the draws every table shares: operating unit, contact, account."""
    cards = world.cards("ebs").drop("row", "owner_row")
    size, seed = cards.height, world.seed
    return cards.with_columns(
        row=pl.int_range(size),
        when=stamp(),
        org=pl.Series(ORGS).gather(whole(seed, "ebs/org", size, 0, len(ORGS))),
        second_org=share(seed, "ebs/second_org", size, 0.15),
        ship_to=share(seed, "ebs/ship_to", size, 0.3),
        contact=share(seed, "ebs/contact", size, 0.35) & ~pl.col("site_only"),
        whole_number=share(seed, "ebs/whole_number", size, 0.15),
        job=pick(seed, "ebs/job", size, POSITIONS),
        account=pl.lit(10_000_000) + pl.col("party_id"),
        segment=segments(seed, world.companies).gather(cards["entity"].cast(pl.UInt32)),
    )


def _dates(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(CREATION_DATE=pl.col("LAST_UPDATE_DATE"))


def party_tables(cards: pl.DataFrame, inn_column: InnColumn) -> Tables:
    """HZ_PARTIES with its profiles, accounts, tax registrations and merges."""
    cards = _merged(cards.filter(~pl.col("site_only")))
    inn = {} if inn_column == "ZX" else {inn_column: pl.col("inn")}
    person = pl.col("kind") == "person"
    parties = cards.select(
        PARTY_ID="party_id",
        PARTY_NUMBER=pl.col("party_id").cast(pl.String),
        PARTY_NAME="name",
        PARTY_TYPE=pl.when(person).then(pl.lit("PERSON")).otherwise(pl.lit("ORGANIZATION")),
        STATUS=pl.when(pl.col("survivor").is_not_null()).then(pl.lit("M")).otherwise(pl.lit("A")),
        KNOWN_AS=pl.when(pl.col("full_name") != pl.col("name")).then("full_name"),
        EMAIL_ADDRESS="emails",
        PRIMARY_PHONE_NUMBER="phones",
        COUNTRY="country",
        PERSON_LAST_NAME=pl.when(person).then("last"),
        PERSON_FIRST_NAME=pl.when(person).then("first"),
        PERSON_MIDDLE_NAME=pl.when(person).then("middle"),
        ATTRIBUTE_CATEGORY=pl.lit("RU"),
        ATTRIBUTE1="ogrn",
        ATTRIBUTE2="okpo",
        LAST_UPDATE_DATE="when",
        **inn,
    )
    return {
        "HZ_PARTIES": _dates(parties),
        "HZ_ORGANIZATION_PROFILES": _profiles(cards),
        "HZ_CUST_ACCOUNTS": _accounts(cards),
        "RA_CUSTOMER_MERGES": _merges(cards),
        **(_registrations(cards) if inn_column == "ZX" else {}),
    }


def _merged(cards: pl.DataFrame) -> pl.DataFrame:
    """Half of the records entered twice were merged by the ERP itself: `survivor` is the party kept."""
    kept = cards.filter(~carries("near_duplicate") & ~carries("exact_duplicate")).unique(
        "unit", maintain_order=True
    )
    cards = cards.join(
        kept.select("unit", kept="party_id"), on="unit", how="left", maintain_order="left"
    )
    again = (carries("near_duplicate") | carries("exact_duplicate")) & (pl.col("row") % 2 == 0)
    return cards.with_columns(survivor=pl.when(again).then("kept")).drop("kept")


def _merges(cards: pl.DataFrame) -> pl.DataFrame:
    merged = cards.filter(pl.col("survivor").is_not_null())
    return _dates(
        merged.select(
            CUSTOMER_MERGE_ID=pl.lit(700_000) + pl.int_range(pl.len()),
            CUSTOMER_ID=pl.lit(10_000_000) + pl.col("survivor"),
            DUPLICATE_ID="account",
            PROCESS_FLAG=pl.lit("Y"),
            LAST_UPDATE_DATE="when",
        )
    )


def _profiles(cards: pl.DataFrame) -> pl.DataFrame:
    return _dates(
        cards.select(
            ORGANIZATION_PROFILE_ID=pl.lit(4_000_000) + pl.col("party_id"),
            PARTY_ID="party_id",
            ORGANIZATION_NAME="full_name",
            EFFECTIVE_START_DATE="when",
            LAST_UPDATE_DATE="when",
        )
    )


def _accounts(cards: pl.DataFrame) -> pl.DataFrame:
    first = cards.select(
        CUST_ACCOUNT_ID="account",
        PARTY_ID="party_id",
        ACCOUNT_NUMBER=pl.col("party_id").cast(pl.String),
        ACCOUNT_NAME="name",
        STATUS=pl.lit("A"),
        CUSTOMER_TYPE=pl.lit("R"),
        CUSTOMER_CLASS_CODE=pl.when(pl.col("segment") == "VIP").then("segment"),
        LAST_UPDATE_DATE="when",
    )
    second = first.filter(pl.col("PARTY_ID") % 61 == 0).with_columns(
        CUST_ACCOUNT_ID=pl.col("CUST_ACCOUNT_ID") + 10_000_000,
        ACCOUNT_NUMBER=pl.col("ACCOUNT_NUMBER") + "-2",
    )
    return _dates(pl.concat([first, second]))


def _registrations(cards: pl.DataFrame) -> Tables:
    known = cards.filter(pl.col("inn").is_not_null())
    profile = pl.lit(5_000_000) + pl.col("party_id")
    return {
        "ZX_PARTY_TAX_PROFILE": _dates(
            known.select(
                PARTY_TAX_PROFILE_ID=profile,
                PARTY_TYPE_CODE=pl.lit("THIRD_PARTY"),
                PARTY_ID="party_id",
                LAST_UPDATE_DATE="when",
            )
        ),
        "ZX_REGISTRATIONS": _dates(
            known.select(
                REGISTRATION_ID=pl.lit(6_000_000) + pl.col("party_id"),
                PARTY_TAX_PROFILE_ID=profile,
                REGISTRATION_NUMBER="inn",
                TAX_REGIME_CODE=pl.lit("RU INN"),
                EFFECTIVE_FROM="when",
                LAST_UPDATE_DATE="when",
            )
        ),
    }


def site_tables(cards: pl.DataFrame) -> Tables:
    """Party sites, locations, account sites of one or two operating units, and their uses."""
    site, second = pl.lit(1_000_000) + pl.col("row"), pl.lit(800_000)
    common = {"LAST_UPDATE_DATE": pl.col("when")}
    locations = _locations(cards, site)
    places = cards.select(
        PARTY_SITE_ID=site,
        PARTY_ID="party_id",
        LOCATION_ID=site,
        PARTY_SITE_NUMBER=pl.col("row").cast(pl.String),
        PARTY_SITE_NAME=pl.when("site_only").then("name"),
        IDENTIFYING_ADDRESS_FLAG=pl.when("site_only").then(pl.lit("N")).otherwise(pl.lit("Y")),
        STATUS=pl.lit("A"),
        **common,
    )
    acct = cards.select(
        "row", "when", "kpp", "site_use_id", "ship_to", "second_org",
        CUST_ACCT_SITE_ID=pl.lit(300_000) + pl.col("row"),
        CUST_ACCOUNT_ID="account", PARTY_SITE_ID=site, ORG_ID="org", STATUS=pl.lit("A"), BILL_TO_FLAG=pl.lit("Y"),
    )  # fmt: skip
    other = acct.filter("second_org").with_columns(
        CUST_ACCT_SITE_ID=pl.col("CUST_ACCT_SITE_ID") + second,
        ORG_ID=pl.when(pl.col("ORG_ID") == ORGS[0]).then(ORGS[1]).otherwise(ORGS[0]).cast(pl.Int64),
        BILL_TO_FLAG=pl.lit("N"),
    )
    sites = pl.concat([acct, other]).with_columns(LAST_UPDATE_DATE="when")
    columns = [
        "CUST_ACCT_SITE_ID",
        "CUST_ACCOUNT_ID",
        "PARTY_SITE_ID",
        "ORG_ID",
        "STATUS",
        "BILL_TO_FLAG",
    ]
    return {
        "HZ_LOCATIONS": _dates(locations),
        "HZ_PARTY_SITES": _dates(places),
        "HZ_CUST_ACCT_SITES_ALL": _dates(sites.select(*columns, "LAST_UPDATE_DATE")),
        "HZ_CUST_SITE_USES_ALL": _uses(acct, other),
    }


def _locations(cards: pl.DataFrame, site: pl.Expr) -> pl.DataFrame:
    """Half of the full addresses stand in the columns meant for their parts, the others in one line."""
    parts = [
        pl.col("address").str.contains(pl.col(name), literal=True)
        for name in ("postal", "street", "house")
    ]
    apart = pl.all_horizontal(parts) & (pl.col("row") % 2 == 0) & (pl.col("country") == "RU")
    office = (
        pl.when(pl.col("office").is_not_null())
        .then(", оф. " + pl.col("office"))
        .otherwise(pl.lit(""))
    )
    street = pl.col("street_kind") + ". " + pl.col("street") + ", " + pl.col("house") + office
    columns = {"POSTAL_CODE": "postal", "STATE": "region", "CITY": "town"}
    return cards.select(
        LOCATION_ID=site,
        COUNTRY="country",
        ADDRESS1=pl.when(apart).then(street).otherwise("address"),
        LAST_UPDATE_DATE="when",
        **{column: pl.when(apart).then(part) for column, part in columns.items()},
    )


def _uses(acct: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    def use(frame: pl.DataFrame, code: str, shift: int) -> pl.DataFrame:
        return frame.select(
            SITE_USE_ID=pl.col("site_use_id") + shift,
            CUST_ACCT_SITE_ID="CUST_ACCT_SITE_ID",
            SITE_USE_CODE=pl.lit(code),
            LOCATION=pl.col("row").cast(pl.String),
            PRIMARY_FLAG=pl.lit("Y"),
            STATUS=pl.lit("A"),
            ORG_ID="ORG_ID",
            TAX_REFERENCE="kpp",
            LAST_UPDATE_DATE="when",
        )

    ship = acct.filter("ship_to")
    return _dates(
        pl.concat(
            [use(acct, "BILL_TO", 0), use(ship, "SHIP_TO", 1), use(other, "SHIP_TO", 900_001)]
        )
    )
