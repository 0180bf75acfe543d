"""Addresses already tidy are passed by; the answer is that of tidying them all."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.functions.addresses import address, address_parts, tidied
from tests.support.examples import examples

PIECES = st.sampled_from(
    [
        "Кирова ул",
        "г Тула",
        "93",
        ",",
        ", ",
        " ",
        "  ",
        ";",
        "\n",
        "\t",
        "\xa0",
        "\x00",
        ".",
        "(",
        ")",
    ]
)
TEXTS = st.lists(PIECES | st.characters(codec="utf-8"), max_size=8).map("".join)


@given(st.lists(TEXTS | st.none(), min_size=1, max_size=20))
@settings(max_examples=examples(120), deadline=None)
def test_untidy_addresses_alone_are_tidied(texts: list[str | None]) -> None:
    cells = pl.DataFrame({"a": texts}, schema={"a": pl.String})
    found = cells.select(address(pl.col("a")).struct.field("value"))["value"]
    assert found.to_list() == tidied(cells["a"]).to_list()


@given(st.lists(TEXTS | st.none(), min_size=2, max_size=12))
@settings(max_examples=examples(30), deadline=None)
def test_parts_of_an_address_do_not_depend_on_its_neighbours(texts: list[str | None]) -> None:
    cells = pl.DataFrame({"a": texts}, schema={"a": pl.String})
    together = cells.select(address_parts(pl.col("a")))["a"].to_list()
    alone = [
        row for one in cells.iter_slices(1) for row in one.select(address_parts(pl.col("a")))["a"]
    ]
    assert together == alone
