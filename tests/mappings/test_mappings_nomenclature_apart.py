"""Goods that differ by one word, one sign or one standard are never one: pairs by hand, and any word more."""

from __future__ import annotations

from functools import lru_cache

import polars as pl
import pytest

from mappings.nomenclature import shipped
from mappings.nomenclature.parse import parse

DIFFERENT = (
    ("Гайка М12", "Шайба М12"), ("Болт М12х80", "Винт М12х80"), ("Болты М12х80", "Шпилька М12х80"),
    ("Гвозди 3х80", "Заклепка 3х80"),
    ("Труба 57х3,5 ГОСТ 8732-78", "Труба 57х3,5 ГОСТ 10704-91"),
    ("Труба э/с 325х8 17Г1С", "Труба э/с 325х8 17Г1С-У"), ("Лист 10 Ст3сп5", "Лист 10 Ст3сп5-св"),
    ("Лист медный 2х600х1500", "Лист латунный 2х600х1500"), ("Круг медный 40", "Круг 40"),
    ("Круг бронзовый 40", "Круг титановый 40"), ("Катанка медная 8", "Катанка 8"),
    ("Проволока нихром 1,2", "Проволока 1,2"), ("Швеллер 16-П", "Швеллер 16"),
    ("Барабан для кабеля ВВГ 3х2,5", "Кабель ВВГ 3х2,5"),
    ("Рабочее колесо насоса ЦНС 38-110", "Насос ЦНС 38-110"),
    ("Труба э/с 219х8 б/у", "Труба э/с 219х8"), ("Труба б/ш 57х3,5 в изоляции ВУС", "Труба б/ш 57х3,5"),
    ("Круг кованый 100", "Круг 100"), ("Кабель UTP 4х2х0,5 PVC", "Кабель UTP 4х2х0,5 LSZH"),
    ("ВВГ 3х2,5 0,66", "ВВГ 3х2,5 1"), ("ВВГнг 3х2, 5", "ВВГнг 3х2"), ("Лист 10 / 12 ст3", "Лист 10 ст3"),
    ("Арматура 12 / 14 А500С", "Арматура 12 А500С"),
)  # fmt: skip
# Name → what must not be read from it, attribute and value.
NOT_READ = (
    ("ВВГнг(А)-LS 3х2,5 100 м", "voltage=100"), ("ВВГ 3х2,5 10 м", "voltage=10"),
    ("ВВГ 3х2,5 20 шт", "voltage=20"), ("ВВГ 3х2,5 барабан 500", "voltage=500"),
    ("NYM 3х2,5 305", "voltage=305"), ("ВВГнг 3х2, 5", "voltage=5"),
    ("Арматура 12 / 14 А500С", "grade=14"), ("Лист 10/12", "grade=12"), ("Квадрат 20/25", "d=25"),
)  # fmt: skip
TROUBLED = {
    "Труба проф 60*60*6.03": "size_became_date", "60х60х3.06 труба проф": "size_became_date",
    "Труба 06/03/2024": "size_became_date", "Труба проф 06.03": "size_became_date",
    "Труба 3 июн": "size_became_date", "Труба 60х60х03.июн": "size_became_date", "Лист 5х10.дек": "size_became_date",
    "Труба 60х60хиюн.03": "size_became_date", "Труба проф 40х40х01.05.2024": "size_became_date",
    "Труба 20х2024-06-03": "size_became_date", "Лист 8, лист 10": "two_products",
    "Круг 40 ст45 / Квадрат 50 ст20": "two_products",
    "Лист 10х1500х6000 Круг 40 ст45": "two_products", "Круг 40 н/д Квадрат 50 ст20": "two_products",
    "Лист г/к 10х1500 Ст3сп5 ГОСТ 14637-89 Лист г/к 12х1500 Ст3сп5": "two_products",
    "Уголок 63х63х5 12 м Швеллер 16П 12 м": "two_products", "ЭЦВ 6-10-110 ЦНС 38-110": "two_products",
    "ВВГнг(А)-LS 3х2,5 ПВС 2х0,75": "two_products", "Круг 40 ст45 и Квадрат 50 ст20": "two_products",
}  # fmt: skip
# A second head that names no second good.
ONE_GOOD = (
    "Муфта 25 для трубы 32", "Дюбель для теплоизоляции 10х160 мм металлический гвоздь (250 шт.)",
    "Grundfos CR 32-4 (Grundfos 96122)", "Хомут 50 мм с дюбелем для крепления трубы (2 шт.)",
)  # fmt: skip
SINGULAR = {
    "Трубы профильные 60х60х3": "Труба проф 60х60х3", "Листы г/к 10х1500х6000 Ст3сп5": "Лист г/к 10х1500х6000 Ст3сп5",
    "Уголки 63х63х5": "Уголок 63х63х5", "Швеллеры 16П": "Швеллер 16П", "Швеллера 16П": "Швеллер 16П",
    "Балки 20Б1": "Балка 20Б1", "Двутавры 20Б1": "Двутавр 20Б1", "Круги 40 ст45": "Круг 40 ст45",
    "Полосы 40х4": "Полоса 40х4", "Шестигранники 27 40Х": "Шестигранник 27 40Х", "Прутки 40 ст45": "Пруток 40 ст45",
    "Автоматы 3P 25А C": "Автомат 3P 25А C", "Автоматические выключатели 3P 25А C": "Автоматический выключатель 3P 25А C",
    "Насосы ЭЦВ 6-10-110": "Насос ЭЦВ 6-10-110", "Кабели ВВГнг 3х2,5": "Кабель ВВГнг 3х2,5",
    "Контакторы КМИ-11210 12А": "Контактор КМИ-11210 12А", "Хомуты 400х4,8 мм": "Хомут 400х4,8 мм",
}  # fmt: skip
FOREIGN = {
    "Балка IPE 200": "series=IPE; number=200", "Двутавр HEB 200 S355J2": "series=HEB; number=200; grade=S355J2",
    "Балка HE 200 A": "series=HEA; number=200", "Балка НЕА 200": "series=HEA; number=200",
    "IPE200": "series=IPE; number=200", "Швеллер UPN 200": "series=UPN; number=200",
}  # fmt: skip
# Sections of yet other standards, and numbers no European section has.
NEVER_SURE = (
    "Балка W 12x26",
    "Балка W12x26",
    "Балка HEA 20",
    "Швеллер UPN 12",
    "Швеллер MC 12",
    "Балка UB 12",
)
STRANGE = "зюзякс"


