"""Names and addresses of a handful of records are read as those of many are."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.name_evidence import other_names
from dedup.places import premises
from schemas.rowwise.passes import FEW

NAMES = ("name", "full_name", "name_core")
PLACES = ("address_key", "legal_address", "actual_address")
FULL = st.sampled_from(
    [None, "ООО «Ромашка»", "ГК «Ромашка Юг»", "ООО Ромашка", "АО «Юг» Ромашка", "«Юг-2» и «Юг»"]
)
CORE = st.sampled_from([None, "ромашка", "ромашка юг", "юг", "юг 2 и юг", "а б"])
ADDRESS = st.sampled_from(
    [
        None,
        "ул. Мира, д. 5, пом. 3-н, комн. 9",
        "Мира 5, оф. б 12",
        "д. 1, кв. №7 а",
        "оф. Ⅳ-1",
        "д. 5",
    ]
)
KEY = st.sampled_from([None, "74|магнитогорск|мира|36-103|", "74|магнитогорск|мира|36|"])


@given(rows=st.lists(st.tuples(FULL, FULL, CORE), min_size=1, max_size=4))
@settings(deadline=None)
def test_other_names(rows: list[tuple[str | None, ...]]) -> None:
    few, many = _both(rows, NAMES)
    assert other_names(few).equals(other_names(many).head(few.height))


@given(rows=st.lists(st.tuples(KEY, ADDRESS, ADDRESS), min_size=1, max_size=4))
@settings(deadline=None)
def test_premises(rows: list[tuple[str | None, ...]]) -> None:
    few, many = _both(rows, PLACES)
    for one, all_ in zip(premises(few), premises(many), strict=True):
        assert one.to_list() == all_.head(few.height).to_list()


def _both(
    rows: list[tuple[str | None, ...]], names: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    few = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return few, pl.concat([few] + [few[:1]] * (FEW * 10))
