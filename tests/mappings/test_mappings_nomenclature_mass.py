"""Theoretical masses equal the tables of the standards, and quantities go from unit to unit by them."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from mappings.nomenclature import parse
from mappings.nomenclature.mass import (
    converted,
    masses,
    per_metre,
    per_piece,
    per_square_metre,
)

# Name, kilograms of a metre as the standard's table prints it.
TABLES = [
    # ГОСТ 2590
    ("Круг 10", "0.617"), ("Круг 12", "0.888"), ("Круг 16", "1.58"), ("Круг 20", "2.47"),
    ("Круг 25", "3.85"), ("Круг 30", "5.55"), ("Круг 40", "9.86"), ("Круг 50", "15.41"),
    ("Круг 100", "61.65"),
    # ГОСТ 34028
    ("Арматура 6 А240", "0.222"), ("Арматура 8 А500С", "0.395"), ("Арматура 10 А500С", "0.617"),
    ("Арматура 12 А500С", "0.888"), ("Арматура 14 А400", "1.21"), ("Арматура 16 А400", "1.58"),
    ("Арматура 18 А400", "2.00"), ("Арматура 20 А400", "2.47"), ("Арматура 32 А400", "6.31"),
    # ГОСТ 2591, ГОСТ 2879
    ("Квадрат 10", "0.785"), ("Квадрат 12", "1.13"), ("Квадрат 20", "3.14"),
    ("Шестигранник 27", "4.96"), ("Шестигранник 10", "0.680"), ("Шестигранник 17", "1.96"),
    # ГОСТ 103
    ("Полоса 40х4", "1.26"), ("Полоса 50х5", "1.96"), ("Полоса 25х4", "0.785"),
    # ГОСТ 8732, ГОСТ 10704
    ("Труба б/ш 219х8", "41.63"), ("Труба э/с 57х3,5", "4.62"), ("Труба б/ш 108х4", "10.26"),
    ("Труба э/с 76х3,5", "6.26"), ("Труба б/ш 159х6", "22.64"), ("Труба э/с 159х4,5", "17.15"),
    # ГОСТ 8240, ГОСТ 8509
    ("Швеллер 16П", "14.2"), ("Швеллер 10У", "8.59"), ("Уголок 63х5", "4.81"), ("Уголок 50х5", "3.77"),
]  # fmt: skip


OTHERS = [
    "Лист 10х1500х6000", "Полоса 50х5", "ВВГ 3х2,5", "Балка 20Б1", "Труба проф 60х60х2",
    "Уголок 100х63х8", "Лист рифл. 4х1500х6000",
]  # fmt: skip
Goods = dict[str, tuple[str, dict[str, str]]]


@pytest.fixture(scope="module")
def goods() -> Goods:
    """Class and attributes of every name here, parsed as one column."""
    names = [*(name for name, _ in TABLES), *OTHERS]
    rows = parse(pl.Series(names)).select("item_class", "attributes").rows()
    told = [dict(pair.split("=", 1) for pair in (text or "").split("; ")) for _, text in rows]
    classes = [row[0] for row in rows]
    return dict(zip(names, zip(classes, told, strict=True), strict=True))


@pytest.mark.parametrize(("name", "mass"), TABLES, ids=[name for name, _ in TABLES])
def test_a_metre_weighs_what_the_standard_says(name: str, mass: str, goods: Goods) -> None:
    counted = per_metre(*goods[name])
    assert counted is not None
    # A table is printed to three figures at least, its last one rounded by its own authors.
    last = Decimal(1).scaleb(Decimal(mass).as_tuple().exponent)  # type: ignore[arg-type]  # finite
    assert abs(counted - Decimal(mass)) <= last * Decimal("0.6")


def test_a_sheet_weighs_785_for_a_millimetre(goods: Goods) -> None:
    assert per_piece(*goods["Лист 10х1500х6000"]) == Decimal("706.5")
    assert per_square_metre(*goods["Лист 10х1500х6000"]) == Decimal("78.5")


@pytest.mark.parametrize(
    ("name", "quantity", "unit", "into", "wanted"),
    [
        ("Лист 10х1500х6000", "2", "796", "168", "1.413000"),
        ("Лист 10х1500х6000", "0.785", "168", "055", "10.000000"),
        ("Полоса 50х5", "1", "168", "018", "509.554140"),
        ("ВВГ 3х2,5", "1.5", "008", "006", "1500.000000"),
    ],
)
def test_quantities_go_from_unit_to_unit(
    name: str, quantity: str, unit: str, into: str, wanted: str, goods: Goods
) -> None:
    assert converted(Decimal(quantity), unit, into, *goods[name]) == Decimal(wanted)


@pytest.mark.parametrize(
    ("name", "unit", "into"),
    [
        ("Балка 20Б1", "168", "006"),
        ("Труба проф 60х60х2", "168", "006"),
        ("ВВГ 3х2,5", "166", "006"),
        ("Уголок 100х63х8", "168", "006"),
        ("Лист рифл. 4х1500х6000", "168", "055"),
    ],
)
def test_without_a_table_there_is_no_answer(name: str, unit: str, into: str, goods: Goods) -> None:
    assert converted(Decimal(1), unit, into, *goods[name]) is None


def test_a_column_of_goods_weighs_what_each_of_them_weighs(goods: Goods) -> None:
    frame = pl.DataFrame(
        {
            "item_class": [kind for kind, _ in goods.values()],
            "attributes": [[f"{n}={v}" for n, v in told.items()] for _, told in goods.values()],
        }
    )
    each = masses(frame).select("kg_metre", "kg_square", "kg_piece").rows()
    for (kind, told), found in zip(goods.values(), each, strict=True):
        alone = [one(kind, told) for one in (per_metre, per_square_metre, per_piece)]
        wanted = [None if mass is None else pytest.approx(float(mass)) for mass in alone]
        assert list(found) == wanted, (kind, told)
