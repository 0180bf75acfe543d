"""Price lists and lists of materials, CSV and Excel, as items."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from store.engine import Store
from tests.samples.counting import csv_rows
from tests.samples.real_house import (
    Loaded,
    golden_of,
    load,
    load_again,
    need_samples,
    real_house,
    records,
    refused,
)

pytestmark = need_samples
LISTS = {"materials": "smeta_*.csv", "steel": "rfmetall_*.csv", "headings": "metalloprokat_*.csv"}


@pytest.mark.parametrize("name", LISTS)
def test_every_line_of_a_list_is_an_item(name: str, loaded: Loaded) -> None:
    house = loaded(name)
    rows = csv_rows("nomenclature", LISTS[name], delimiter=";")
    without_heading = int(name == "steel")
    found = records(house, "item", name, "items")
    assert found.height == len(rows) + without_heading
    assert found["name"].null_count() == 0
    assert refused(house).is_empty()
    assert golden_of(house, "item").height == found.height
    load_again(house)


def test_materials_keep_names_and_get_unit_codes(loaded: Loaded) -> None:
    house = loaded("materials")
    found = records(house, "item", "materials", "items")
    rows = csv_rows("nomenclature", LISTS["materials"], delimiter=";")
    assert sorted(found["name"]) == sorted(" ".join(row["material_name"].split()) for row in rows)
    units = set(found.select("unit", "okei").rows())
    assert {("шт.", "796"), ("упак.", "778"), ("м.пог.", "018"), (None, None)} <= units
    assert found.filter(pl.col("unit").is_not_null() & pl.col("okei").is_null()).is_empty()


def test_a_workbook_of_the_same_list_gives_the_same_items(
    sqlite_store: Store, tmp_path: Path
) -> None:
    own = tmp_path / "lists"
    (own / "nomenclature").mkdir(parents=True)
    rows = csv_rows("nomenclature", LISTS["headings"], delimiter=";")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Рубрики портала", None, None])
    sheet.append(["url", "title", "count"])
    for row in rows:
        sheet.append([row["url"], row["title"], int(row["count"])])
    book.save(own / "nomenclature" / "metalloprokat_page.xlsx")
    house = real_house(sqlite_store, tmp_path, "headings", samples=own)
    file = tmp_path / "config" / "connections" / "headings.yaml"
    text = file.read_text(encoding="utf-8").replace(".csv", ".xlsx").replace("csv", "xlsx")
    file.write_text(text, encoding="utf-8")
    house = real_house(sqlite_store, tmp_path)
    load(house)
    found = records(house, "item", "headings", "items").select("key", "name")
    assert sorted(found.rows()) == sorted((row["url"], row["title"].strip()) for row in rows)
    load_again(house)


def test_lines_without_a_code_are_kept_aside_by_line_if_the_code_is_the_key(
    sqlite_store: Store, tmp_path: Path
) -> None:
    real_house(sqlite_store, tmp_path, "materials")
    file = tmp_path / "config" / "connections" / "materials.yaml"
    text = file.read_text(encoding="utf-8") + "      key: [material_id]\n"
    file.write_text(text, encoding="utf-8")
    house = real_house(sqlite_store, tmp_path)
    load(house)
    rows = csv_rows("nomenclature", LISTS["materials"], delimiter=";")
    lines = {
        f"smeta_BDM.csv:{at}" for at, row in enumerate(rows, start=2) if not row["material_id"]
    }
    kept = refused(house)
    assert set(kept["reason"]) == {"key_missing"}
    assert set(kept["value"]) == lines, "each names the file and the line"
    assert records(house, "item", "materials", "items").height == len(rows) - len(lines)
    load_again(house)
