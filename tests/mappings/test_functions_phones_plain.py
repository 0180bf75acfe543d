"""Quickly read cells of phones hold what the cutting into pieces finds in them."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.functions.phone_plain import plain_numbers
from mappings.functions.phones import _solve

NUMBERS = [
    "+7 (3519) 24-40-09",
    "8 (495) 764-42-84",
    "89165435275",
    "8-9036381698",
    "24-40-10",
    "112",
]
NUMBERS += [
    "+7 812 6482334",
    "(812) 648-23-34",
    "+49 30 1234567",
    "8002000600",
    "78126482334 8126482335",
]
TAILS = ["", " доб. 12", " доб.7", " доб. 1234567890", " вн. 5", " доб. 5 доб. 6"]
NUMBER = st.builds(
    lambda number, tail: number + tail, st.sampled_from(NUMBERS), st.sampled_from(TAILS)
)
CELLS = st.builds(
    lambda parts, between: between.join(parts),
    st.lists(NUMBER, min_size=1, max_size=3),
    st.sampled_from(["; ", ", ", ";", " "]),
)


@given(st.lists(CELLS, min_size=1, max_size=30, unique=True))
@settings(max_examples=80, deadline=None)
def test_plain_cells_hold_what_their_pieces_do(cells: list[str]) -> None:
    quick = plain_numbers(pl.Series(cells)).filter(pl.col("numbers").is_not_null())
    if quick.height:
        close = _solve(quick["cell"], "", "")
        assert quick["numbers"].to_list() == close["numbers"].to_list()
        assert close["doubt"].null_count() == close.height


def test_one_number_or_two_with_extensions_are_plain() -> None:
    cells = [
        "(383) 598-35-05 доб. 506",
        "+7 (8772) 29-37-03; 8-9127233741",
        "89165435275, 89165435275",
    ]
    assert plain_numbers(pl.Series(cells))["numbers"].to_list() == [
        ["+73835983505;ext=506"],
        ["+78772293703", "+79127233741"],
        ["+79165435275"],
    ]


def test_other_cells_are_looked_at_closely() -> None:
    cells = ["24-40-09", "+49 30 1234567", "(3519) 24-40-09, 10", "скрыт", "", None]
    assert plain_numbers(pl.Series(cells, dtype=pl.String))["numbers"].null_count() == len(cells)
