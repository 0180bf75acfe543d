"""Undressing a usual shape answers what the whole pipeline would, and leaves doubtful names to it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.functions.naming.party_name import clean_all, clean_series
from mappings.functions.naming.shapes import undressed
from mappings.functions.naming.spellings import HEAD, TAIL
from schemas.patterns import found, without

FORMS = ["ООО", "ИП", "АО", "ПАО", "ОДО", "МУП", "ГБУ", "ФГБУ", "OOO", "ооо", "ТОО", "Фонд", ""]
FORMS += ["Общество с ограниченной ответственностью", "АКЦИОНЕРНОЕ ОБЩЕСТВО"]
FORMS += ["Индивидуальный предприниматель", "Публичное акционерное общество"]
WORDS = [
    "Ромашка",
    "ВЕКТОР",
    "Ёлка",
    "5",
    "ОП",
    "АО",
    "З",
    "Н",
    "ДО",
    "Иванов",
    "А.С.",
    "по",
    "в",
    "Туле",
    "№ 7",
]
WORDS += [
    "филиал",
    "тест",
    "Волжский",
    "ООО",
    "LLC",
    "общество",
    "Рога-Копыта",
    "не исп",
    "Инна",
    "ПК",
]
PLACES = [
    "",
    " (г. Тула)",
    " (г.Нижний Тагил)",
    " ОП Тула",
    " ОП Нижний Тагил",
    " ОП Вектор",
    " г. Тула",
]
PLACES += [" г. Волжский", " г.Орел", " (ООО)", " (г. Тест)", " (удален)"]
QUOTES = ["{}", '"{}"', "«{}»", '"{}', "{}»"]
ORDERS = [
    "{form} {core}{place}",
    "{core}, {form}{place}",
    "{core} {form}{place}",
    "Филиал {form} {core}{place}",
]
NAMES = st.builds(
    lambda order, form, quotes, words, place: order.format(
        form=form, core=quotes.format(" ".join(words)), place=place
    ),
    st.sampled_from(ORDERS),
    st.sampled_from(FORMS),
    st.sampled_from(QUOTES),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    st.sampled_from(PLACES),
)


@given(st.lists(NAMES | st.none(), min_size=1, max_size=60))
@settings(max_examples=120, deadline=None)
def test_dressed_names_are_read_as_the_pipeline_reads_them(texts: list[str | None]) -> None:
    names = pl.Series("n", texts, dtype=pl.String)
    assert clean_series(names).to_list() == clean_all(names).to_list()


@pytest.mark.parametrize(
    ("name", "core", "branch"),
    [
        ('"Ромашка Луч", ООО (г. Химки)', "ромашка луч", "Химки"),
        ("ОДО «Сталь» (г.Тула)", "сталь", "Тула"),
        ('ООО "Вектор" ОП Миасс', "вектор", "Миасс"),
        ('Филиал АО "Газ" г. Санкт-Петербург', "газ", "филиал"),
        ("Ромашка Луч ООО", "ромашка луч", None),
        ("Общество с ограниченной ответственностью «Рога»", "рога", None),
        ("OOO Ромашка", "ромашка", None),
    ],
)
def test_a_usual_dress_is_taken_off(name: str, core: str, branch: str | None) -> None:
    parts = undressed(pl.Series([name]))
    assert parts.select("name_core", "branch").rows() == [(core, branch)]


@pytest.mark.parametrize(
    "name",
    [
        '"ООО Рога", АО',
        "Рога Н АО",
        "Рога АО ООО",
        'ООО "Вектор" ОП Нижний Тагил',
        'ООО "Вектор" ОП Невесть',
        'ООО "Тест" (г. Тула)',
        "Филиал ООО Рога г. Волжский",
        "Филиал ООО УФК по Туле г. Тула",
        "Филиал ООО по г. Тула",
        'OOO "5"',
        "Ромашка",
    ],
)
def test_a_name_that_may_be_read_in_two_ways_is_left_to_the_pipeline(name: str) -> None:
    assert undressed(pl.Series([name])).is_empty()


def test_few_texts_and_many_are_searched_alike() -> None:
    texts = ["ооо рога", "рога ооо", "рога", None, "общество с ограниченной ответственностью рога"]
    few, many = pl.Series(texts), pl.Series(texts * 200)
    for pattern in (HEAD, TAIL):
        assert found(few, pattern).to_list() * 200 == found(many, pattern).to_list()
        assert without(few, pattern).to_list() * 200 == without(many, pattern).to_list()
