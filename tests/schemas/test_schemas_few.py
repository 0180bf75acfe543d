"""A few rows take a shorter way than many, and come out the same."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.code_points import initials, table, translated
from schemas.legal_forms import FORMS, legal_form_group

TEXTS = st.lists(
    st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=9
)
SHAPES = ["ФГБОУ ВО", "ГБУЗ", "МУП", "ФГУП", "УП", "Ромашка", "", "МУП\n", None]
FILLING = pl.Series(["ООО «Ромашка»"] * 100)


@given(texts=TEXTS)
def test_characters_are_translated_alike_in_short_and_long_columns(
    texts: list[str | None],
) -> None:
    codes = table({"-": " ", "ё": "е"}, lower=True)
    short = pl.Series(texts, dtype=pl.String)
    long = pl.concat([short, FILLING])
    assert translated(short, codes).equals(translated(long, codes).head(len(texts)))
    assert initials(short).equals(initials(long).head(len(texts)))


def test_forms_have_the_same_group_in_short_and_long_columns() -> None:
    forms = pl.Series("f", [form.canon for form in FORMS][:40] + SHAPES, dtype=pl.String)
    long = pl.concat([forms, forms, forms])
    short, many = (
        column.to_frame().select(legal_form_group(pl.col("f"))) for column in (forms, long)
    )
    assert short.equals(many.head(len(forms)))
    groups = dict(zip(forms, short["f"], strict=True))
    assert (groups["МУП"], groups["ГБУЗ"], groups["МУП\n"]) == ("unitary", "institution", None)
