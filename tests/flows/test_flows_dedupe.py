"""Repeats in one table: who is who, that no row is lost, that order changes nothing."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.dedupe import RESULT, Deduped, dedupe_rows
from flows.dedupe_columns import FIELDS
from tests.support.examples import examples
from tests.support.messy_table import DON, SEVER, TRADER, VOLNA, ZARYA

HEAD, TULA = "770101001", "710543001"


def table(*rows: dict[str, str | None]) -> pl.DataFrame:
    """Rows as text columns of every field."""
    return pl.DataFrame(
        [{name: row.get(name) for name in FIELDS} for row in rows],
        schema=dict.fromkeys(FIELDS, pl.String),
    )


def entities(answer: Deduped) -> list[Any]:
    return answer.rows["entity_id"].to_list()


def test_one_inn_is_one_entity_and_its_branches_are_units() -> None:
    answer = dedupe_rows(
        table(
            {"name": "ООО «Волна»", "inn": VOLNA, "kpp": HEAD},
            {"name": "Волна ООО", "inn": VOLNA, "kpp": HEAD},
            {"name": "ООО Волна, филиал в Туле", "inn": VOLNA, "kpp": TULA},
            {"name": "ООО «Дон»", "inn": DON},
        )
    )
    assert entities(answer) == ["E1", "E1", "E1", "E2"]
    assert answer.rows["cluster_id"].to_list() == ["E1-1", "E1-1", "E1-2", "E2-1"]
    assert answer.rows["golden_kpp"].to_list() == [HEAD, HEAD, TULA, None]


def test_a_row_whose_unit_is_open_belongs_to_the_entity_and_is_for_review() -> None:
    answer = dedupe_rows(
        table(
            {"name": "ООО «Волна»", "inn": VOLNA, "kpp": HEAD},
            {"name": "ООО «Волна»", "inn": VOLNA, "kpp": TULA},
            {"name": "ООО «Волна»", "inn": VOLNA},
        )
    )
    assert answer.rows["cluster_id"].to_list() == ["E1-1", "E1-2", "E1-0"]
    assert answer.review.filter(pl.col("reason") == "unit_open").height == 1


def test_a_lost_zero_is_mended_and_told() -> None:
    answer = dedupe_rows(
        table({"name": "Дон", "inn": DON}, {"name": "Дон", "inn": DON.removeprefix("0")})
    )
    assert entities(answer) == ["E1", "E1"]
    assert answer.rows["issues"].to_list() == [[], ["inn:lost_zero"]]
    assert answer.rows["golden_inn"].to_list() == [DON, DON]


def test_an_inn_with_a_typing_error_is_told_and_is_no_key() -> None:
    wrong = SEVER[:-1] + str((int(SEVER[-1]) + 3) % 10)
    answer = dedupe_rows(table({"name": "АО «Север»", "inn": wrong}))
    assert answer.rows["golden_inn"].to_list() == [None]
    assert answer.rows["issues"].to_list() == [["inn:inn_checksum"]]
    assert answer.rows["refused"].to_list() == [None]
    assert answer.cleaned["claimed_inn"].to_list() == [wrong]


def test_namesakes_without_more_evidence_stay_apart() -> None:
    answer = dedupe_rows(
        table(
            {"name": "ООО «Стройинвест»", "address": "г. Пермь, ул. Мира, 1"},
            {"name": "ООО «Стройинвест»", "address": "г. Омск, ул. Мира, 8"},
        )
    )
    assert entities(answer) == ["E1", "E2"]


def test_two_valid_inn_are_never_one_whatever_else_agrees() -> None:
    same = {"name": "ООО «Заря»", "phones": "8 812 310-10-10", "emails": "z@zarya.example"}
    answer = dedupe_rows(table({**same, "inn": ZARYA}, {**same, "inn": VOLNA}), threshold=0.5)
    assert entities(answer) == ["E1", "E2"]


SAME: dict[str, str | None] = {
    "name": "ООО «Гранит-Сервис»",
    "phones": "8 812 310-10-10",
    "emails": "info@granit.example",
}


def test_a_higher_threshold_leaves_pairs_to_a_person() -> None:
    same = {**SAME, "emails": None}
    rows = table({**same, "inn": ZARYA}, same, {"name": "ООО «Иное»", "inn": DON})
    joined, strict = dedupe_rows(rows), dedupe_rows(rows, threshold=0.9999999)
    assert entities(joined) == ["E1", "E1", "E2"]
    assert entities(strict) == ["E1", "E2", "E3"]
    assert strict.review.select("left", "right").rows() == [(0, 1)]
    assert joined.rows["score"][1] == strict.review["score"][0] < 0.9999999


def test_a_row_without_a_name_or_requisites_is_kept_with_its_reason() -> None:
    answer = dedupe_rows(
        table({"address": "г. Казань"}, {"name": "ИП Петрова А.С.", "inn": TRADER})
    )
    assert answer.rows["refused"].to_list() == ["name_missing", None]
    assert entities(answer) == [None, "E1"]


def test_the_newest_value_survives_and_contacts_are_united() -> None:
    answer = dedupe_rows(
        table(
            {"name": "ООО «Старое»", "inn": VOLNA, "updated_at": "01.02.2024", "emails": "a@v.example"},
            {"name": "ООО «Волна»", "inn": VOLNA, "updated_at": "2025-03-01", "emails": "b@v.example"},
            {"name": "ООО «Волна»", "inn": VOLNA, "updated_at": "вчера"},
        )
    )  # fmt: skip
    last = answer.rows.row(2, named=True)
    assert last["golden_name"] == "ООО «Волна»"
    assert last["golden_emails"] == ["a@v.example", "b@v.example"]
    assert last["issues"] == ["updated_at:date_unreadable"]


def test_a_source_may_be_called_anything() -> None:
    """A slash in a source's name does not make two records one."""
    answer = dedupe_rows(
        table(
            {"source": "a/dedupe", "source_id": "1", "name": "ООО «Волна»", "inn": VOLNA},
            {"source": "a", "source_id": "dedupe/1", "name": "ООО «Дон»", "inn": DON},
            {"source": "a", "source_id": "dedupe/1", "name": "ООО «Заря»", "inn": ZARYA},
            {"source": "a_dedupe", "source_id": "1", "name": "АО «Север»", "inn": SEVER},
        )
    )
    assert entities(answer) == ["E1", "E2", "E3", "E4"]
    assert answer.rows["golden_inn"].to_list() == [VOLNA, DON, ZARYA, SEVER]


