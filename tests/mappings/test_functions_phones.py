"""Phones: the handbook's cells, and no difference to the library wherever both can read."""

from __future__ import annotations

import phonenumbers as pn
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.functions.phones import phone, phones
from tests.support.examples import examples


def _read(cell: str, **options: str) -> tuple[list[str], str | None]:
    answer = pl.select(phones(pl.lit(cell), **options)).item()
    return list(answer["value"]), answer["evidence"]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("8 (812) 648-23-34", "+78126482334"),
        ("8-800-333-72-27", "+78003337227"),
        ("+7(343)2891122 доб. 1234", "+73432891122;ext=1234"),
        ("8(35195)12345", "+73519512345"),
        ("(3519) 24-40-09", "+73519244009"),
        ("495-123-45-67 ext 12", "+74951234567;ext=12"),
        ("84951234567#12", "+74951234567;ext=12"),
        ("84951234567, доб.5", "+74951234567;ext=5"),
        ("84951234567,105", "+74951234567;ext=105"),
        ("9031234567", "+79031234567"),
        ("89031234567", "+79031234567"),
        ("8 10 49 30 1234567", "+49301234567"),
        ("+49/30/1234567", "+49301234567"),
        ("+7 701 123 45 67", "+77011234567"),
        ("+375 29 123 45 67", "+375291234567"),
        ("8(495)123-45-67 (вн. 77)", "+74951234567;ext=77"),
        ("8(495)123-45-67 внутр.77", "+74951234567;ext=77"),
        ("тел/факс: (495) 123-45-67", "+74951234567"),
        ("моб. 8 903 123-45-67", "+79031234567"),
        ("8 903 123-45-67 (моб.)", "+79031234567"),
        ("+73432891122;ext=1234", "+73432891122;ext=1234"),
    ],
)
def test_one_number(cell: str, number: str) -> None:
    assert _read(cell) == ([number], None)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("(3519) 24-40-09, 24-40-10", ["+73519244009", "+73519244010"]),
        ("(495) 123-45-67/68", ["+74951234567", "+74951234568"]),
        ("8 903 123-45-67; 8 905 123-45-68", ["+79031234567", "+79051234568"]),
        ("8 903 123-45-67 и 8 905 123-45-68", ["+79031234567", "+79051234568"]),
        ("8 (495) 123-45-67 8 (495) 765-43-21", ["+74951234567", "+74957654321"]),
        (
            "84951234567 доб. 12, 84951234568 доб. 13",
            ["+74951234567;ext=12", "+74951234568;ext=13"],
        ),
        ("тел. 84951234567 факс 765-43-21", ["+74951234567", "+74957654321"]),
        ("911-123-45-67 Артем, 921-765-43-21 Олег", ["+79111234567", "+79217654321"]),
        ("84951234567, 8-495-123-45-67", ["+74951234567"]),
    ],
)
def test_several_numbers_in_a_cell(cell: str, numbers: list[str]) -> None:
    assert _read(cell) == (numbers, None)


@pytest.mark.parametrize(
    ("cell", "evidence"),
    [
        ("24-40-09", "phone_local"),
        ("1001", "phone_internal"),
        ("112", "phone_internal"),
        ("8 000 000 00 00", "phone_invalid"),
        ("перезвонить", "phone_invalid"),
        ("Anonymous", "phone_hidden"),
        ("номер скрыт", "phone_hidden"),
    ],
)
def test_what_is_no_number_is_told(cell: str, evidence: str) -> None:
    assert _read(cell) == ([], evidence)


def test_a_bad_part_does_not_take_the_good_one_with_it() -> None:
    assert _read("84951234567; 8 000 000 00 00") == (["+74951234567"], "phone_invalid")


@pytest.mark.parametrize("cell", ["+9 (4) 139-04-0614", "88 926 797-35-93", "89 4746 14-00-58"])
def test_a_number_inside_a_longer_one_is_not_guessed(cell: str) -> None:
    assert _read(cell) == ([], "phone_invalid")


def test_toll_free_numbers_lend_no_prefix() -> None:
    assert _read("8-800-333-72-27, 123-45-67") == (["+78003337227"], "phone_local")


def test_local_number_takes_the_area_code_it_is_given() -> None:
    assert _read("24-40-09", area_code="3519") == (["+73519244009"], "inferred")


def test_exit_prefix_of_the_exchange_is_stripped() -> None:
    assert _read("989031234567", exit_prefix="9") == (["+79031234567"], None)
    assert _read("9031234567", exit_prefix="9") == (["+79031234567"], None)


def test_single_phone_is_refused_if_there_is_none() -> None:
    answers = [
        pl.select(phone(pl.lit(cell))).item()
        for cell in ("112", "", "anonymous", "84951234567; 89031234567")
    ]
    assert [a["reason"] for a in answers] == ["phone_invalid", None, None, None]
    assert answers[3] == {"value": "+74951234567", "reason": None, "evidence": "several"}


SEPARATORS = st.sampled_from(["", " ", "-", ".", " - ", ") ", " (", "\u00a0", "–"])


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """Eleven or so digits under a Russian or no prefix, with punctuation and perhaps an extension."""
    digits = draw(
        st.text("0123456789", min_size=9, max_size=11)
        | st.from_regex(r"[3489][0-9]{9}", fullmatch=True)
    )
    prefix = draw(st.sampled_from(["", "8", "7", "+7", "8 ", "+7 (", "8-", "+ 7 "]))
    cuts = "".join(d + draw(SEPARATORS) for d in digits[:6])
    extension = draw(st.sampled_from(["", "", " доб. 12", "#7", " ext 105", ",5", " x3"]))
    return prefix + cuts + digits[6:] + extension


def _library(text: str) -> str | None:
    try:
        number = pn.parse(text, "RU")
    except pn.NumberParseException:
        return None
    if not pn.is_valid_number(number):
        return None
    base = pn.format_number(number, pn.PhoneNumberFormat.E164)
    return f"{base};ext={number.extension}" if number.extension else base


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(spellings(), min_size=1, max_size=40))
def test_no_difference_to_the_library_on_any_spelling(cells: list[str]) -> None:
    frame = pl.DataFrame({"cell": cells})
    ours = frame.select(phone(pl.col("cell")).struct.field("value")).to_series().to_list()
    expected = [_library(cell) for cell in cells]
    readable = [(c, o, e) for c, o, e in zip(cells, ours, expected, strict=True) if e is not None]
    assert [o for _, o, _ in readable] == [e for _, _, e in readable]


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(spellings() | st.text(max_size=30), max_size=30))
def test_numbers_read_are_fixed_points(cells: list[str]) -> None:
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    found = frame.select(phone(pl.col("cell")).struct.field("value").alias("n")).drop_nulls()
    again = found.select(phone(pl.col("n")).struct.field("value").alias("n"))
    assert again["n"].to_list() == found["n"].to_list()
