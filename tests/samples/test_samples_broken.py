"""Broken files of the samples: each is refused or kept aside by file and cause, nothing half loaded."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from flows.house import House
from flows.sync import sync
from schemas.errors import ContractBroken, KanonError
from store import runs
from store.engine import Store
from tests.samples.counting import csv_rows, elements
from tests.samples.real_house import (
    SAMPLES,
    load,
    load_again,
    need_samples,
    real_house,
    records,
    refused,
)
from tests.support.state import assert_same_state, state_of

pytestmark = need_samples
EGRUL = "legal-entities/egrul"
SMALL = "VO_RUGFO_0000_9965_20251105_9461e1d5.xml"
BROKEN = "fns-extract-1185476011918.broken.xml"


def edited(folder: Path, connection: str, **changes: str) -> None:
    file = folder / "config" / "connections" / f"{connection}.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def refusal(house: House, connection: str) -> KanonError:
    """The error of a sync that must fail and leave no record of any kind behind."""
    before = state_of(house.store)
    with pytest.raises(ContractBroken) as caught:
        sync(house, connection)
    assert_same_state(before, state_of(house.store))
    with house.store.read() as reader:
        last = runs.page(reader, limit=1).row(0, named=True)
    assert last["state"] == "failed"
    assert last["error_ru"] == caught.value.ru
    return caught.value


def test_an_extract_with_bare_quotes_is_refused_by_line(
    sqlite_store: Store, tmp_path: Path
) -> None:
    real_house(sqlite_store, tmp_path, "egrul").close()
    edited(tmp_path, "egrul", **{"VO_RUGFO*.xml": BROKEN, "root: Файл": "root: ЕГРЮЛ"})
    edited(tmp_path, "egrul", **{"Документ/СвЮЛ": "СвЮЛ"})
    error = refusal(real_house(sqlite_store, tmp_path), "egrul")
    assert f"{BROKEN}:3" in error.ru
    assert "Выгрузите файл заново" in error.ru
    assert f"{BROKEN}:3: not well-formed XML" in error.en


def test_good_files_before_a_broken_one_stay_and_it_alone_waits(
    sqlite_store: Store, tmp_path: Path
) -> None:
    own = tmp_path / "samples" / EGRUL
    own.mkdir(parents=True)
    whole = shutil.copy(SAMPLES / EGRUL / SMALL, own / SMALL)
    data = Path(whole).read_bytes()
    (own / "VO_RUGFO_cut.xml").write_bytes(data[: len(data) // 2])
    house = real_house(sqlite_store, tmp_path, "egrul", samples=tmp_path / "samples")
    with pytest.raises(ContractBroken, match=r"VO_RUGFO_cut\.xml:\d+: not well-formed"):
        sync(house, "egrul")
    (own / "VO_RUGFO_cut.xml").unlink()
    load(house)
    listed = elements(own, SMALL, "СвЮЛ")
    assert set(records(house, "party", "egrul", "companies")["ogrn"]) == {
        one.get("ОГРН") for one in listed
    }
    load_again(house)


REGISTER_SPOILT: Mapping[str, tuple[Callable[[bytes], bytes], str]] = {
    "UTF-8 declared windows-1251": (
        lambda data: data.decode("cp1251").encode(), "encoding"
    ),
    "windows-1251 declared UTF-8": (
        lambda data: data.replace(b"windows-1251", b"UTF-8"), "encoding"
    ),
    "cut": (lambda data: data[:5000], "not well-formed"),
    "a page of an error": (lambda data: b"<html><body>502</body></html>", "root"),
    "empty": (lambda data: b"", "not well-formed"),
    "an entity of its own": (
        lambda data: data.replace(b"?>", b"?><!DOCTYPE x [<!ENTITY a 'b'>]>", 1), "DOCTYPE"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REGISTER_SPOILT)
def test_a_spoilt_register_is_refused_with_the_cause(
    case: str, sqlite_store: Store, tmp_path: Path
) -> None:
    spoil, said = REGISTER_SPOILT[case]
    own = tmp_path / "samples" / EGRUL
    own.mkdir(parents=True)
    (own / SMALL).write_bytes(spoil((SAMPLES / EGRUL / SMALL).read_bytes()))
    house = real_house(sqlite_store, tmp_path, "egrul", samples=tmp_path / "samples")
    error = refusal(house, "egrul")
    assert SMALL in error.ru
    assert said in error.en


def test_a_packet_cut_in_the_middle_gives_neither_items_nor_groups(
    sqlite_store: Store, tmp_path: Path
) -> None:
    folder = "1c/commerceml/dobromyslov"
    own = tmp_path / "samples" / folder
    own.mkdir(parents=True)
    data = (SAMPLES / folder / "import0_1.xml").read_bytes()
    (own / "import0_1.xml").write_bytes(data[: len(data) * 2 // 3])
    house = real_house(sqlite_store, tmp_path, "dobromyslov", samples=tmp_path / "samples")
    assert "import0_1.xml" in refusal(house, "dobromyslov").ru


def test_a_wrong_encoding_in_the_settings_is_refused_by_line(
    sqlite_store: Store, tmp_path: Path
) -> None:
    real_house(sqlite_store, tmp_path, "tenders").close()
    edited(tmp_path, "tenders", **{"format: csv": "format: csv\n      encoding: utf-8"})
    error = refusal(real_house(sqlite_store, tmp_path), "tenders")
    assert "participants_2019_legal_entities.csv:2" in error.ru
    assert "encoding" in error.ru


def test_a_list_whose_heading_changed_is_refused_by_the_missing_column(
    sqlite_store: Store, tmp_path: Path
) -> None:
    own = tmp_path / "samples" / "legal-entities" / "klerk"
    own.mkdir(parents=True)
    data = (SAMPLES / "legal-entities" / "klerk" / "mga.csv").read_text(encoding="utf-8")
    (own / "mga.csv").write_text(data.replace('"INN"', '"Tax number"', 1), encoding="utf-8")
    house = real_house(sqlite_store, tmp_path, "klerk", samples=tmp_path / "samples")
    error = refusal(house, "klerk")
    assert "mga.csv" in error.ru
    assert "INN" in error.ru


def test_spoilt_lines_of_a_good_list_are_kept_aside_each_with_its_reason(
    sqlite_store: Store, tmp_path: Path
) -> None:
    own = tmp_path / "samples" / "legal-entities" / "klerk"
    own.mkdir(parents=True)
    lines = (
        (SAMPLES / "legal-entities" / "klerk" / "mga.csv").read_text(encoding="utf-8").splitlines()
    )
    good = len(lines) - 1
    lines[1] = lines[1].replace("7805203817", "7805203818")
    lines[2] = lines[2].replace('"4706017250"', '""')
    lines[3] += ',"extra"'
    lines.append(lines[4])
    (own / "mga.csv").write_text("\n".join(lines), encoding="utf-8")
    house = real_house(sqlite_store, tmp_path, "klerk", samples=tmp_path / "samples")
    load(house)
    kept = refused(house).select("stage", "reason", "value").rows()
    assert sorted(kept) == [
        ("extract", "key_duplicate", f"mga.csv:{good + 2}"),
        ("extract", "key_missing", "mga.csv:3"),
        ("extract", "row_too_wide", "mga.csv:4"),
        ("map", "inn_checksum", "7805203818"),
    ]
    assert records(house, "party", "klerk", "firms").height == good - 3
    payloads = refused(house).filter(pl.col("payload").is_null())
    assert payloads.is_empty(), "every refused line is kept whole, to be mended and sent again"
    load_again(house)
    assert len(csv_rows("legal-entities/klerk", "mga.csv")) == good
