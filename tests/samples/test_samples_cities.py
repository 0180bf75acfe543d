"""Two lists of the same towns' firms, klerk and rusprofile: every common INN is one legal entity."""

from __future__ import annotations

import polars as pl
import pytest

from flows.house import House
from tests.samples.counting import csv_rows
from tests.samples.real_house import (
    Loaded,
    golden_of,
    load_again,
    need_samples,
    records,
    refused,
)

pytestmark = need_samples
KLERK, RUSPROFILE = "legal-entities/klerk", "legal-entities/rusprofile"
# INN: OGRN, form, core of the name, place; the firms stand in both lists.
FIRMS = {
    "7805203817": ("1037811002228", "ООО", "ук возрождение неруд", "47|мга|железнодорожная|59|"),
    "4706017250": ("1024701339739", "ООО", "электрон м", None),
    "5024048000": (None, "ЗАО", "биокад", "78|стрельна|связи|34|ЛА"),
}


@pytest.fixture(scope="module")
def house(loaded: Loaded) -> House:
    """Both lists, loaded and settled."""
    return loaded("klerk", "rusprofile")


def test_firms_meet_by_inn_and_nothing_else_does(house: House) -> None:
    klerk = {row["INN"] for row in csv_rows(KLERK, "*.csv")}
    rusprofile = {row["inn"] for row in csv_rows(RUSPROFILE, "*.csv")}
    assert set(records(house, "party", "klerk", "firms")["inn"]) == klerk
    assert set(records(house, "party", "rusprofile", "firms")["inn"]) == rusprofile
    assert refused(house).is_empty(), "every firm has a valid INN and OGRN"
    whole = golden_of(house, "legal_entity")
    wanted: dict[str, set[str]] = {inn: set() for inn in klerk | rusprofile}
    for name, inns in (("klerk", klerk), ("rusprofile", rusprofile)):
        for inn in inns:
            wanted[inn].add(f"{name}/firms/{inn}")
    assert {row["inn"]: set(row["sources"]) for row in whole.to_dicts()} == wanted
    assert whole.height == len(wanted)


def test_known_firms_have_their_requisites_form_and_place(house: House) -> None:
    entities = {row["inn"]: row for row in golden_of(house, "legal_entity").to_dicts()}
    keys = records(house, "party", "rusprofile", "firms").select("key", "address_key").rows()
    places = dict(keys)
    ogrns = {row["inn"]: row["ogrn"] for row in csv_rows(RUSPROFILE, "*.csv")}
    for inn, (ogrn, form, core, place) in FIRMS.items():
        row = entities[inn]
        assert row["ogrn"] == ogrns[inn]
        assert ogrn is None or row["ogrn"] == ogrn
        assert (row["legal_form"], row["name_core"]) == (form, core)
        assert place is None or places[inn] == place


def test_two_registers_write_the_same_name_in_different_case_and_mean_one(house: House) -> None:
    both = records(house, "party", "klerk", "firms").join(
        records(house, "party", "rusprofile", "firms"), on="key", suffix="_other"
    )
    apart = both.filter(pl.col("name_core") != pl.col("name_core_other"))
    # What is left are abbreviations («НПК Астралён») and renamed firms, looked through by eye.
    assert apart.height <= 64
    clash = both.filter(pl.col("legal_form") != pl.col("legal_form_other"))
    assert clash.is_empty(), clash.select("key", "name", "name_other")


def test_the_second_run_of_both_lists_writes_nothing(house: House) -> None:
    load_again(house)
