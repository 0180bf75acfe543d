"""Requisites: laws over all numbers, against checksums written out digit by digit."""

from __future__ import annotations

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.requisites import INN_PLACEHOLDERS, inn, ogrn, okpo, parse_inn
from schemas.requisites.placeholders import PLACEHOLDERS
from schemas.rows import change_where
from tests.support.examples import examples

quick = settings(max_examples=25, deadline=None)
DIGITS = "0123456789"


def _sum(digits: str, weights: list[int]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True))


def _inn(body: str) -> str:
    if len(body) == 9:
        return body + str(_sum(body, [2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10)
    body += str(_sum(body, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10)
    return body + str(_sum(body, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10)


def _okpo(body: str) -> str:
    rest = _sum(body, [i % 10 + 1 for i in range(len(body))]) % 11
    if rest == 10:
        rest = _sum(body, [(i + 2) % 10 + 1 for i in range(len(body))]) % 11 % 10
    return body + str(rest)


def _values(rule: object, texts: list[str]) -> list[str | None]:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return frame.select(rule(pl.col("text")).struct.field("value")).to_series().to_list()  # type: ignore[operator]  # any rule


def bodies(*lengths: int) -> st.SearchStrategy[list[str]]:
    body = st.sampled_from(lengths).flatmap(lambda n: st.text(DIGITS, min_size=n, max_size=n))
    return st.lists(body, min_size=1, max_size=30)


@quick
@given(bodies(9, 10))
def test_every_valid_inn_is_accepted(found: list[str]) -> None:
    numbers = [n for n in map(_inn, found) if n not in INN_PLACEHOLDERS and n[:2] != "00"]
    assert _values(inn, numbers) == numbers


@quick
@given(bodies(9, 10))
def test_every_corruption_the_checksum_can_see_is_refused(found: list[str]) -> None:
    for number in map(_inn, found[:3]):
        corrupted = [
            number[:i] + d + number[i + 1 :]
            for i in range(len(number))
            for d in DIGITS
            if d != number[i]
        ]
        visible = [n for n in corrupted if _inn(n[: 9 if len(n) == 10 else 10]) != n]
        assert _values(inn, visible) == [None] * len(visible)


@quick
@given(bodies(12))
def test_valid_ogrn_is_accepted_and_a_wrong_digit_refused(found: list[str]) -> None:
    numbers = ["1" + body[1:] for body in found]
    numbers = [n + str(int(n) % 11 % 10) for n in numbers]
    real = [n for n in numbers if n not in PLACEHOLDERS]
    assert _values(ogrn, real) == real
    wrong = [n[:-1] + str((int(n[-1]) + 1) % 10) for n in real]
    assert _values(ogrn, wrong) == [None] * len(wrong)


@quick
@given(bodies(7, 9, 13))
def test_valid_okpo_is_accepted_and_a_wrong_digit_refused(found: list[str]) -> None:
    real = [n for n in map(_okpo, found) if n not in PLACEHOLDERS]
    assert _values(okpo, real) == real
    wrong = [n[:-1] + str((int(n[-1]) + 1) % 10) for n in real]
    assert _values(okpo, wrong) == [None] * len(wrong)


@quick
@given(bodies(8, 9))
def test_lost_zero_comes_back_where_the_checksum_holds(found: list[str]) -> None:
    numbers = [_inn("0" + body) for body in found if body[0] != "0"]
    numbers = [n for n in numbers if n not in INN_PLACEHOLDERS and n[1:] not in INN_PLACEHOLDERS]
    assert _values(inn, [n[1:] for n in numbers]) == numbers


@quick
@given(st.lists(st.text(max_size=20) | st.none(), max_size=20))
def test_any_text_is_answered_and_an_answer_is_a_fixed_point(texts: list[str]) -> None:
    values = _values(inn, texts)
    known = [v for v in values if v is not None]
    assert _values(inn, known) == known


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(st.text("0123456789 .'E+", max_size=14), min_size=1, max_size=20))
@example(["", "0", "00000000000"])  # lengths that are unknown, short and long in one column
def test_a_column_and_its_single_values_agree(texts: list[str]) -> None:
    assert _values(inn, texts) == [parse_inn(text).value for text in texts]


@quick
@given(st.lists(st.tuples(st.integers(0, 99), st.booleans() | st.none()), max_size=30))
def test_only_chosen_rows_change_and_order_stays(rows: list[tuple[int, bool | None]]) -> None:
    frame = pl.DataFrame({"n": [n for n, _ in rows]}, schema={"n": pl.Int64})
    mask = pl.Series([chosen for _, chosen in rows], dtype=pl.Boolean)
    changed = change_where(frame, mask, lambda part: part.with_columns(pl.col("n") + 1000))
    assert changed["n"].to_list() == [n + 1000 if chosen else n for n, chosen in rows]
