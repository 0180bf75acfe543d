"""Head words of one class: either names of one good, or each of them a good of its own."""

from __future__ import annotations

import polars as pl
import pytest

from mappings.nomenclature import ItemClass, parse, shipped

# Pairs of head words with the rest of a name: two goods each.
DIFFERENT = (
    ("Тройник", "Отвод", "57х3,5"), ("Муфта", "Заглушка", "25"), ("Кран", "Фильтр", "1/2 ВР"),
    ("УЗО", "Дифавтомат", "2P 16А 30мА"), ("Контактор", "Пускатель", "12А 230В"),
    ("Светильник", "Прожектор", "36Вт 6500К"), ("Наконечник", "Гильза кабельная", "10 кв.мм"),
    ("Гипсокартон", "Фанера", "10х1200х2500"), ("ДВП", "ДСП", "10х1220х2440"), ("Утеплитель", "Подложка", "50х600х1000"),
    ("Краска", "Грунтовка", "белая 10 кг"), ("Клей", "Герметик", "белый 280 мл"), ("Цемент", "Штукатурка", "М500 25 кг"),
    ("Доска", "Брус", "50х150х6000 мм"), ("Сверло", "Бур", "6х100 мм"), ("Нож", "Лезвие", "18 мм"),
    ("Пленка", "Сетка", "200 мкм 3х10 м"), ("Саморез", "Шуруп", "3,5х35"), ("Дюбель", "Дюбель-гвоздь", "6х40"),
    ("Полоса", "Штрипс", "40х4"), ("Электростанция", "ДГУ", "АД100С-Т400-1РМ"), ("Щит", "Корпус щита", "12 модулей"),
    ("Выключатель", "Переключатель", "3P 25А"), ("Хомут", "Кронштейн", "50 мм"), ("Кабель", "Провод", "3х1,5"),
)  # fmt: skip
SAME = (
    ("Муфты", "Муфта", "25"), ("Саморезы", "Саморез", "3,5х35"), ("Двутавр", "Балка", "20Б1"), ("Пруток", "Круг", "20 ст45"),
    ("ГКЛ", "Гипсокартон", "12,5х1200х2500"), ("Шпаклевка", "Шпатлевка", "25 кг"), ("Грунт", "Грунтовка", "белая 10 кг"),
    ("Провод", "Кабель", "КГ 3х2,5"), ("Диф. автомат", "Дифавтомат", "2P 16А 30мА"), ("Дюбель гвоздь", "Дюбель-гвоздь", "6х40"),
)  # fmt: skip
# Head words of one class that are names of one good though they begin otherwise.
SYNONYMS = {
    "rebar": {"арм.", "арма"}, "steel_sheet": {"лист", "прок"}, "steel_coil": {"руло", "стал"}, "steel_round": {"круг", "прут"},
    "steel_beam": {"балк", "двут"}, "steel_section": {"балк", "двут", "швел", "проф"},
    "pipe_profile": {"труб", "тр.", "проф"}, "pipe_round": {"труб", "тр."}, "pump": {"насо", "элек"},
    "cable_power": {"кабе", "пров", "шнур"}, "cable_overhead": {"кабе", "пров"},
    "cable_telecom": {"инте", "кабе", "пров"}, "breaker": {"авт.", "авто", "выкл"},
    "cable_channel": {"кабе", "коро"}, "plastic_pipe": {"труб", "отоп"}, "corrugated_pipe": {"труб", "гофр"},
    "seal_ring": {"коль", "упло"},
}  # fmt: skip


def keys(head: str, body: str) -> tuple[str | None, str | None]:
    row = parse(pl.Series([f"{head} {body}"])).row(0, named=True)
    return row["item_key"], row["canonical"]


@pytest.mark.parametrize(("one", "other", "body"), DIFFERENT, ids=lambda v: str(v))
def test_head_words_of_a_class_are_several_goods(one: str, other: str, body: str) -> None:
    (key, name), (other_key, other_name) = keys(one, body), keys(other, body)
    assert key is not None
    assert key != other_key
    assert name != other_name


@pytest.mark.parametrize(("one", "other", "body"), SAME, ids=lambda v: str(v))
def test_spellings_of_a_head_word_are_one_good(one: str, other: str, body: str) -> None:
    assert keys(one, body) == keys(other, body)
    assert keys(one, body)[0] is not None


def beginnings(item_class: ItemClass) -> set[str]:
    """Of the head words that make one good; none where each is a good of its own."""
    if item_class.declared.goods is not None:
        return set()
    heads = {head.lower() for sign in item_class.declared.signs for head in sign.head}
    return {head[:4] for head in heads if "<" not in head and "{" not in head}


def test_a_class_whose_heads_are_several_goods_says_so() -> None:
    told = {one.name: beginnings(one) for one in shipped().classes.values()}
    assert {name: found for name, found in told.items() if len(found) > 1} == SYNONYMS


def test_a_spelling_of_a_good_is_a_head_word() -> None:
    """A spelling nobody looks for would be a good that is never told."""
    for one in shipped().classes.values():
        heads = {head for sign in one.declared.signs for head in sign.head}
        spelled = {text for texts in (one.declared.goods or {}).values() for text in texts}
        assert spelled <= heads, one.name
