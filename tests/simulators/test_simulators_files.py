"""Packets and spreadsheets parse, hold every record of the truth, and depend on nothing but the seed."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path

import polars as pl
import pytest
from lxml import etree
from openpyxl import load_workbook

from simulators.commerceml import write_broken, write_packets, write_split
from simulators.demo import LETTERS, posted, start_demo
from simulators.legacy import HEADER, HEADER_ROW, SHEET, write_csv, write_workbook
from simulators.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=9, companies=400)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _keys(world: World, source: str) -> set[str]:
    return set(world.truth().filter(pl.col("source") == source)["key"])


def _parties(paths: list[Path]) -> set[str]:
    found = set()
    for path in paths:
        for party in etree.parse(path).getroot().iterfind(".//{*}Контрагенты/{*}Контрагент"):
            found.add(str(party.findtext("{*}Ид")))
    return found


@pytest.mark.parametrize("version", ["2.05", "2.07", "2.08", "2.10"])
@pytest.mark.parametrize("encoding", ["UTF-8", "windows-1251"])
def test_packets_hold_every_counterparty(
    world: World, tmp_path: Path, version: str, encoding: str
) -> None:
    files = write_packets(world, tmp_path, version, encoding, parts=2)  # type: ignore[arg-type]  # parametrised literal
    assert [file.name for file in files] == [
        "import.xml",
        "offers.xml",
        "orders_1.xml",
        "orders_2.xml",
    ]
    assert _parties(files[2:]) == _keys(world, "commerceml")
    root = etree.parse(files[0]).getroot()
    assert root.get("ВерсияСхемы") == version
    assert ("urn:1C.ru:commerceml_2" in str(root.tag)) == (version > "2.05")
    assert encoding.encode() in files[0].read_bytes()[:60]
    assert len(root.findall(".//{*}Товар")) == world.items.height


def test_a_zip_is_the_same_bytes_each_time(world: World, tmp_path: Path) -> None:
    first, second = (write_packets(world, tmp_path / n, zipped=True)[0] for n in ("a", "b"))
    assert _digest(first) == _digest(second)
    assert zipfile.ZipFile(first).namelist() == ["import.xml", "offers.xml", "orders.xml"]


def test_requisites_stand_in_both_places(world: World, tmp_path: Path) -> None:
    """Directly under the counterparty, as in real files, and one level deeper, as in the standard."""
    root = etree.parse(write_packets(world, tmp_path)[2]).getroot()
    assert root.findall(".//{*}Контрагент/{*}ИНН")
    assert root.findall(".//{*}РеквизитыЮрЛица/{*}ИНН")


def test_the_split_form_has_its_own_namespace_and_files(world: World, tmp_path: Path) -> None:
    files = write_split(world, tmp_path)
    assert {file.stem for file in files} == {"groups", "goods", "offers", "prices", "rests"}
    for file in files:
        assert etree.QName(etree.parse(file).getroot()).namespace == "urn:1C.ru:commerceml_3"


def test_broken_packets_are_broken_in_the_way_they_are_named(world: World, tmp_path: Path) -> None:
    broken = write_broken(world, tmp_path)
    for name in ("wrong_encoding", "cut", "empty"):
        with pytest.raises(etree.XMLSyntaxError):
            etree.parse(broken[name])
    assert etree.QName(etree.parse(broken["bad_root"]).getroot()).localname == "Заказы"
    assert b"<!ENTITY" in broken["entities"].read_bytes()


def test_the_workbook_looks_as_a_manager_left_it(world: World, tmp_path: Path) -> None:
    sheet = load_workbook(write_workbook(world, tmp_path / "clients.xlsx"))[SHEET]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Клиентская база отдела продаж"
    assert rows[HEADER_ROW - 1] == HEADER
    body = rows[HEADER_ROW:-1]
    assert {row[1] for row in body} == _keys(world, "files")
    assert rows[-1][0] == "Итого"
    assert sheet.merged_cells.ranges
    assert any(isinstance(row[3], int) for row in body)
    assert any(";" in str(row[7]) for row in body)


def test_a_leading_zero_is_lost_only_where_truth_says_so(world: World, tmp_path: Path) -> None:
    sheet = load_workbook(write_workbook(world, tmp_path / "clients.xlsx"))[SHEET]
    written = {
        str(row[1]): str(row[3])
        for row in sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True)
        if row[3]
    }
    truth = world.truth().filter(pl.col("source") == "files")
    lost = set(truth.filter(pl.col("kinds").list.contains("lost_zero"))["key"])
    assert lost
    own = dict(
        truth.join(world.entities, left_on="legal_entity", right_on="entity")
        .select("key", "inn")
        .iter_rows()
    )
    assert all("0" + written[key] == own[key] for key in lost)


def test_workbook_and_csv_are_the_same_bytes_each_time(world: World, tmp_path: Path) -> None:
    first, second = (write_workbook(world, tmp_path / n) for n in ("a.xlsx", "b.xlsx"))
    assert _digest(first) == _digest(second)
    assert _digest(write_csv(world, tmp_path / "a.csv")) == _digest(
        write_csv(world, tmp_path / "b.csv")
    )


def test_the_csv_twin_is_cp1251_with_semicolons(world: World, tmp_path: Path) -> None:
    path = write_csv(world, tmp_path / "clients.csv")
    with path.open(encoding="cp1251", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert tuple(rows[0]) == HEADER
    assert {row[1] for row in rows[1:]} == _keys(world, "files")


def test_no_letter_of_the_demo_is_of_the_future(world: World) -> None:
    for hour, last in ((2, 1), (9, 5)):
        now = datetime(2026, 11, 24, hour, tzinfo=UTC)
        post = posted(world, now.date(), now)
        sent = [message_from_bytes(post.real(n).raw)["Date"] for n in range(LETTERS)]
        assert max(parsedate_to_datetime(at) for at in sent) == now.replace(hour=last, minute=5)


def test_the_demo_builds_four_sources_and_changes_1c(tmp_path: Path) -> None:
    with start_demo(tmp_path, seed=2, companies=150) as demo:
        assert set(demo.truth["source"]) == {"ebs", "onec", "commerceml", "files"}
        assert demo.spreadsheet.exists()
        assert demo.csv.exists()
        assert demo.ebs.count("HZ_PARTIES") > 100
        assert any(demo.commerceml.iterdir())
        assert len(demo.change_onec(3)) == 3
        assert demo.onec.base.registered
