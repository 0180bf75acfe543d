"""Planned volumes as people write them: cells, sentences and thresholds."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.volumes import bounds, said_volume, volume


@pytest.mark.parametrize(
    ("cell", "roubles"),
    [
        ("1,5 млн руб.", "1500000"),
        ("2 500 000", "2500000"),
        ("2\u00a0500\u00a0000,50 ₽", "2500000.5"),
        ("300 тыс. руб. в месяц", "3600000"),
        ("1 млн в квартал", "4000000"),
        ("около 3 миллионов рублей в год", "3000000"),
        ("10 т.р.", "10000"),
        ("1 млрд", "1000000000"),
        ("2 million", "2000000"),
        ("0", None),
        ("", None),
    ],
)
def test_a_cell_is_roubles_a_year(cell: str, roubles: str | None) -> None:
    assert pl.select(volume(pl.lit(cell))).item() == {
        "value": roubles,
        "reason": None,
        "evidence": None,
    }


@pytest.mark.parametrize("cell", ["500 тонн", "5 млн $", "много", "1.500.000", "-5 млн"])
def test_what_is_no_sum_of_roubles_is_refused(cell: str) -> None:
    told = pl.select(volume(pl.lit(cell))).item()
    assert (told["value"], told["reason"]) == (None, "number_unreadable")


@pytest.mark.parametrize(
    ("text", "roubles"),
    [
        ("Планируемый объём закупок — около 5 млн руб. в год.", "5000000"),
        ("Нужна труба. Годовой объем: 12 000 000 ₽.", "12000000"),
        ("Закупаем на 300 тыс. руб. в месяц, нужна цена", "3600000"),
        ("Объём 20 тонн, бюджет 2 млн руб", "2000000"),
        ("Объём 500 тыс. тонн в год", None),
        ("Бюджет 100 тыс. евро", None),
        ("Купили у вас на 30 тыс. руб., а там брак", None),
        ("Нужен объём 20 тонн", None),
        ("Потребность 40 м трубы", None),
        ("Объём закупок ежемесячно 2 млн руб.", "24000000"),
        ("Планируемый объем: 5 млн руб. Прошу прислать прайс", "5000000"),
        ("Закупаем на 5 млн. рублей в год продукции", "5000000"),
        ("Прошу передать в отдел закупок: счёт на 45 000 руб. не оплачен", None),
        ("закупаем 20 тыс. труб в год", None),
        ("Потребность 2 тыс. погонных метров", None),
        ("Закупаем 3 тыс. мешков цемента", None),
        ("не закупаем у вас больше, долг 5 000 руб.", None),
        ("Не закупаем на 5 000 руб.", None),
        ("бюджетный вариант до 5000 руб", None),
        ("Объёмы растут. Оплатили 15 000 руб.", None),
        ("закупаем 1 млн 250 тыс. руб", None),
        ("объём 5 млн белорусских рублей", None),
        ("Объём закупок от 3 до 5 млн в год", None),
    ],
)
def test_a_sentence_tells_it_or_does_not(text: str, roubles: str | None) -> None:
    assert pl.select(said_volume(pl.lit(text))).item() == roubles


@pytest.mark.parametrize(
    ("threshold", "fits", "misses"),
    [
        (">=1 млн", ("1000000", "5000000"), ("999999.99", None)),
        (">1 млн", ("1000000.01",), ("1000000",)),
        ("<300 тыс", ("299999",), ("300000", None)),
        ("<= 300 000", ("300000",), ("300001",)),
        ("от 2 млн", ("2000000",), ("1999999",)),
        ("до 2 млн", ("2000000",), ("2000001",)),
        ("от 1 до 5 млн", ("1000000", "5000000"), ("999999", "5000001")),
        (">0", ("0.01", "5000000"), ("0", None)),
        ("от 0 до 300 тыс", ("0", "300000"), ("300001", None)),
        (">= 0 руб.", ("0", "1"), (None,)),
        ("500 тыс - 2 млн", ("500000", "2000000"), ("499999",)),
    ],
)
def test_a_threshold_holds_within(
    threshold: str, fits: tuple[str, ...], misses: tuple[str | None, ...]
) -> None:
    amounts = pl.DataFrame({"v": [*fits, *misses]}, schema={"v": pl.String})
    held = amounts.select(bounds(threshold).hold(pl.col("v"))).to_series().to_list()
    assert held == [True] * len(fits) + [False] * len(misses)


@pytest.mark.parametrize(
    "text", ["1 млн", "много", ">много", "от 5 до 1 млн", ">= 20 тонн", "<0", "от 0 до 0", ""]
)
def test_what_is_no_threshold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no volume"):
        bounds(text)
