"""Open data of registers: XML and JSON by record and paths; a broken file is refused by line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from connectors.files import Files, FilesSettings
from connectors.registry import validated
from schemas.errors import ContractBroken
from schemas.records import KEY, Batch
from tests.connectors.samples import samples

EGRUL = {
    "format": "xml",
    "patterns": ["VO_*.xml"],
    "root": "Файл",
    "record": "Документ/СвЮЛ",
    "key": ["ОГРН"],
    "repeats": "last",
    "columns": {
        "ОГРН": "@ОГРН",
        "ИНН": "@ИНН",
        "КПП": "@КПП",
        "Полное": "СвНаимЮЛ/@НаимЮЛПолн",
        "Индекс": "СвАдресЮЛ/АдресРФ/@Индекс",
        "Записи": "СвЗапЕГРЮЛ/@ГРН",
    },
}


def read(path: Path, **layout: Any) -> list[Batch]:
    wanted = {"path": str(path), "streams": {"s": layout}}
    source = Files("f", validated(FilesSettings, "f", wanted))
    return list(source.read("s", None, datetime.now(UTC)))


def values(batches: list[Batch], column: str) -> list[str | None]:
    return [value for batch in batches for value in batch.rows[column]]


def test_paths_take_attributes_elements_and_repeats(tmp_path: Path) -> None:
    body = '<r:Ф xmlns:r="urn:x"><Д n="1"><И>а</И><И>б</И><К><Л м="2"/></К></Д><Д n="3"/><Х/></r:Ф>'
    (tmp_path / "a.xml").write_bytes(body.encode())
    columns = {"n": "@n", "и": "И", "м": "К/Л/@м", "к": "К"}
    found = read(
        tmp_path, format="xml", patterns=["*"], root="Ф", record="Д", key=["n"], columns=columns
    )
    assert found[0].rows.select(*columns).rows() == [
        ("1", '["а", "б"]', "2", '{"Л": {"@м": "2"}}'),
        ("3", None, None, None),
    ]


def test_the_register_of_companies_loads_and_its_last_word_counts() -> None:
    path = samples("legal-entities", "egrul")
    found = read(path, **EGRUL)
    expected: dict[str, set[str]] = {}
    for file in path.glob("VO_*.xml"):
        root = etree.parse(file).getroot()
        expected[file.name] = {one.get("ОГРН") for one in root.iter("СвЮЛ")}
    assert sorted(values(found, KEY)) == sorted(k for keys in expected.values() for k in keys)
    assert all(len(inn or "") == 10 for inn in values(found, "ИНН"))
    assert sum(batch.rejects.height for batch in found) == 0


def test_the_register_of_sole_traders_loads() -> None:
    path = samples("legal-entities", "egrip")
    layout = {"format": "xml", "patterns": ["*.xml"], "root": "Файл", "record": "СвИП"}
    found = read(path, **layout, key=["@ОГРНИП"], repeats="last")
    assert values(found, "@ИННФЛ")
    assert all(len(inn or "") == 12 for inn in values(found, "@ИННФЛ"))


def test_tender_contracts_load() -> None:
    path = samples("legal-entities", "zakupki")
    layout = {"format": "xml", "patterns": ["*.xml"], "root": "contract"}
    found = read(path, **layout, record="customer/mainInfo", key=["inn", "kpp"])
    assert "0105018196|010501001" in values(found, KEY)
    assert all(values(found, "legalAddress"))


def test_the_register_of_schools_loads() -> None:
    path = samples("legal-entities", "branches")
    columns = {
        "certificate": "certificate_id",
        "number": "supplement_index",
        "head": "root_ActualEducationOrganization.FullName",
    }
    found = read(
        path, format="json", patterns=["*.json"], columns=columns, key=["certificate", "number"]
    )
    assert len(set(values(found, KEY))) == 100
    assert all(values(found, "head"))


def test_a_real_broken_extract_is_refused_by_file_and_line() -> None:
    path = samples("legal-entities", "egrul", "fns-extract-1185476011918.broken.xml")
    with pytest.raises(ContractBroken, match=r"broken\.xml:3: not well-formed XML") as caught:
        read(path, format="xml", patterns=["*"], root="ЕГРЮЛ", record="СвЮЛ")
    assert "broken.xml:3" in caught.value.ru
    assert "Выгрузите" in caught.value.ru


def test_a_real_register_in_another_encoding_than_declared_is_refused(tmp_path: Path) -> None:
    path = samples("legal-entities", "egrul", "VO_RUGFO_0000_9965_20251105_9461e1d5.xml")
    real = path.read_bytes()
    as_utf8 = real.decode("cp1251").encode("utf-8")
    for body in (as_utf8, real.replace(b"windows-1251", b"UTF-8")):
        (tmp_path / "VO_x.xml").write_bytes(body)
        with pytest.raises(ContractBroken, match=r"VO_x\.xml:\d+: .*(encoding)"):
            read(tmp_path, **EGRUL)
