"""Addresses: one place, one key, however it is written (handbook 2.6)."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.functions.addresses import address, address_key, address_parts, postal_code, region
from mappings.functions.addressing.regions import CITIES, CODES, REGION_OF_CITY
from tests.support.examples import examples


def key(text: str) -> str | None:
    found: str | None = pl.select(address_key(pl.lit(text))).item()
    return found


@pytest.mark.parametrize(
    ("expected", "spellings"),
    [
        (
            "74|магнитогорск|кирова|93|",
            [
                "Магнитогорск г, Кирова ул, 93",
                "г. Магнитогорск, ул. Кирова, д. 93",
                "г.Магнитогорск ул.Кирова д.93",
                "455000, Челябинская обл, , Магнитогорск г, , Кирова ул, дом № 93",
                "Россия, Челябинская область, ул. имени Кирова, 93, г. Магнитогорск",
            ],
        ),
        (
            "77|москва|лесная|12|К2С3",
            ["г Москва, ул. Лесная, 12к2с3", "Москва, Лесная улица, дом 12, корпус 2, строение 3", "г. Москва, ул. Лесная, д. 12, корп. 2, стр. 3"],
        ),
        ("59|пермь|1 парковая|5А|", ["г. Пермь, 1-я Парковая, 5а", "г. Пермь, ул. Парковая 1-я, д. 5 А"]),
        ("57|орел|8 марта|3|", ["ул. 8 Марта, 3, г. Орёл", "г. Орел, 8 Марта ул., д. 3"]),
        ("78|санкт-петербург|невский|1|ЛА", ["СПб, Невский пр-т, д. 1, лит. А, пом. 5-Н", "г. Санкт-Петербург, Невский проспект, д.1 литера А"]),
        ("66|екатеринбург|ленина|5/1|", ["620000, Свердловская обл, г.о. Екатеринбург, г Екатеринбург, ул им. Ленина, д. 5/1, оф. 3"]),
        ("86|сургут|мира|10|", ["628400, ХМАО - Югра, г. Сургут, пр-кт Мира, 10", "Ханты-Мансийский Автономный округ - Югра, Сургут г, Мира пр-кт, 10"]),
        ("16|казань|садовая|34|К1", ["Страна: Российская Федерация; Почтовый индекс: 420029; Субъект РФ: Татарстан; Город: Казань; Улица: Садовая; Дом: 34, корпус 1; "]),
        ("|ивановка||5|", ["д. Ивановка, д. 5"]),
        ("71|тула|лесная|9А|", ["г. Тула, ул. Лесная, 9-а", "Тула, Лесная улица, дом 9А, помещение 5"]),
        ("71|тула|лесная|3|ЛА", ["г. Тула, Лесная улица, 3 лит. а", "г. Тула, ул. Лесная, д. 3, литера А"]),
        ("21|чебоксары|5|7|", ["Чувашская Республика - Чувашия, г. Чебоксары, мкр. 5, д 7"]),
        ("47|мга|железнодорожная|59|", ["187300, Ленинградская область, Кировский район, городской поселок Мга, Железнодорожная улица, 59"]),
    ],
)  # fmt: skip
def test_spellings_of_one_place_share_the_key(expected: str, spellings: list[str]) -> None:
    assert [key(text) for text in spellings] == [expected] * len(spellings)


@pytest.mark.parametrize(
    "text", ["", "Москва", "ул. Кирова, 5", "не указан", "г. Тула, ул. Лесная", "-"]
)
def test_a_place_without_settlement_or_house_has_no_key(text: str) -> None:
    assert key(text) is None


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("г. Тула, ул. Лесная, 1", "г. Тула, ул. Лесная, 11"),
        ("г. Тула, ул. Лесная, 1", "г. Тула, ул. Лесная, 1/2"),
        ("г. Тула, ул. Лесная, 1", "г. Тула, ул. Лесная, 1, корп. 2"),
        ("г. Тула, ул. Лесная, 1", "г. Калуга, ул. Лесная, 1"),
        ("Тульская обл, п. Заря, д. 1", "Калужская обл, п. Заря, д. 1"),
    ],
)
def test_different_places_have_different_keys(left: str, right: str) -> None:
    assert key(left) is not None
    assert key(left) != key(right)


def test_regions_are_told_by_name_and_by_city() -> None:
    texts = pl.DataFrame(
        {"a": ["Респ Татарстан, г Арск", "Алтайский край", "Респ. Алтай", "Тюмень", "Село", None]}
    )
    assert texts.select(region(pl.col("a"))).to_series().to_list() == [
        "16",
        "22",
        "04",
        "72",
        None,
        None,
    ]


def test_every_city_of_the_table_tells_its_region() -> None:
    texts = pl.DataFrame({"a": [f"г. {city}, ул. Мира, д. 1" for city in CITIES]})
    found = texts.select(region(pl.col("a"))).to_series().to_list()
    assert found == [REGION_OF_CITY[city.lower().replace("ё", "е")] for city in CITIES]
    assert len(CODES) == len(set(CODES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("г. Тольятти, Автозаводская ул., 22/2-127", "63|тольятти|автозаводская|22/2-127|"),
        ("455000, Магнитогорск г, Ленина ул, 36-103", "74|магнитогорск|ленина|36-103|"),
        ("г. Пермь, ул. Ленина 30/2-15", "59|пермь|ленина|30/2-15|"),
        ("г. Ярославль, Набережная ш., 176-218", "76|ярославль|набережная|176-218|"),
        ("г. Самара, Набережная пр-кт., 5/2", "63|самара|набережная|5/2|"),
        ("г Москва, Ленинградское шоссе, 5", "77|москва|ленинградское|5|"),
    ],
)
def test_a_flat_after_a_corner_house_and_a_street_named_as_a_type(text: str, expected: str) -> None:
    assert key(text) == expected


def test_postal_codes_are_six_digits_standing_alone() -> None:
    texts = pl.DataFrame({"a": ["455000, г. Магнитогорск", "ИНН 7707083893", "дом 93", None]})
    assert texts.select(postal_code(pl.col("a"))).to_series().to_list() == [
        "455000",
        None,
        None,
        None,
    ]


@given(
    st.lists(
        st.none() | st.text("абгдул. ,0123456789кс/-", max_size=40) | st.text(max_size=20),
        max_size=12,
    )
)
@settings(max_examples=examples(50), deadline=None)
def test_any_text_is_answered_row_by_row(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"a": texts}, schema={"a": pl.String})
    together = frame.select(address_parts(pl.col("a"))).to_series().to_list()
    alone = [
        frame.slice(n, 1).select(address_parts(pl.col("a")))["a"][0] for n in range(len(texts))
    ]
    assert together == alone
    cleaned = frame.select(address(pl.col("a")).struct.field("value").alias("a"))
    again = cleaned.select(address(pl.col("a")).struct.field("value").alias("a"))
    assert again.equals(cleaned)
