"""The EBS connector over H2 in Oracle mode: the same rows, pages and cursors as over the SQLite file."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.ebs.source import EbsSource
from connectors.ebs.tables import TABLES
from schemas.records import KEY, Cursor
from tests.connectors.ebs_file import create, insert, oracle_ddl, parties
from tests.connectors.ebs_h2 import connect, engine, require_h2
from tests.connectors.ebs_sql import settings

UNTIL = datetime(2024, 4, 1, tzinfo=UTC)
SITES = [
    {
        "SITE_USE_ID": n,
        "ORG_ID": 81 + n % 4,
        "TAX_REFERENCE": "",
        "LAST_UPDATE_DATE": "2024-03-01 10:00:00",
    }
    for n in range(1, 13)
]
TEXTS = [
    {
        "INVENTORY_ITEM_ID": n,
        "LANGUAGE": language,
        "ORGANIZATION_ID": org,
        "DESCRIPTION": f"Труба {n}",
        "LAST_UPDATE_DATE": "2024-03-01 10:00:00",
    }
    for n in range(1, 8)
    for language in ("RU", "US", "D")
    for org in (101, 102)
]
ROWS: dict[str, list[dict[str, Any]]] = {
    "parties": parties(40),
    "site_uses": SITES,
    "items_tl": TEXTS,
}


@pytest.fixture(params=["11.2", "19c"])
def oracle(request: pytest.FixtureRequest) -> EbsSource:
    """A connector to H2, which is filled with ROWS under the owners' schemas."""
    require_h2()
    name = "ebs" + str(request.param).replace(".", "")
    with closing(connect(name)) as base, closing(base.cursor()) as cursor:
        cursor.execute("DROP ALL OBJECTS")
        for owner in ("AR", "INV", "QP", "ZX"):
            cursor.execute(f"CREATE SCHEMA {owner}")
        for table in TABLES.values():
            cursor.execute(oracle_ddl(table))
        for stream, rows in ROWS.items():
            table = TABLES[stream].table
            for row in rows:
                marks = ", ".join("?" * len(row))
                target = f"{table.schema}.{table.name} ({', '.join(row)})"
                cursor.execute(f"INSERT INTO {target} VALUES ({marks})", list(row.values()))  # noqa: S608 - our own names
        base.commit()
    return EbsSource("erp", settings(page_size=7), engine(name, request.param))


@pytest.fixture
def file(tmp_path: Path) -> EbsSource:
    """A connector to a SQLite file with the same ROWS."""
    path = tmp_path / "ebs.db"
    create(path)
    for stream, rows in ROWS.items():
        insert(path, stream, rows)
    return EbsSource("erp", settings(page_size=7, url=f"sqlite:///{path}"))


def read(source: EbsSource, stream: str, cursor: Cursor | None = None) -> list[pl.DataFrame]:
    return [batch.rows for batch in source.read(stream, cursor, UNTIL)]


@pytest.mark.parametrize("stream", ROWS)
def test_both_databases_give_the_same_batches(
    oracle: EbsSource, file: EbsSource, stream: str
) -> None:
    theirs, ours = read(oracle, stream), read(file, stream)
    assert [len(rows) for rows in theirs] == [len(rows) for rows in ours]
    # An empty string is null in Oracle.
    blank = pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep()
    assert pl.concat(theirs).equals(pl.concat(ours).with_columns(blank))


def test_units_outside_the_settings_are_not_read(oracle: EbsSource) -> None:
    assert set(pl.concat(read(oracle, "site_uses"))["ORG_ID"]) == {81, 82, 83}


def test_items_come_once_per_language_of_the_master_organization(oracle: EbsSource) -> None:
    keys = pl.concat(read(oracle, "items_tl"))[KEY]
    assert sorted(keys) == sorted(f"{n}/{lang}" for n in range(1, 8) for lang in ("RU", "US"))


def test_every_cursor_resumes_inside_a_tie(oracle: EbsSource) -> None:
    whole = list(oracle.read("items_tl", None, UNTIL))
    every = set(pl.concat([batch.rows for batch in whole])[KEY])
    for place, batch in enumerate(whole):
        seen = {key for earlier in whole[: place + 1] for key in earlier.rows[KEY]}
        seen |= {key for rows in read(oracle, "items_tl", batch.cursor) for key in rows[KEY]}
        assert seen == every


def test_count_fetch_sample_and_moment_agree(oracle: EbsSource) -> None:
    assert oracle.count("parties", None, UNTIL) == 40
    assert sorted(oracle.fetch("parties", ["1003", "1001", "7"])[KEY]) == ["1001", "1003"]
    assert oracle.fetch("items_tl", ["3/RU", "3/D", "4/US"])[KEY].to_list() == ["3/RU", "4/US"]
    assert oracle.fetch("items_tl", []).is_empty()
    assert oracle.sample("parties", 3)["PARTY_ID"].to_list() == [1039, 1038, 1037]
    moment = datetime(2024, 3, 1, 6, 10, tzinfo=UTC)
    cursor = oracle.cursor_at("parties", moment)
    assert oracle.count("parties", cursor, UNTIL) == 40 - 30


def test_clock_of_the_database_is_read(oracle: EbsSource) -> None:
    zone = timedelta(hours=14)
    assert abs(oracle.clock() - datetime.now(UTC)) <= zone


def test_every_stream_of_the_oracle_schema_is_readable(oracle: EbsSource) -> None:
    for stream in TABLES:
        assert oracle.count(stream, None, UNTIL) == sum(len(rows) for rows in read(oracle, stream))