def test_no_rows_give_no_rows() -> None:
    answer = dedupe_rows(table())
    assert answer.rows.schema == RESULT
    assert answer.rows.is_empty()


@pytest.mark.parametrize(
    "columns", [("name",), ("inn",), ("emails", "name"), ("ogrn", "kpp", "name")]
)
def test_any_subset_of_columns_will_do(columns: tuple[str, ...]) -> None:
    whole = table({"name": "ООО «Волна»", "inn": VOLNA, "kpp": HEAD, "emails": "i@v.example"})
    answer = dedupe_rows(whole.select(columns))
    assert answer.rows.height == 1


WORDS = st.sampled_from(
    ["ООО «Волна»", "Волна ООО", "АО Дон", "", None, VOLNA, DON, HEAD, "8 495 221-18-40", "info@v.example"]
)  # fmt: skip
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS, WORDS)), min_size=1, max_size=8)


@settings(max_examples=examples(25), deadline=None)
@given(rows=ROWS, seed=st.randoms(use_true_random=False))
def test_every_row_has_one_fate_and_the_order_of_rows_does_not_matter(rows: Any, seed: Any) -> None:
    order = list(range(len(rows)))
    seed.shuffle(order)
    first = dedupe_rows(table(*rows))
    other = dedupe_rows(table(*(rows[at] for at in order)))
    assert first.rows.height == len(rows)
    one_fate = pl.col("entity_id").is_null() == pl.col("refused").is_not_null()
    assert first.rows.select(one_fate.all()).item()
    assert groups(first, range(len(rows))) == groups(other, order)


def groups(answer: Deduped, order: Any) -> set[frozenset[int]]:
    found: dict[str, set[int]] = {}
    for at, cluster in zip(order, answer.rows["cluster_id"], strict=True):
        found.setdefault(cluster or f"none {at}", set()).add(at)
    return {frozenset(group) for group in found.values()}


def test_digits_that_a_spreadsheet_cut_are_told_and_never_compared_by() -> None:
    raw = pl.DataFrame(
        {
            "name": ["ООО Альфа", "ООО Бета", "ООО Гамма"],
            "inn": ["7,70708E+09", "7,70708E+09", "7707083893.0"],
            "phones": ["7,91612E+10; 8 495 221-18-40", "7.91612E+10", "79161234567.0"],
        }
    )
    found = dedupe_rows(raw).rows
    assert found["entity_id"].n_unique() == 3
    assert found["issues"].to_list()[:2] == [["inn:digits_cut", "phones:digits_cut"]] * 2
    assert found["golden_inn"].to_list() == [None, None, "7707083893"]
    assert found["golden_phones"].to_list() == [["+74952211840"], None, ["+79161234567"]]
