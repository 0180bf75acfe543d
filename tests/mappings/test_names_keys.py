"""Keys by which names are compared (handbook 2.5, step 13)."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.code_points import initials, table, translated
from schemas.name_keys import NAME_KEYS, match_form, name_keys
from schemas.rowwise.passes import Passes


def keys(core: str) -> dict[str, str | None]:
    row: dict[str, str | None] = pl.select(name_keys(pl.lit(core))).item()
    return row


@pytest.mark.parametrize(
    ("left", "right", "key"),
    [
        ("rutektor", "рутектор", "translit"),
        ("tekhnologiya", "технология", "translit"),
        ("shchit", "щит", "translit"),
        ("yuzhnyy", "южный", "translit"),
        ("jugstroj", "югстрой", "translit"),
        ("xerox", "ксерокс", "translit"),
        ("авангард", "овонгарт", "phonetic"),
        ("avangard", "авангарт", "phonetic"),
        ("сервис металл", "металл сервис", "sorted_tokens"),
        ("торговый дом ромашка", "ромашка", "weak"),
        ("тд торговый дом ромашка", "ромашка", "weak"),
        ("магнитогорский металлургический комбинат", "ммк", "acronym"),
        ("комбинат по переработке и сбыту", "кпс", "acronym"),
        ("Ёлка-Юг", "елка юг", "strict"),
    ],
)
def test_two_spellings_of_one_name_share_the_key(left: str, right: str, key: str) -> None:
    assert keys(left)[key] == keys(right)[key]


@pytest.mark.parametrize(
    ("left", "right", "key"),
    [
        ("ромашка", "рамка", "translit"),
        ("металлсервис", "металлсервис москва", "weak"),
        ("жук", "сук", "translit"),
        ("торговый дом ромашка", "ромашка", "strict"),
        ("ромашка", "ромб", "acronym"),
    ],
)
def test_two_names_do_not_share_the_key(left: str, right: str, key: str) -> None:
    assert keys(left)[key] != keys(right)[key]


def test_a_name_of_tags_alone_keeps_them() -> None:
    assert keys("торговый дом")["weak"] == "торговый дом"


def test_nulls_stay_null_and_the_empty_name_has_empty_keys() -> None:
    got = pl.DataFrame({"n": [None, ""]}, schema={"n": pl.String}).select(k=name_keys(pl.col("n")))
    frame = got["k"].struct.unnest()
    assert frame.row(0) == (None,) * len(NAME_KEYS)
    assert frame["strict"].to_list() == [None, ""]


@given(st.lists(st.none() | st.text(max_size=20), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_the_match_form_is_idempotent_and_row_by_row(texts: list[str | None]) -> None:
    once = pl.DataFrame({"n": texts}, schema={"n": pl.String}).select(match_form(pl.col("n")))["n"]
    again = once.to_frame("n").select(match_form(pl.col("n")))["n"]
    assert again.to_list() == once.to_list()
    assert [text is None for text in texts] == once.is_null().to_list()


@given(st.text("аЯёЁ0-9 &+«№.Aİß\0", max_size=8))
@settings(max_examples=100, deadline=None)
def test_a_name_has_one_match_form_whatever_signs_stand_beside_its_letters(text: str) -> None:
    """Plain names go another way than names with signs, and single ones a third."""
    alone = match_form(pl.lit(text))
    dressed = match_form(pl.lit("«" + text + "»"))
    assert pl.select(alone).item() == pl.select(dressed).item()
    few = Passes([match_form(pl.col("n")).alias("n")]).over(pl.DataFrame({"n": [text]}))
    assert few is not None
    assert few[0].to_list() == [pl.select(alone).item()]


@given(st.lists(st.none() | st.text(max_size=20), max_size=20))
@settings(max_examples=100, deadline=None)
def test_characters_are_replaced_one_by_one(texts: list[str | None]) -> None:
    """Against the same rule applied character by character."""
    changes = {"а": "a", "-": " ", "\x00": " "}
    got = translated(pl.Series(texts, dtype=pl.String), table(changes))
    expected = [None if t is None else "".join(changes.get(c, c) for c in t) for t in texts]
    assert got.to_list() == expected


@given(st.lists(st.text("абв xyz", max_size=15), max_size=20))
@settings(max_examples=100, deadline=None)
def test_initials_are_the_first_letters_of_the_words(texts: list[str]) -> None:
    got = initials(pl.Series(texts, dtype=pl.String))
    assert got.to_list() == ["".join(word[0] for word in text.split()) for text in texts]
