"""The quick reading of plain names answers what the whole pipeline would."""

from __future__ import annotations

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mappings.functions.naming.party_name import (
    clean_all,
    clean_series,
    written_all,
    written_series,
)
from mappings.functions.naming.plain import is_plain, is_written
from tests.support.examples import examples

FORMS = st.sampled_from(
    [
        "ООО",
        "ИП",
        "АО",
        "ЗАО",
        "ПАО",
        "ОАО",
        "ооо",
        "Фонд",
        "МУП",
        "ФГБУ",
        "ОП",
        "",
        "ТСЖ",
        "СНТ",
        "ГУП",
        "ФГУП",
        "ГБУ",
        "МБУ",
        "ГБУЗ",
        "МБОУ",
        "ГКУ",
        "МКУ",
        "ФКУ",
        "НКО",
        "АНО",
        "ОДО",
        "НАО",
    ]
)
WORDS = st.sampled_from(
    ["Ромашка", "ВЕКТОР", "Ёлка", "ё", "5", "ОП", "АО", "ооо", "КФХ", "Фонд", "Иванов", "А.С.", "А. С.",
     "Рога-Копыта", "-", "г.Тула", "хозяйство", "филиал", "тест", "Дубль", "общество", "№ 5", "ИНН",
     "7707083893", "яя", "не исп", "LLC", "M-1", "Акционерное", "главаКФХ"]
)  # fmt: skip
QUOTES = st.sampled_from(['""', "«»", '""', "  ", "''", '"»', "()"])
NAMES = st.tuples(FORMS, st.lists(WORDS, max_size=4), QUOTES, st.booleans()).map(
    lambda parts: (
        f"{parts[0]} {parts[2][0]}{' '.join(parts[1])}{parts[2][1]}"
        if parts[3]
        else f"{parts[0]} {' '.join(parts[1])}"
    )
)


def test_a_unit_right_after_a_chevron_is_seen_as_after_a_straight_quote() -> None:
    names = pl.Series("n", ["ООО «филиал»", 'ООО "филиал"'])
    read = clean_series(names).struct.field("branch").to_list()
    assert read == clean_all(names).struct.field("branch").to_list()
    assert read[0] == read[1] == "филиал"


@given(st.lists(NAMES | st.none(), min_size=1, max_size=40))
@example(texts=['ИП "ОП"', "ООО «ОП»"])
@settings(max_examples=examples(120), deadline=None)
def test_plain_names_are_read_as_the_pipeline_reads_them(texts: list[str | None]) -> None:
    names = pl.Series("n", texts, dtype=pl.String)
    assert clean_series(names).to_list() == clean_all(names).to_list()


@given(st.lists(NAMES | st.none(), min_size=1, max_size=40))
@settings(max_examples=examples(60), deadline=None)
def test_plain_writing_is_kept_as_the_pipeline_keeps_it(texts: list[str | None]) -> None:
    names = pl.Series("n", texts, dtype=pl.String)
    assert written_series(names).to_list() == written_all(names).to_list()


def test_only_names_that_need_no_cleaning_are_plain() -> None:
    plain = [
        'МБОУ "Школа № 5"',
        'ООО "Ромашка"',
        "АО «Рога-Копыта 5»",
        "ИП Иванов А.С.",
        "ПАО Вектор",
        "Петров И. И.",
    ]
    other = [
        "Фонд Вектор",
        "Ромашка ООО",
        'ООО "Ромашка',
        "ИП Иванов КФХ",
        'ООО "Тест"',
        'OOO "Ромашка"',
        None,
    ]
    assert is_plain(pl.Series(plain)).all()
    assert not is_plain(pl.Series(other)).any()
    assert is_written(pl.Series(plain[:3])).all()
    assert not is_written(pl.Series(["Завод  Вектор", "Завод ,", None])).any()
