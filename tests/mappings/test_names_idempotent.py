"""Laws of name cleaning: it holds for any text, changes nothing twice, and each row stands alone."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mappings.functions.names import STEPS, clean_names, count_steps
from mappings.functions.naming.step import Step
from mappings.functions.naming.steps import EXTRACTS, may_hold_extracts, working
from tests.support.examples import examples

PIECES = st.sampled_from(
    [
        "ООО",
        "АО",
        "OOO",
        "ИП",
        "LLC",
        "GmbH",
        "AG",
        "ПК",
        "Фонд",
        "Союз",
        "Ромашка",
        "Вектор",
        '"',
        "«",
        "»",
        "(",
        ")",
        "[",
        "-",
        "/",
        ".",
        ",",
        "_",
        "*",
        "!!",
        "яя",
        "zz",
        "дубль",
        "не использовать",
        "удален",
        "закрыт",
        "тест",
        "филиал",
        "Филиал",
        "Тульский",
        "ОП",
        "в г. Туле",
        "г. Пермь",
        "г.Сочи",
        "(ПАО)",
        "№ 5",
        "№",
        "ИНН 7707083893",
        "УФК по Туле",
        "(МБУ Дом, л/с 5)",
        "/7707083893/770701001",
        "КПП 770701001",
        "&quot;",
        "Общество с ограниченной ответственностью",
        "индивидуальный предприниматель",
        "А.С.",
        "M-12X",
        "ТД",
        "''",
        "'",
        "O'Key",
        "государственное бюджетное учреждение",
        "МУП",
        "S.A.",
        "b.v.",
        "и",
        "&",
    ]
)
NAMES = st.lists(PIECES, max_size=7).flatmap(
    lambda words: st.sampled_from([" ", ""]).map(lambda gap: gap.join(words))
)
ANY_TEXT = st.text(max_size=30)


def clean(texts: list[str | None]) -> pl.DataFrame:
    return clean_names(pl.DataFrame({"name": texts}, schema={"name": pl.String}))


@example(["ООО филиал в г. Туле", "филиал в Туле ООО"])
@given(st.lists(NAMES | ANY_TEXT, min_size=1, max_size=20))
@settings(max_examples=examples(60), deadline=None)
def test_a_cleaned_name_is_not_changed_by_cleaning_it_again(texts: list[str]) -> None:
    once = clean(list(texts))
    twice = clean(once["name"].to_list())
    readable = twice["reason"].is_null()
    assert twice.filter(readable)["name"].to_list() == once.filter(readable)["name"].to_list()
    assert (
        twice.filter(readable)["name_core"].to_list()
        == once.filter(readable)["name_core"].to_list()
    )


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
@given(texts=st.lists(NAMES, min_size=1, max_size=20))
@settings(max_examples=examples(10), deadline=None)
def test_each_step_settles(step: Step, texts: list[str]) -> None:
    """A step may expose work for itself, but comes to rest, and then changes nothing."""
    frame = working(pl.Series(texts, dtype=pl.String))
    for _ in range(8):
        after = step.run(frame)
        if after["text"].equals(frame["text"]):
            return
        frame = after
    pytest.fail(f"{step.name} keeps changing {texts!r}")


@given(st.lists(NAMES, min_size=1, max_size=20))
@settings(max_examples=examples(25), deadline=None)
def test_rows_the_quick_look_passes_by_hold_nothing_to_extract(texts: list[str]) -> None:
    frame = working(pl.Series(texts, dtype=pl.String))
    passed = frame.filter(~may_hold_extracts(frame["text"]))
    for step in EXTRACTS:
        assert step.run(passed).equals(passed), step.name


@given(st.lists(NAMES, min_size=2, max_size=12))
@settings(max_examples=examples(15), deadline=None)
def test_a_row_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    together = clean(list(texts))
    alone = pl.concat([clean([text]) for text in texts])
    assert together.equals(alone)


def test_no_rows_and_nulls_come_back_as_they_are() -> None:
    assert clean([]).height == 0
    assert clean([None, "", "  "])["name"].to_list() == [None, None, None]


def test_counts_tell_how_many_rows_each_step_changed() -> None:
    names = pl.DataFrame({"name": ["ООО «Ромашка»", "OOO Ромашка", "Вектор (дубль)", None]})
    counts = dict(count_steps(names).select("step", "rows_changed").iter_rows())
    assert counts["homoglyphs"] == 1
    assert counts["qualifiers"] == 1
    assert counts["marks"] == 1
    assert counts["legal_form"] == 2
    assert counts["mojibake"] == 0


def test_long_columns_are_cut_and_put_together_in_order() -> None:
    texts = [f'ООО "Вектор {n}"' for n in range(45_000)]
    assert clean(list(texts))["name"].to_list() == [f"ООО «Вектор {n}»" for n in range(45_000)]
