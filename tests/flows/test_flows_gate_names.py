"""Equal requisites under names that are all alike: nothing to part, whichever of them is the usual one."""

from __future__ import annotations

from itertools import permutations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.legal import entity_keys
from dedup.names import misnamed
from dedup.refs import with_ref
from flows.gate_names import _all_alike
from schemas.entities import columns

FIRMS = ("ромашка", "торговый дом ромашка", "вектор", "ромашки", None)
PERSONS = ("иванов иван иванович", "иванов и и", "петров петр", None)


def found(names: list[str | None], inn: str) -> pl.DataFrame:
    """What the bulk says of records of one company that bear these names, in this order of refs."""
    told = [
        {"connection": "a", "stream": "b", "key": str(nth), "name_core": name, "inn": inn, "deleted": False}
        for nth, name in enumerate(names)
    ]  # fmt: skip
    kinds = columns("party")
    rows = [{name: one.get(name) for name in kinds} for one in told]
    return misnamed(entity_keys(with_ref(pl.DataFrame(rows, schema=kinds))))


@pytest.mark.parametrize(("names", "inn"), [(FIRMS, "7707083893"), (PERSONS, "770708389312")])
def test_the_quick_answer_is_that_of_the_bulk(names: tuple[str | None, ...], inn: str) -> None:
    quick = 0
    for some in permutations(names, 3):
        if _all_alike(set(some), {"inn": inn}):
            quick += 1
            assert found(list(some), inn).is_empty()
    assert 0 < quick < len(list(permutations(names, 3)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("абвг ", min_size=1, max_size=8).map(str.strip), min_size=1, max_size=5))
def test_names_of_any_letters_are_quickly_alike_only_if_the_bulk_parts_none(
    names: list[str],
) -> None:
    if _all_alike(set(names), {"inn": "7707083893"}):
        assert found([*names], "7707083893").is_empty()
