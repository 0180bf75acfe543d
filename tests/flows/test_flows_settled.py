"""The fate of a key does not depend on how its versions are cut into portions (design law 5)."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest

from flows.settled import settled
from mappings.verdict import Mapped


def portion(fates: str, start: int = 0) -> tuple[pl.DataFrame, Mapped]:
    """Versions of one key: a accepted, r refused, i ignored."""
    places = range(start, start + len(fates))
    rows = pl.DataFrame(
        {"_key": ["k"] * len(fates), "_landing_id": list(places), "_landing_row": [0] * len(fates)},
        schema={"_key": pl.String, "_landing_id": pl.Int64, "_landing_row": pl.Int64},
    )
    table = pl.DataFrame(
        {"key": ["k"] * len(fates), "landing_id": list(places), "landing_row": [0] * len(fates)},
        schema={"key": pl.String, "landing_id": pl.Int64, "landing_row": pl.Int64},
    ).with_columns(pl.Series("fate", list(fates), dtype=pl.String))
    chosen = {fate: table.filter(pl.col("fate") == fate).drop("fate") for fate in "ari"}
    return rows, Mapped(chosen["a"], chosen["r"], chosen["i"].select("key"))


def standing(*cuts: str) -> int | None:
    """The version that stands after the portions, one after the other."""
    stored: int | None = None
    start = 0
    for fates in cuts:
        found = settled(*portion(fates, start))
        if found.records.height:
            stored = found.records["landing_id"][0]
        if found.dropped.len():
            stored = None
        start += len(fates)
    return stored


@pytest.mark.parametrize("fates", ["".join(f) for f in product("ari", repeat=3)])
def test_any_cut_leaves_the_same_version_standing(fates: str) -> None:
    whole = standing(fates)
    assert standing(*fates) == whole
    assert standing(fates[:1], fates[1:]) == whole
    assert standing(fates[:2], fates[2:]) == whole


@pytest.mark.parametrize("fates", ["".join(f) for f in product("ari", repeat=3)])
def test_every_row_is_counted_once(fates: str) -> None:
    found = settled(*portion(fates))
    assert found.canonical + found.rejects.height + found.ignored == len(fates)


def test_a_row_that_the_mapping_loses_does_not_balance() -> None:
    rows, mapped = portion("aa")
    lost = Mapped(mapped.records.head(1), mapped.rejects, mapped.ignored)
    found = settled(rows, lost)
    assert found.canonical + found.rejects.height + found.ignored < rows.height
