"""E-mail cells."""

from __future__ import annotations

import polars as pl
import pytest

from mappings.functions.emails import email, emails


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("Info@Romashka.RU ", ["info@romashka.ru"]),
        ("a@b.ru; c@d.ru, e@f.ru", ["a@b.ru", "c@d.ru", "e@f.ru"]),
        ("Иван Петров <ivan@romashka.ru>", ["ivan@romashka.ru"]),
        ("mailto:x@y.ru", ["x@y.ru"]),
        ("info@пример.рф", ["info@xn--e1afmkfd.xn--p1ai"]),
        ("info @ romashka.ru", ["info@romashka.ru"]),
        ("ivan@romashka.ru (директор)", ["ivan@romashka.ru"]),
        ("a@b.ru/c@d.ru", ["a@b.ru", "c@d.ru"]),
        ("'a@b.ru'", ["a@b.ru"]),
        ("o'brien@b.ie", ["o'brien@b.ie"]),
        ("a@b.ru A@B.RU", ["a@b.ru"]),
    ],
)
def test_addresses_of_a_cell(cell: str, addresses: list[str]) -> None:
    answer = pl.select(emails(pl.lit(cell))).item()
    assert (list(answer["value"]), answer["evidence"]) == (addresses, None)


@pytest.mark.parametrize(
    "cell",
    [
        "x@y",
        "a..b@c.ru",
        "info@mаil.ru",
        "info@mail,ru",
        "info@-x.ru",
        "позвонить",
        "иван@пример.рф",
    ],
)
def test_what_is_no_address_is_told(cell: str) -> None:
    answer = pl.select(emails(pl.lit(cell)).alias("many"), email(pl.lit(cell)).alias("one")).row(0)
    assert (list(answer[0]["value"]), answer[0]["evidence"]) == ([], "email_invalid")
    assert answer[1]["reason"] == "email_invalid"


def test_a_bad_address_does_not_take_the_good_one_with_it() -> None:
    answer = pl.select(emails(pl.lit("a@b.ru, bad@"))).item()
    assert (list(answer["value"]), answer["evidence"]) == (["a@b.ru"], "email_invalid")


@pytest.mark.parametrize("cell", ["", "-", "нет"])
def test_empty_markers_are_no_fault(cell: str) -> None:
    assert pl.select(email(pl.lit(cell))).item() == {
        "value": None,
        "reason": None,
        "evidence": None,
    }


def test_the_first_of_several_is_taken_and_told() -> None:
    answer = pl.select(email(pl.lit("a@b.ru; c@d.ru"))).item()
    assert answer == {"value": "a@b.ru", "reason": None, "evidence": "several"}
