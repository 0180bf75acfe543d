"""Tender participants with lost zeros, and 223-FZ contracts."""

from __future__ import annotations

import polars as pl

from tests.samples.counting import csv_rows, elements
from tests.samples.real_house import (
    SAMPLES,
    Loaded,
    golden_of,
    load_again,
    need_samples,
    records,
    refused,
)

pytestmark = need_samples
FOLDER = "legal-entities/zakupki"


def test_inns_that_lost_a_zero_get_it_back_with_evidence(loaded: Loaded) -> None:
    house = loaded("tenders")
    found = records(house, "party", "tenders", "participants")
    listed = csv_rows(FOLDER, "participants*.csv", encoding="cp1251", delimiter=";")
    inns = [row["applications.inn"] for row in listed]
    assert sorted(found["inn"]) == sorted(inn.zfill(10) for inn in inns)
    mended = found.filter(pl.col("issues").list.contains("inn:lost_zero"))
    assert sorted(mended["inn"]) == sorted(inn.zfill(10) for inn in inns if len(inn) == 9)
    assert refused(house).is_empty()
    assert set(golden_of(house, "legal_entity")["inn"]) == {inn.zfill(10) for inn in inns}
    assert golden_of(house, "legal_entity").height == len({inn.zfill(10) for inn in inns})
    load_again(house)


def test_addresses_in_windows_1251_are_read_and_placed(loaded: Loaded) -> None:
    house = loaded("tenders")
    found = records(house, "party", "tenders", "participants")
    places = found.filter(pl.col("inn") == "1660075808")["address_key"].to_list()
    assert set(places) == {"16|казань|адмиралтейская|3|"}
    placed = found.drop_nulls(["actual_address", "address_key"])
    # What is left are post boxes, and houses of districts whose village nobody wrote.
    assert placed.height > 0.88 * found["actual_address"].count()


def test_parties_of_contracts_are_found_whatever_the_namespace(loaded: Loaded) -> None:
    house = loaded("contracts")
    customers = elements(SAMPLES / FOLDER, "223fz_*.xml", "customer", "mainInfo")
    suppliers = elements(SAMPLES / FOLDER, "223fz_*.xml", "supplierInfo")
    for stream, listed in (("customers", customers), ("suppliers", suppliers)):
        found = records(house, "party", "contracts", stream)
        pairs = {(one.findtext("{*}inn"), one.findtext("{*}kpp")) for one in listed}
        assert set(found.select("inn", "kpp").rows()) == pairs
    gas = records(house, "party", "contracts", "customers").row(0, named=True)
    assert (gas["ogrn"], gas["okpo"], gas["legal_form"]) == ("1020100707318", "03251056", "АО")
    assert gas["name"] == "АО «ГАЗПРОМ ГАЗОРАСПРЕДЕЛЕНИЕ МАЙКОП»"
    assert gas["address_key"] == "01|майкоп|апшеронская|4|"
    assert gas["phones"] == ["+78772523180", "+78772560255"]
    assert gas["emails"] == ["mail@adyggaz.ru"]
    assert refused(house).is_empty()
    load_again(house)


def test_an_okpo_with_a_wrong_check_digit_is_dropped_and_told(loaded: Loaded) -> None:
    house = loaded("contracts")
    oil = records(house, "party", "contracts", "suppliers").row(0, named=True)
    assert (oil["okpo"], oil["issues"]) == (None, ["okpo:okpo_checksum"])
    assert oil["address_key"] == "23|краснодар|дзержинского|33|"


def test_streets_named_by_a_type_word_or_an_initial_keep_their_names(loaded: Loaded) -> None:
    found = records(loaded("tenders"), "party", "tenders", "participants")
    keys = dict(found.select("actual_address", "address_key").rows())
    assert keys["дом 47, Набережная улица, Елабуга, Россия"] == "16|елабуга|набережная|47|"
    assert keys["дом 34, Х.Такташа улица, Набережные Челны, Россия"] == (
        "16|набережные челны|х такташа|34|"
    )
    box = "Г.КАЗАНЬ А/Я 438, Д. Г.КАЗАНЬ А/Я 438, 420021, Г.КАЗАНЬ А/Я 438, РОССИЯ"
    assert keys[box] is None, "a post box is no house"