def read(*names: str) -> pl.DataFrame:
    return parse(pl.Series(names), shipped())


@lru_cache(maxsize=1)
def examples() -> list[str]:
    classes = shipped().classes.values()
    return [one["name"] for each in classes for one in each.declared.examples]


@pytest.mark.parametrize("pair", DIFFERENT, ids=" ≠ ".join)
def test_two_goods_are_never_one(pair: tuple[str, str]) -> None:
    one, other = read(*pair)["item_key"]
    assert one is None or one != other


def test_a_word_more_that_nobody_understands_is_another_good() -> None:
    plain = read(*examples())["item_key"]
    longer = read(*(f"{name} {STRANGE}" for name in examples()))["item_key"]
    same = plain.is_not_null() & (plain == longer)
    assert [name for name, one in zip(examples(), same, strict=True) if one] == []
    assert plain.drop_nulls().len() > 100


@pytest.mark.parametrize(("name", "told"), NOT_READ, ids=lambda v: str(v))
def test_a_tail_is_no_attribute(name: str, told: str) -> None:
    assert told not in str(read(name)["attributes"][0]).split("; ")


@pytest.mark.parametrize(("name", "trouble"), TROUBLED.items(), ids=lambda v: str(v))
def test_a_broken_cell_is_named(name: str, trouble: str) -> None:
    assert read(name)["trouble"][0] == trouble


@pytest.mark.parametrize("name", ONE_GOOD)
def test_a_part_told_of_another_good_is_no_second_good(name: str) -> None:
    assert read(name)["trouble"][0] is None


def test_a_plural_is_the_same_good() -> None:
    many, one = read(*SINGULAR)["item_key"], read(*SINGULAR.values())["item_key"]
    assert one.null_count() == 0
    assert many.to_list() == one.to_list()


@pytest.mark.parametrize(("name", "told"), FOREIGN.items())
def test_a_european_section_has_a_class_of_its_own(name: str, told: str) -> None:
    row = read(name).row(0, named=True)
    assert (row["item_class"], row["attributes"]) == ("steel_section", told)
    assert row["confidence"] >= 0.9


@pytest.mark.parametrize("name", NEVER_SURE)
def test_a_section_nobody_knows_is_never_sure(name: str) -> None:
    assert read(name)["confidence"][0] < 0.9
