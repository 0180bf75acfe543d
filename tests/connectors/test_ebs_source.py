"""What the EBS connector reads: scope, columns, refusals, and the probe for requisites."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.ebs.requisites import requisites_probe
from connectors.ebs.source import EbsSource
from schemas.errors import ConfigError, ContractBroken, Refused
from schemas.records import KEY
from tests.connectors.ebs_file import create, insert, parties
from tests.connectors.ebs_sql import settings

UNTIL = datetime(2024, 4, 1, tzinfo=UTC)
CHANGED = {"LAST_UPDATE_DATE": "2024-03-01 10:00:00"}
# Checksums by the rules of handbook 2.1, made for this test.
INN = ("7701000001", "7702000011", "5001000002")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "ebs.db"
    create(made)
    return made


def source(path: Path, **changed: Any) -> EbsSource:
    return EbsSource("erp", settings(url=f"sqlite:///{path}", **changed))


def read(path: Path, stream: str, **changed: Any) -> pl.DataFrame:
    return pl.concat([b.rows for b in source(path, **changed).read(stream, None, UNTIL)])


def test_a_relation_comes_once_though_the_base_keeps_two_rows(path: Path) -> None:
    for flag in ("F", "B"):
        insert(path, "relationships", [{"RELATIONSHIP_ID": 5, "DIRECTIONAL_FLAG": flag, **CHANGED}])
    assert read(path, "relationships")[KEY].to_list() == ["5"]


def test_only_the_configured_operating_units_are_read(path: Path) -> None:
    rows = [{"CUST_ACCT_SITE_ID": n, "ORG_ID": 80 + n, **CHANGED} for n in range(6)]
    insert(path, "acct_sites", rows)
    assert read(path, "acct_sites", orgs=[81, 84])["ORG_ID"].to_list() == [81, 84]


def test_optional_column_the_base_lacks_is_left_out(path: Path) -> None:
    insert(path, "parties", parties(2))
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("ALTER TABLE HZ_PARTIES DROP COLUMN KNOWN_AS")
    assert "KNOWN_AS" not in read(path, "parties").columns


def test_needed_column_the_base_lacks_is_named(path: Path) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("ALTER TABLE HZ_CUST_SITE_USES_ALL DROP COLUMN ORG_ID")
    with pytest.raises(ContractBroken) as caught:
        read(path, "site_uses")
    assert "ORG_ID" in caught.value.ru
    failed = [probe.name for probe in source(path).check() if not probe.ok]
    assert failed == ["stream:site_uses"]


def test_table_that_is_not_visible_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("DROP TABLE HZ_LOCATIONS")
    with pytest.raises(Refused):
        read(path, "locations")


def test_date_in_another_shape_breaks_the_batch(path: Path) -> None:
    insert(path, "accounts", [{"CUST_ACCOUNT_ID": 1, "LAST_UPDATE_DATE": "01.03.2024"}])
    with pytest.raises(ContractBroken) as caught:
        read(path, "accounts")
    assert "HZ_CUST_ACCOUNTS" in caught.value.en


def test_file_that_is_no_database_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "ebs.db"
    file.write_bytes(b"PK\x03\x04" * 500)
    with pytest.raises(ContractBroken):
        read(file, "parties")


def test_stream_not_on_offer_is_a_matter_of_settings(path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(path, "items", streams=None, master_org=None)
    assert "master_org" in caught.value.ru


def test_items_are_offered_once_the_master_organization_is_known(path: Path) -> None:
    nothing = {"price_lists": [], "stock_orgs": [], "customer_items": False}
    without = [s.name for s in source(path, streams=None, master_org=None, **nothing).discover()]
    offered = [s.name for s in source(path, streams=None, **nothing).discover()]
    assert set(offered) - set(without) == {"items", "items_tl"}
    assert "tax_registrations" not in offered


def test_thousands_of_keys_are_fetched_in_lists_oracle_takes(path: Path) -> None:
    insert(path, "parties", parties(1200))
    wanted = [str(1000 + n) for n in range(1100)]
    assert source(path).fetch("parties", wanted)[KEY].sort().to_list() == sorted(wanted)


def test_probe_finds_where_requisites_are_kept(path: Path) -> None:
    filled = [
        {
            **row,
            "JGZZ_FISCAL_CODE": inn,
            "ATTRIBUTE3": f"{inn[:4]}01001",
            "ATTRIBUTE5": "важный клиент",
        }
        for row, inn in zip(parties(3), INN, strict=True)
    ]
    filled[0]["TAX_REFERENCE"] = "7701000000"
    insert(path, "parties", filled)
    found = requisites_probe(source(path))
    proposed = found.filter("proposed").select("requisite", "stream", "column").rows()
    assert ("inn", "parties", "JGZZ_FISCAL_CODE") in proposed
    assert ("kpp", "parties", "ATTRIBUTE3") in proposed
    assert "ATTRIBUTE5" not in set(found["column"])
    wrong = found.filter(pl.col("column") == "TAX_REFERENCE", pl.col("requisite") == "inn")
    assert wrong.select("looks", "valid", "proposed").rows() == [(1, 0, False)]


def test_probe_of_an_empty_base_proposes_nothing(path: Path) -> None:
    assert requisites_probe(source(path)).is_empty()
