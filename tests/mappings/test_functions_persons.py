"""Names of persons: order, initials, patronymics, jobs."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.functions.persons import person, person_name
from tests.support.examples import examples


def _parts(text: str) -> tuple[str | None, str | None, str | None, str | None]:
    answer = pl.select(person(pl.lit(text))).item()
    return answer["last"], answer["first"], answer["middle"], answer["position"]


@pytest.mark.parametrize(
    ("text", "last", "first", "middle"),
    [
        ("Иванов Иван Иванович", "Иванов", "Иван", "Иванович"),
        ("Иван Иванович Иванов", "Иванов", "Иван", "Иванович"),
        ("ИВАНОВА МАРИЯ ИЛЬИНИЧНА", "Иванова", "Мария", "Ильинична"),
        ("Илья Ильич Обломов", "Обломов", "Илья", "Ильич"),
        ("Абрамович Роман Аркадьевич", "Абрамович", "Роман", "Аркадьевич"),
        ("Иванов И.И.", "Иванов", "И.", "И."),
        ("Иванов И. И.", "Иванов", "И.", "И."),
        ("И.И. Иванов", "Иванов", "И.", "И."),
        ("И. Иванов", "Иванов", "И.", None),
        ("Иванов ИИ", "Иванов", "И.", "И."),
        ("иванов иван", "Иванов", "Иван", None),
        ("Иван Иванов", "Иванов", "Иван", None),
        ("Романов Роман", "Романов", "Роман", None),
        ("Анна Сергеевна", None, "Анна", "Сергеевна"),
        ("Марина", None, "Марина", None),
        ("Иванов", "Иванов", None, None),
        ("Салтыков - Щедрин Михаил", "Салтыков-Щедрин", "Михаил", None),
        ("АЛИЕВ ВАГИФ ГУСЕЙН ОГЛЫ", "Алиев", "Вагиф", "Гусейн оглы"),
        ("Алиева Лейла Гусейн-кызы", "Алиева", "Лейла", "Гусейн кызы"),
        ("Ivan Petrov", "Petrov", "Ivan", None),
        ("Petrov, Ivan", "Petrov", "Ivan", None),
        ("Petrov Ivan Sergeevich", "Petrov", "Ivan", "Sergeevich"),
        ("Ivan Sergeevich Petrov", "Petrov", "Ivan", "Sergeevich"),
    ],
)
def test_parts_are_found_in_any_order(
    text: str, last: str | None, first: str | None, middle: str | None
) -> None:
    assert _parts(text) == (last, first, middle, None)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("бух. Марина", (None, "Марина", None, "бух.")),
        ("Гл. бухгалтер Петрова Анна Сергеевна", ("Петрова", "Анна", "Сергеевна", "Гл. бухгалтер")),
        (
            "Петрова Анна Сергеевна, главный бухгалтер",
            ("Петрова", "Анна", "Сергеевна", "главный бухгалтер"),
        ),
        ("Иванова Мария (секретарь)", ("Иванова", "Мария", None, "секретарь")),
        ("снабженец", (None, None, None, "снабженец")),
        ("Директор Иван Петрович", (None, "Иван", "Петрович", "Директор")),
    ],
)
def test_job_words_become_the_position(text: str, parts: tuple[str | None, ...]) -> None:
    assert _parts(text) == parts


def test_full_name_is_put_in_the_usual_order() -> None:
    answer = pl.select(person_name(pl.lit("Иван Петрович СИДОРОВ"))).item()
    assert answer == {"value": "Сидоров Иван Петрович", "reason": None, "evidence": None}


def test_more_than_a_name_is_kept_with_a_doubt() -> None:
    answer = pl.select(person_name(pl.lit("Отдел закупок завода в Туле"))).item()
    assert answer["value"] == "Отдел закупок завода в Туле"
    assert answer["evidence"] == "person_unparsed"


WORD = st.from_regex(r"[А-Я][а-я]{2,7}", fullmatch=True)


@settings(max_examples=examples(40), deadline=None)
@given(
    WORD.map("{}ов".format), st.sampled_from(["Иван", "Пётр", "Олег"]), WORD.map("{}ович".format)
)
def test_case_and_order_do_not_matter(last: str, first: str, middle: str) -> None:
    usual = f"{last} {first} {middle}"
    for text in (
        usual.upper(),
        usual.lower(),
        f"{first} {middle} {last}",
        f"  {last}  {first} {middle} ",
    ):
        assert pl.select(person_name(pl.lit(text))).item()["value"] == usual
