"""EGRUL and EGRIP open data, from XML to golden records."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from store.engine import Store
from tests.samples.counting import elements, parent
from tests.samples.real_house import (
    SAMPLES,
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
REGISTER = SAMPLES / "legal-entities"
# OGRN: INN, KPP, form, name, status, address key; read in the extracts.
COMPANIES = {
    "1137604008827": (
        "7604244281", "760401001", "ООО", "ООО «УФР»", "active", "76|ярославль|московский|125|",
    ),
    "1117602000064": (
        "7602082331", "760201001", "АО", "АО «ЯРГЭТ»", "active", "76|ярославль|ленинградский|37|",
    ),
    "1187800004006": (
        "7842159080", "781601001", "АНО", None, "active", "78|санкт-петербург|тамбовская|16|ЛА",
    ),
}  # fmt: skip


def test_the_register_of_companies_becomes_legal_entities(store: Store, tmp_path: Path) -> None:
    house = real_house(store, tmp_path, "egrul")
    load(house)
    found = records(house, "party", "egrul", "companies")
    listed = elements(REGISTER / "egrul", "VO_RUGFO*.xml", "Документ", "СвЮЛ")
    assert set(found["ogrn"]) == {one.get("ОГРН") for one in listed} == set(found["key"])
    assert set(found["inn"]) == {one.get("ИНН") for one in listed}
    assert set(found["kpp"]) == {one.get("КПП") for one in listed}
    assert refused(house).is_empty(), "every record of the register is valid"
    assert set(golden_of(house, "legal_entity")["ogrn"]) == set(found["ogrn"])
    load_again(house)


def test_companies_of_the_register_are_told_as_the_extract_says(loaded: Loaded) -> None:
    house = loaded("egrul")
    found = {row["ogrn"]: row for row in records(house, "party", "egrul", "companies").to_dicts()}
    for ogrn, (inn, kpp, form, name, status, place) in COMPANIES.items():
        row = found[ogrn]
        assert (row["inn"], row["kpp"], row["legal_form"]) == (inn, kpp, form)
        assert name is None or row["name"] == name
        assert (row["status"], row["address_key"], row["country"]) == (status, place, "RU")
    ended = elements(REGISTER / "egrul", "VO_RUGFO*.xml", "СвЮЛ", "СвПрекрЮЛ")
    gone = {parent(one).get("ОГРН") for one in ended}
    assert {key for key, row in found.items() if row["status"] == "inactive"} == gone


def test_every_registered_address_is_placed_in_its_region(loaded: Loaded) -> None:
    house = loaded("egrul")
    found = records(house, "party", "egrul", "companies")
    addresses = elements(REGISTER / "egrul", "VO_RUGFO*.xml", "СвАдресЮЛ", "АдресРФ")
    wanted = {
        next(one.iterancestors("СвЮЛ")).get("ОГРН"): (one.get("Индекс"), one.get("КодРегион"))
        for one in addresses
    }
    told = found.select("key", pl.col("legal_address").str.slice(0, 6), "region").rows()
    assert {key: (code, region) for key, code, region in told} == wanted
    # One company sits in a building («СТР. 1») without a house.
    assert found["address_key"].null_count() == 1
    assert not found["address_key"].str.contains(r"\|(г|ул|район)\|").any(), "a type is no name"


def test_sole_traders_of_the_register_have_twelve_digits_and_no_kpp(loaded: Loaded) -> None:
    house = loaded("egrip")
    found = records(house, "party", "egrip", "traders")
    listed = elements(REGISTER / "egrip", "*.xml", "Документ", "СвИП")
    pairs = {(one.get("ОГРНИП"), one.get("ИННФЛ")) for one in listed}
    assert set(found.select("ogrn", "inn").rows()) == pairs
    assert set(found["kind"]) == {"sole_trader"}
    assert set(found["legal_form"]) == {"ИП"}
    assert found["kpp"].null_count() == found.height
    assert "сабиров анзор валерикович" in found["name_core"].to_list()
    assert refused(house).is_empty()
    load_again(house)
