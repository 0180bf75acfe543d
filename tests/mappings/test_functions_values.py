"""Plain values and closed lists."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.functions import FUNCTIONS


def _read(name: str, text: str | None) -> tuple[object, str | None, str | None]:
    answer = pl.select(FUNCTIONS[name](pl.lit(text, dtype=pl.String)).alias("answer")).item()
    return answer["value"], answer["reason"], answer["evidence"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,56", "1234.56"),
        ("1\u00a0234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("-5", "-5"),
        ("+5", "5"),
        (",5", "0.5"),
        ("1E3", "1000"),
        ("0.1", "0.1"),
    ],
)
def test_numbers_are_exact(text: str, value: str) -> None:
    assert _read("number", text) == (Decimal(value), None, None)


@pytest.mark.parametrize("text", ["много", "1.234,5", "1..2", "--1"])
def test_unreadable_number_is_refused(text: str) -> None:
    assert _read("number", text)[1] == "number_unreadable"


@pytest.mark.parametrize(
    ("text", "value"),
    [("Да", True), ("истина", True), ("1", True), ("N", False), ("false", False), ("", None)],
)
def test_yes_and_no(text: str, value: bool | None) -> None:
    assert _read("yes_no", text) == (value, None, None)


def test_neither_yes_nor_no_is_refused() -> None:
    assert _read("yes_no", "может быть")[1] == "yes_no_unreadable"


@pytest.mark.parametrize("text", ["4006381333931", "96385074", "036000291452", "04006381333931"])
def test_barcode_with_a_right_check_digit_is_kept(text: str) -> None:
    assert _read("barcode", text) == (text, None, None)


@pytest.mark.parametrize("text", ["4006381333932", "123", "0000000000000", "ABC"])
def test_wrong_barcode_is_refused(text: str) -> None:
    assert _read("barcode", text)[1] == "barcode_checksum"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("country", "Россия", "RU"),
        ("country", "РОССИЙСКАЯ ФЕДЕРАЦИЯ", "RU"),
        ("country", "643", "RU"),
        ("country", "KAZ", "KZ"),
        ("country", "Республика Беларусь", "BY"),
        ("country", "Germany", "DE"),
        ("okei", "шт.", "796"),
        ("okei", "тн", "168"),
        ("okei", "MT", "168"),
        ("okei", "п.м", "018"),
        ("okei", "м.п.", "018"),
        ("okei", "пог.м", "018"),
        ("okei", "м²", "055"),
        ("okei", "л", "112"),
        ("okei", "796 ", "796"),
        ("okei", "6", "006"),
        ("party_kind_1c", "ЮрЛицо", "organization"),
        ("party_kind_1c", "ИндивидуальныйПредприниматель", "sole_trader"),
        ("party_kind_1c", "ФизЛицо", "person"),
        ("party_kind_1c", "ЮрЛицоНеРезидент", "foreign"),
        ("party_kind_ebs", "PERSON", "person"),
        ("party_status_ebs", "A", "active"),
        ("party_status_ebs", "I", "inactive"),
        ("party_status_ebs", "M", "merged"),
        ("party_status_ebs", "D", "deleted"),
    ],
)
def test_closed_lists(name: str, text: str, value: str) -> None:
    assert _read(name, text) == (value, None, None)


@pytest.mark.parametrize(
    ("name", "evidence"),
    [
        ("country", "country_unknown"),
        ("okei", "unit_unknown"),
        ("party_kind_1c", "kind_unknown"),
        ("party_kind_ebs", "kind_unknown"),
        ("party_status_ebs", "status_unknown"),
    ],
)
def test_unknown_value_is_left_for_review(name: str, evidence: str) -> None:
    assert _read(name, "бухта") == (None, None, evidence)


def test_empty_reference_of_1c_is_null() -> None:
    column = pl.DataFrame({"ref": ["00000000-0000-0000-0000-000000000000", "", " a "]})
    assert column.select(FUNCTIONS["empty_ref"](pl.col("ref"))).to_series().to_list() == [
        None,
        None,
        "a",
    ]


def test_text_keeps_signs_that_compatibility_forms_would_change() -> None:
    column = pl.DataFrame({"text": ["  дом №\u00a05 \t м² \u200b", "\u00a0", "a\x00b"]})
    cleaned = column.select(FUNCTIONS["text"](pl.col("text"))).to_series().to_list()
    assert cleaned == ["дом № 5 м²", None, "ab"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=20))
def test_cleaned_text_is_a_fixed_point(texts: list[str]) -> None:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    once = frame.select(FUNCTIONS["text"](pl.col("text")).alias("text"))
    assert once.select(FUNCTIONS["text"](pl.col("text")).alias("text")).equals(once)


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("НеСогласован", "Не согласован"),
        ("КВыполнению", "К выполнению"),
        ("ГотовКЗакрытию", "Готов к закрытию"),
        ("Закрыт", "Закрыт"),
        ("К выполнению", "К выполнению"),
        ("НДС", "НДС"),
        ("open", "open"),
        (None, None),
    ],
)
def test_a_value_of_1c_reads_as_a_phrase(name: str | None, phrase: str | None) -> None:
    column = pl.DataFrame({"text": [name]}, schema={"text": pl.String})
    assert column.select(FUNCTIONS["spaced"](pl.col("text"))).item() == phrase
