"""The EBS connector over the simulated ERP: everything is read, and later changes are seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from connectors.ebs.requisites import requisites_probe
from connectors.ebs.source import EbsSource
from connectors.ebs.tables import TABLES
from connectors.registry import build
from schemas.records import KEY, Cursor
from simulators.ebs import Ebs, build_ebs
from simulators.ebs.rows import InnColumn
from simulators.world import World

NARROWED = {"acct_sites", "site_uses", "relationships", "items", "items_tl"}


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=7, companies=300)


@pytest.fixture
def erp(world: World, tmp_path: Path) -> Ebs:
    return build_ebs(world, tmp_path / "ebs.db")


def source(erp: Ebs) -> EbsSource:
    settings = {
        "url": erp.url,
        "orgs": list(erp.orgs),
        "master_org": erp.master_org,
        "price_lists": list(erp.price_lists),
        "stock_orgs": list(erp.stock_orgs),
        "zone": erp.zone,
        "page_size": 200,
        "streams": list(TABLES),
    }
    made = build("ebs", "erp", settings)
    assert isinstance(made, EbsSource)
    return made


def read(
    made: EbsSource, stream: str, cursor: Cursor | None = None
) -> tuple[list[str], Cursor | None]:
    keys: list[str] = []
    for batch in made.read(stream, cursor, made.clock()):
        keys += batch.rows[KEY].to_list()
        cursor = batch.cursor
    return keys, cursor


def test_check_finds_every_stream_readable(erp: Ebs) -> None:
    assert [probe.name for probe in source(erp).check() if not probe.ok] == []


@pytest.mark.parametrize("stream", TABLES)
def test_every_row_of_every_table_is_read_once(world: World, tmp_path: Path, stream: str) -> None:
    """In a base that keeps the INN in tax registrations, where no table is empty."""
    erp = build_ebs(world, tmp_path / "ebs.db", "ZX")
    keys, _ = read(source(erp), stream)
    assert len(set(keys)) == len(keys) == source(erp).count(stream, None, source(erp).clock())
    held = erp.count(TABLES[stream].table.name)
    assert 0 < len(keys) <= held if stream in NARROWED else len(keys) == held > 0


def test_changed_and_late_rows_are_read_and_little_else(erp: Ebs) -> None:
    made = source(erp)
    _, cursor = read(made, "parties")
    changed = {str(key) for key in erp.change(3)}
    late = str(erp.late_commit(datetime.now(UTC) - timedelta(minutes=90)))
    again, _ = read(made, "parties", cursor)
    assert {*changed, late} <= set(again)
    assert len(again) <= 4


def test_change_of_a_site_is_seen_though_the_party_was_not_touched(erp: Ebs) -> None:
    made = source(erp)
    _, uses = read(made, "site_uses")
    _, parties = read(made, "parties")
    changed = str(erp.change_site())
    assert read(made, "site_uses", uses)[0] == [changed]
    assert read(made, "parties", parties)[0] == []


def test_row_older_than_the_overlap_is_found_by_sweeping_keys(erp: Ebs) -> None:
    made = source(erp)
    _, cursor = read(made, "parties")
    old = str(erp.late_commit(datetime.now(UTC) - timedelta(days=2)))
    assert old not in read(made, "parties", cursor)[0]
    assert old in read(made, "parties")[0]


@pytest.mark.parametrize(
    ("column", "place"),
    [
        ("JGZZ_FISCAL_CODE", ("parties", "JGZZ_FISCAL_CODE")),
        ("TAX_REFERENCE", ("parties", "TAX_REFERENCE")),
        ("ZX", ("tax_registrations", "REGISTRATION_NUMBER")),
    ],
)
def test_probe_finds_the_requisites_wherever_the_site_keeps_them(
    world: World, tmp_path: Path, column: InnColumn, place: tuple[str, str]
) -> None:
    erp = build_ebs(world, tmp_path / "ebs.db", column)
    found = requisites_probe(source(erp)).filter(pl.col("proposed"))
    best = found.group_by("requisite", maintain_order=True).first()
    places = {row["requisite"]: (row["stream"], row["column"]) for row in best.to_dicts()}
    assert places["inn"] == place
    assert places["kpp"] == ("site_uses", "TAX_REFERENCE")
    assert places["ogrn"] == ("parties", "ATTRIBUTE1")
