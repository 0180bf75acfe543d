"""One search box: whatever kind of record is meant, however it is typed."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Store, finding, golden, identity, runs
from store.migrate import downgrade, upgrade
from store.typing_slips import other_readings
from tests.support.records import golden_records

_COMPANIES: list[dict[str, Any]] = [
    {"id": "1", "name": "ООО «Королёв и партнёры»", "inn": "7707083893", "ogrn": "1027700132195"},
    {"id": "2", "name": "АО Уральский кабель", "inn": "6670000000", "legal_address": "г Пермь"},
    {"id": "3", "name": "ООО Урал 74", "inn": "7400000000"},
    {"id": "4", "name": "ООО CABLE", "inn": None},
]
_PEOPLE = [{"id": "p", "legal_entity_id": "2", "name": "Ёлкина Анна Петровна", "position": "Юрист"}]
_POINTS = [
    ("legal_entity", "3", "phone", "+73512000000"),
    ("contact", "p", "phone", "+79161234567"),
    ("contact", "p", "email", "anna@kabel.ru"),
]
_ITEMS = [
    {"id": "i", "article": "100200", "name": "Кабель ВВГнг 3х2.5", "barcode": "4600000000011"}
]


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as writer:
        golden.save(writer, "legal_entity", golden_records("legal_entity", _COMPANIES))
        units = [{"id": "u", "legal_entity_id": "2", "kpp": "667101001"}]
        golden.save(writer, "unit", golden_records("unit", units))
        golden.save(writer, "contact", golden_records("contact", _PEOPLE))
        names = ("owner", "owner_id", "kind", "value")
        points = [
            {"id": f"x{n}", **dict(zip(names, point, strict=True))}
            for n, point in enumerate(_POINTS)
        ]
        golden.save(writer, "contact_point", golden_records("contact_point", points))
        golden.save(writer, "item", golden_records("item", _ITEMS))
        links = {"connection": "erp", "stream": "parties", "key": "A-17/5", "golden_id": "3"}
        frame = pl.DataFrame([{**links, "unit_id": None, "rule": "R1"}])
        identity.save_links(writer, "party", frame.cast({"unit_id": pl.String}))
        run = runs.start(writer, "sync", "erp")
        runs.note_stream(writer, "erp", "parties", run, 1)
    return store


def _found(store: Store, typed: str) -> list[tuple[str, str, str]]:
    with store.read() as reader:
        return [(hit.kind, hit.id, hit.why) for hit in finding.find(reader, typed).hits]


_ANNA, _CABLE = ("contact", "p"), ("legal_entity", "2")


TYPED: list[tuple[str, list[tuple[str, str, str]]]] = [
    ("7707083893", [("legal_entity", "1", "inn")]),
    ("ИНН 7707 083893", [("legal_entity", "1", "inn")]),
    ("ИНН/КПП", []),
    ("7707083893/770701001", [("legal_entity", "1", "inn")]),
    ("102770", [("legal_entity", "1", "ogrn")]),
    ("КПП: 667101001", [("unit", "u", "kpp")]),
    ("8 (351) 200-00-00 доб. 12", [("legal_entity", "3", "phone")]),
    ("916 123", [(*_ANNA, "phone")]),
    ("тел. +7 916 123-45-67", [(*_ANNA, "phone")]),
    ("ANNA@kabel", [(*_ANNA, "email")]),
    ("елкина анна", [(*_ANNA, "name")]),
    ("кабель", [(*_CABLE, "name"), ("item", "i", "name")]),
    ("100200", [("item", "i", "article")]),
    ("460000000001", [("item", "i", "barcode")]),
    ("A-17/5", [("legal_entity", "3", "key")]),
    ("a-17/5", []),
    ("erp/parties/A-17/5", [("legal_entity", "3", "key")]),
    ("shop/parties/A-17/5", []),
    ("ко", []),
    ("77", []),
    ("", []),
    ("нет такого", []),
    ("' OR 1=1 --", []),
    ('"' * 50, []),
    ("a" * 5000, []),
]


def test_what_is_typed_finds_every_kind_and_says_by_what(filled: Store) -> None:
    assert {typed: _found(filled, typed) for typed, _ in TYPED} == dict(TYPED)


READ: list[tuple[str, str | None, str | None]] = [
    ("rjhjktd", "королев", "1"),
    ("YPAЛ 74", "УРАЛ 74", "3"),
    ("САВLE", "CABLE", "4"),
    ("сфиду", "cable", "4"),
    ("qqqq", None, None),
]


def test_another_layout_and_letters_that_look_alike_are_understood_and_said(filled: Store) -> None:
    with filled.read() as reader:
        found = {typed: finding.find(reader, typed) for typed, _, _ in READ}
    told = [(t, one.read_as, one.hits[0].id if one.hits else None) for t, one in found.items()]
    assert told == READ


def test_the_one_that_is_meant_is_the_exact_one_among_many(filled: Store) -> None:
    more = [{"id": f"m{n}", "name": f"Урал {n}", "inn": f"770708389{n}0"} for n in range(3)]
    with filled.write() as writer:
        golden.save(writer, "legal_entity", golden_records("legal_entity", more))
    with filled.read() as reader:
        assert finding.find(reader, "7707083893").only is not None
        assert finding.find(reader, "7707083893").only == finding.find(reader, "7707083893").hits[0]
        assert finding.find(reader, "770708389").only is None
        assert len(finding.find(reader, "урал", each=2).hits) == 2


def test_people_of_a_base_that_is_upgraded_are_found_as_new_ones_are(filled: Store) -> None:
    downgrade(filled, "0011")
    upgrade(filled)
    assert _found(filled, "елкина") == [(*_ANNA, "name")]
    with filled.write() as writer:
        renamed = [{**_PEOPLE[0], "name": "Ильина Анна Петровна"}]
        golden.save(writer, "contact", golden_records("contact", renamed))
    assert _found(filled, "елкина") == []
    assert _found(filled, "ильина") == [(*_ANNA, "name")]


@given(st.text(max_size=12))
def test_other_readings_are_other_and_unrepeated(typed: str) -> None:
    found = other_readings(typed)
    assert typed not in found
    assert len(found) == len(set(found))
