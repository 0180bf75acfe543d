"""Real CommerceML exchanges, 2.03 to 3.1: counterparties and items to golden, the rest counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from flows.house import House
from schemas.records import KEY
from store.engine import Store
from tests.samples.counting import elements, parent
from tests.samples.real_house import (
    SAMPLES,
    Loaded,
    golden_of,
    load_again,
    need_samples,
    real_house,
    records,
    refused,
)

pytestmark = need_samples
EXCHANGES = {
    "carono": "1c/commerceml/carono",
    "dobromyslov": "1c/commerceml/dobromyslov",
    "gillbeits": "1c/commerceml/gillbeits",
    "irpsv": "1c/commerceml/irpsv",
    "freesport": "1c/commerceml31/freesport",
}


def key_of(element: etree._Element) -> str:
    return (element.findtext("{*}Ид") or "").strip()


def keys_of(name: str, *path: str) -> set[str]:
    return {key_of(one) for one in elements(SAMPLES / EXCHANGES[name], "*.xml", *path)} - {""}


def keys_read(house: House, name: str, stream: str) -> set[str]:
    source = house.source(name)
    batches = source.read(stream, None, source.clock())
    return {key for batch in batches for key in batch.rows[KEY]}


@pytest.mark.parametrize("name", EXCHANGES)
def test_every_item_and_counterparty_is_a_record_or_in_quarantine(
    name: str, loaded: Loaded
) -> None:
    house = loaded(name)
    items = records(house, "item", name, "items")
    assert set(items["key"]) == keys_of(name, "Каталог", "Товары", "Товар")
    parties = set(records(house, "party", name, "counterparties")["key"])
    named = {
        key_of(one)
        for tag in ("Контрагент", "Владелец")
        for one in elements(SAMPLES / EXCHANGES[name], "*.xml", tag)
        if str(parent(one).tag).rpartition("}")[2] != "Представитель"
    }
    kept = set(refused(house)["key"])
    assert parties | kept == named - {""}
    assert not parties & kept
    load_again(house)


def test_counterparties_are_refused_for_the_right_reasons(loaded: Loaded) -> None:
    house = loaded(*EXCHANGES)
    told = {(row["connection"], row["key"]): row["reason"] for row in refused(house).to_dicts()}
    assert told == {
        # «Рога и копыта», ИНН and КПП 2500000000: no check digit fits.
        ("dobromyslov", "e23f663b-18fc-11e7-80c2-0cc47ab29cd1"): "inn_checksum",
        # Users of a shop whose names the site left empty.
        ("dobromyslov", "38#catalog_exchange#"): "name_missing",
        ("dobromyslov", "5#content-manager# Контент менджер"): "name_missing",
        # The example of the standard has an invented ИНН 0056123412: there is no office 00.
        ("irpsv", "bd72d900-55bc-11d9-848a-00112f43529a"): "inn_office",
    }
    complex_ = {row["inn"]: row for row in golden_of(house, "legal_entity").to_dicts()}[
        "7705260699"
    ]
    assert complex_["legal_form"] == "ЗАО"
    assert complex_["legal_address"] == "Москва г, 1905 года ул, дом № 10"


def test_items_say_their_unit_and_group_in_words_whatever_the_version(loaded: Loaded) -> None:
    house = loaded(*EXCHANGES)
    told = {
        name: set(records(house, "item", name, "items").select("unit", "okei").rows())
        for name in EXCHANGES
        if name != "gillbeits"
    }
    assert told == {
        "carono": {("Пара (2 шт.)", "715")},
        "dobromyslov": {("Штука", "796")},
        "irpsv": {("шт", "796")},
        "freesport": {("796", "796")},
    }
    shoes = records(house, "item", "carono", "items")
    assert set(shoes["category"]) == {"Обувь"}
    assert "Б-130001" in shoes["article"].to_list()
    dumbbell = records(house, "item", "freesport", "items").row(0, named=True)
    assert dumbbell["name"] == "Гантель неопреновая Espado ES1115, жёлтый"


@pytest.mark.parametrize("name", EXCHANGES)
def test_offers_groups_and_documents_are_read_to_the_last(
    name: str, sqlite_store: Store, tmp_path: Path
) -> None:
    house = real_house(sqlite_store, tmp_path, name)
    says_more = {
        key_of(one)
        for one in elements(SAMPLES / EXCHANGES[name], "*.xml", "Предложения", "Предложение")
        if {str(child.tag).rpartition("}")[2] for child in one}
        - {"Ид", "Цены", "Остатки", "Склад", "Количество", "НомерВерсии", "ПометкаУдаления"}
    }
    assert keys_read(house, name, "offers") == says_more
    assert keys_read(house, name, "groups") == keys_of(name, "Группы", "Группа")
    path = ("КоммерческаяИнформация", "Документ")
    assert keys_read(house, name, "documents") == keys_of(name, *path)


def test_prices_and_rests_are_told_of_their_items_whatever_the_version(loaded: Loaded) -> None:
    house = loaded(*EXCHANGES)
    for name in EXCHANGES:
        priced = len(list(elements(SAMPLES / EXCHANGES[name], "*.xml", "Цены", "Цена")))
        assert records(house, "item_price", name, "prices").height == priced > 0
    mat = "bd8c4e15-18f9-11e7-80c2-0cc47ab29cd1"
    rests = records(house, "item_stock", "dobromyslov", "rests").filter(item_key=f"items:{mat}")
    # The packet says 377 of them in all.
    assert dict(rests.select("warehouse_name", "quantity").rows()) == {
        "Владивосток": "1", "Новосибирск": "0", "Москва": "376",
    }  # fmt: skip
    told = ("price_kind_name", "amount", "currency", "vat")
    trainer = records(house, "item_price", "freesport", "prices").filter(
        item_key="items:038bca5a-747e-11ea-81c1-00155d3cae02"
    )
    assert ("РРЦ", "6990", "RUB", "included") in trainer.select(told).rows()
    assert ("Опт 2 (150-300 тыс.руб в квартал)", "4625", "RUB", "included") in trainer.select(
        told
    ).rows()
    dress = records(house, "item_price", "irpsv", "prices").filter(
        characteristic="05e26d76-01e4-11dc-a411-00055d80a2d1"
    )
    assert set(dress.select(told).rows()) >= {
        ("Закупочная", "4", "USD", "included"), ("Плановая", "6", "USD", "excluded"),
    }  # fmt: skip
