"""The EBS file behaves like TCA tables: relations twice, units under parties, merges, late commits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from simulators.ebs import Ebs, build_ebs
from simulators.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=3, companies=700)


@pytest.fixture
def ebs(world: World, tmp_path: Path) -> Ebs:
    return build_ebs(world, tmp_path / "ebs.sqlite")


@pytest.fixture
def database(ebs: Ebs) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(ebs.path)) as connection:
        yield connection


def _all(database: sqlite3.Connection, query: str, *values: object) -> list[tuple[object, ...]]:
    return list(database.execute(query, values))


def test_same_world_gives_the_same_content(world: World, tmp_path: Path) -> None:
    dumps = []
    for name in ("a", "b"):
        with closing(sqlite3.connect(build_ebs(world, tmp_path / name).path)) as database:
            dumps.append(list(database.iterdump()))
    assert dumps[0] == dumps[1]


def test_every_truth_key_is_a_row(world: World, database: sqlite3.Connection) -> None:
    truth = world.truth().filter(pl.col("source") == "ebs")
    for stream, query in (
        ("parties", "SELECT PARTY_ID FROM HZ_PARTIES WHERE PARTY_ID < 2000000"),
        (
            "site_uses",
            "SELECT SITE_USE_ID FROM HZ_CUST_SITE_USES_ALL WHERE SITE_USE_CODE = 'BILL_TO'",
        ),
    ):
        keys = {str(row[0]) for row in _all(database, query)}
        assert keys == set(truth.filter(pl.col("stream") == stream)["key"])


def test_each_relation_is_written_forward_and_backward(database: sqlite3.Connection) -> None:
    rows = _all(
        database,
        "SELECT count(*), count(DISTINCT RELATIONSHIP_ID), count(DISTINCT DIRECTIONAL_FLAG) FROM HZ_RELATIONSHIPS",
    )
    total, relations, directions = rows[0]
    assert isinstance(relations, int)
    assert total == 2 * relations
    assert directions == 2


def test_every_site_leads_to_its_party_and_location(database: sqlite3.Connection) -> None:
    orphans = _all(
        database,
        "SELECT u.SITE_USE_ID FROM HZ_CUST_SITE_USES_ALL u "
        "LEFT JOIN HZ_CUST_ACCT_SITES_ALL s USING (CUST_ACCT_SITE_ID) "
        "LEFT JOIN HZ_CUST_ACCOUNTS a USING (CUST_ACCOUNT_ID) "
        "LEFT JOIN HZ_PARTIES p ON p.PARTY_ID = a.PARTY_ID "
        "LEFT JOIN HZ_PARTY_SITES ps USING (PARTY_SITE_ID) LEFT JOIN HZ_LOCATIONS l USING (LOCATION_ID) "
        "WHERE p.PARTY_ID IS NULL OR l.LOCATION_ID IS NULL",
    )
    assert orphans == []


def test_three_operating_units_and_branches_under_one_party(
    ebs: Ebs, database: sqlite3.Connection
) -> None:
    orgs = {row[0] for row in _all(database, "SELECT DISTINCT ORG_ID FROM HZ_CUST_ACCT_SITES_ALL")}
    assert orgs == set(ebs.orgs)
    shared = _all(
        database,
        "SELECT a.PARTY_ID FROM HZ_CUST_SITE_USES_ALL u JOIN HZ_CUST_ACCT_SITES_ALL s USING (CUST_ACCT_SITE_ID) "
        "JOIN HZ_CUST_ACCOUNTS a USING (CUST_ACCOUNT_ID) WHERE u.SITE_USE_CODE = 'BILL_TO' "
        "GROUP BY a.PARTY_ID HAVING count(DISTINCT u.TAX_REFERENCE) > 1",
    )
    assert shared


def test_merged_parties_are_in_the_merge_log(database: sqlite3.Connection) -> None:
    merged = _all(database, "SELECT count(*) FROM HZ_PARTIES WHERE STATUS = 'M'")[0][0]
    logged = _all(
        database,
        "SELECT count(*) FROM RA_CUSTOMER_MERGES m JOIN HZ_CUST_ACCOUNTS d ON d.CUST_ACCOUNT_ID = m.DUPLICATE_ID "
        "JOIN HZ_PARTIES p ON p.PARTY_ID = d.PARTY_ID AND p.STATUS = 'M' "
        "JOIN HZ_CUST_ACCOUNTS s ON s.CUST_ACCOUNT_ID = m.CUSTOMER_ID JOIN HZ_PARTIES k ON k.PARTY_ID = s.PARTY_ID AND k.STATUS = 'A'",
    )[0][0]
    assert merged == logged
    assert merged


@pytest.mark.parametrize("column", ["JGZZ_FISCAL_CODE", "TAX_REFERENCE", "ATTRIBUTE5", "ZX"])
def test_the_inn_stands_where_the_profile_option_says(
    world: World, tmp_path: Path, column: str
) -> None:
    ebs = build_ebs(world, tmp_path / "x.sqlite", column)  # type: ignore[arg-type]  # parametrised literal
    with closing(sqlite3.connect(ebs.path)) as database:
        filled = {
            name: _all(database, f'SELECT count("{name}") FROM HZ_PARTIES')[0][0]  # noqa: S608  names above
            for name in ("JGZZ_FISCAL_CODE", "TAX_REFERENCE", "ATTRIBUTE5")
        }
        filled["ZX"] = _all(database, "SELECT count(REGISTRATION_NUMBER) FROM ZX_REGISTRATIONS")[0][
            0
        ]
    assert [name for name, count in filled.items() if count] == [column]


def test_changes_carry_the_moment_they_claim(ebs: Ebs, database: sqlite3.Connection) -> None:
    at = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    keys = ebs.change(4, at)
    assert len(keys) == 4
    stamps = _all(
        database, "SELECT DISTINCT LAST_UPDATE_DATE FROM HZ_PARTIES WHERE EMAIL_ADDRESS LIKE 'new%'"
    )
    assert stamps == [("2026-03-01 15:00:00",)]  # Moscow is UTC+3


def test_a_site_change_leaves_its_party_untouched(ebs: Ebs, database: sqlite3.Connection) -> None:
    before = _all(database, "SELECT max(LAST_UPDATE_DATE) FROM HZ_PARTIES")
    key = ebs.change_site(datetime(2026, 3, 1, tzinfo=UTC))
    assert _all(database, "SELECT max(LAST_UPDATE_DATE) FROM HZ_PARTIES") == before
    assert _all(
        database, "SELECT TAX_REFERENCE FROM HZ_CUST_SITE_USES_ALL WHERE SITE_USE_ID = ?", key
    )[0][0].endswith("077")  # type: ignore[attr-defined]  # text column


def test_a_late_commit_appears_behind_the_newest_row(
    ebs: Ebs, database: sqlite3.Connection
) -> None:
    newest = _all(database, "SELECT max(LAST_UPDATE_DATE) FROM HZ_PARTIES")[0][0]
    key = ebs.late_commit(datetime(2020, 1, 1, tzinfo=UTC))
    stamp = _all(database, "SELECT LAST_UPDATE_DATE FROM HZ_PARTIES WHERE PARTY_ID = ?", key)[0][0]
    assert str(stamp) < str(newest)


def test_merge_and_purge(ebs: Ebs, database: sqlite3.Connection) -> None:
    first, second, third = ebs.change(3)
    merges = ebs.count("RA_CUSTOMER_MERGES")
    ebs.merge(survivor=first, duplicate=second)
    assert ebs.count("RA_CUSTOMER_MERGES") == merges + 1
    assert _all(database, "SELECT STATUS FROM HZ_PARTIES WHERE PARTY_ID = ?", second) == [("M",)]
    ebs.purge(third)
    assert _all(database, "SELECT 1 FROM HZ_PARTIES WHERE PARTY_ID = ?", third) == []


def test_items_come_once_per_organization_and_in_two_languages(ebs: Ebs, world: World) -> None:
    assert ebs.count("MTL_SYSTEM_ITEMS_B") == 3 * world.items.height
    assert ebs.count("MTL_SYSTEM_ITEMS_TL") == 6 * world.items.height


def test_a_part_shipment_splits_the_line(database: sqlite3.Connection) -> None:
    split = _all(
        database,
        "SELECT count(*) FROM OE_ORDER_LINES_ALL c JOIN OE_ORDER_LINES_ALL p ON p.LINE_ID = c.SPLIT_FROM_LINE_ID "
        "AND p.HEADER_ID = c.HEADER_ID AND p.INVENTORY_ITEM_ID = c.INVENTORY_ITEM_ID",
    )
    assert split[0][0]
