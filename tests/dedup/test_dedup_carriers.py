"""How many carry a value, counted of few records one by one and of many by joins."""

from __future__ import annotations

from unittest.mock import patch

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import carriers
from dedup.blocking import KEYLESS, NODE
from dedup.carriers import with_carriers
from dedup.evidence import CARRIED
from schemas.rowwise.passes import FEW

NAMES = [name for names in CARRIED.values() for name in names]
KINDS = pl.Schema({**dict.fromkeys(NAMES, pl.Int64()), NODE: pl.UInt32(), KEYLESS: pl.Boolean()})
VALUES = st.one_of(st.none(), st.integers(1, 3))
ROWS = st.tuples(*[VALUES] * len(NAMES), st.integers(0, 3), st.booleans())


@settings(max_examples=25, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=8))
def test_few_and_many_records_are_counted_alike(told: list[tuple[object, ...]]) -> None:
    known = pl.DataFrame(told, schema=KINDS, orient="row")
    strangers = pl.DataFrame({name: range(1000, 4000) for name in NAMES}).with_columns(
        pl.lit(9, pl.UInt32).alias(NODE), pl.lit(value=True).alias(KEYLESS)
    )
    many = pl.concat([known, strangers.select(list(KINDS)).cast(KINDS)])
    one_by_one = with_carriers(known, known)
    assert one_by_one.equals(with_carriers(known, many))
    with patch.object(carriers, "_FEW_KNOWN", 0), patch.object(carriers, "_FEW_HELD", -1):
        assert one_by_one.equals(with_carriers(known, many))
    often = pl.concat([known] * (FEW + 1))
    assert with_carriers(often, many).equals(pl.concat([one_by_one] * (FEW + 1)))
