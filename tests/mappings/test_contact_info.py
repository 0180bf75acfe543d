"""КонтактнаяИнформация of 1C: a list of contact rows in one JSON cell (handbook 4.2)."""

from __future__ import annotations

import json
from collections.abc import Callable

import polars as pl
import pytest

from mappings.functions.contact_info import (
    BROKEN,
    contact_info_actual_address,
    contact_info_emails,
    contact_info_legal_address,
    contact_info_phones,
)

FUNCTIONS = [
    contact_info_phones,
    contact_info_emails,
    contact_info_legal_address,
    contact_info_actual_address,
]


def answers(function: Callable[[pl.Expr], pl.Expr], cells: list[str | None]) -> pl.DataFrame:
    frame = pl.DataFrame({"c": cells}, schema={"c": pl.String})
    return frame.select(function(pl.col("c")).alias("o"))["o"].struct.unnest()


def cell(*rows: dict[str, object]) -> str:
    return json.dumps(rows, ensure_ascii=False)


def test_phones_of_several_rows_are_listed_in_order_and_faxes_left_out() -> None:
    text = cell(
        {"Тип": "Телефон", "Представление": "+7 (3519) 24-40-09", "НомерТелефона": "73519244009"},
        {"Тип": "Факс", "Представление": "+7 (3519) 24-40-10"},
        {"Тип": "Телефон", "Представление": "", "НомерТелефона": "78126482334"},
    )
    assert answers(contact_info_phones, [text])["value"].to_list() == [
        ["+73519244009", "+78126482334"]
    ]


def test_the_mail_field_wins_over_the_presentation() -> None:
    text = cell(
        {
            "Тип": "АдресЭлектроннойПочты",
            "Представление": "Отдел сбыта",
            "АдресЭП": "Sbyt@Example.ru",
        }
    )
    assert answers(contact_info_emails, [text])["value"].to_list() == [["sbyt@example.ru"]]


def test_addresses_are_told_by_their_kind_in_any_order() -> None:
    text = cell(
        {"Тип": "Адрес", "Вид": "Фактический адрес", "Представление": "г. Тула, ул. Лесная, 2"},
        {"Тип": "Адрес", "Вид": "Юридический адрес", "Представление": "г. Тула, ул. Лесная, 1"},
    )
    assert answers(contact_info_legal_address, [text])["value"].to_list() == [
        "г. Тула, ул. Лесная, 1"
    ]
    assert answers(contact_info_actual_address, [text])["value"].to_list() == [
        "г. Тула, ул. Лесная, 2"
    ]


def test_addresses_of_unknown_kind_go_by_their_order() -> None:
    text = cell(
        {"Тип": "Адрес", "Вид_Key": "a", "Представление": "г. Тула, ул. Лесная, 1"},
        {"Тип": "Адрес", "Вид_Key": "b", "Представление": "г. Тула, ул. Лесная, 2"},
    )
    assert answers(contact_info_legal_address, [text])["value"].to_list() == [
        "г. Тула, ул. Лесная, 1"
    ]
    assert answers(contact_info_actual_address, [text])["value"].to_list() == [
        "г. Тула, ул. Лесная, 2"
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("broken", ['[{"Тип":', "привет", "[1]", '{"Тип": "Телефон"}'])
def test_a_broken_cell_is_evidence_and_spoils_no_other(
    function: Callable[[pl.Expr], pl.Expr], broken: str
) -> None:
    good = cell(
        {"Тип": "Телефон", "Представление": "8 (3519) 24-40-09"},
        {"Тип": "АдресЭлектроннойПочты", "АдресЭП": "a@example.ru"},
        {"Тип": "Адрес", "Вид": "Юридический адрес", "Представление": "Тула"},
        {"Тип": "Адрес", "Вид": "Фактический адрес", "Представление": "Тула"},
    )
    got = answers(function, [good, broken, None, "", "[]", good])
    assert got["evidence"].to_list() == [None, BROKEN, None, None, None, None]
    assert got["value"].is_null().to_list() == [False, True, True, True, True, False]
    assert got["reason"].is_null().all()
