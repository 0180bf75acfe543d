"""A handful of records is ordered, weighed and united as many are."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import score
from dedup.compare import LISTED_TWICE, VETO
from dedup.model import FIELDS, LEVELS, default_model
from dedup.refs import REF, with_ref
from dedup.score import BITS, united, weigh, weighed
from schemas.rowwise.passes import FEW

SIDES = dict.fromkeys(("a", "b", "left", "right"), pl.UInt32)
PAIR = st.tuples(*(st.integers(0, 3) for _ in SIDES))
JUDGED = st.tuples(*(st.integers(0, len(levels) - 1) for levels in LEVELS.values()))
FLAGS = st.tuples(st.booleans(), st.booleans())
ROWS = st.lists(st.tuples(PAIR, JUDGED, FLAGS), min_size=1, max_size=6)
SCHEMA = SIDES | dict.fromkeys(FIELDS, pl.UInt8) | {VETO: pl.Boolean, LISTED_TWICE: pl.Boolean}


def _levels(rows: list[tuple[tuple[object, ...], ...]]) -> pl.DataFrame:
    told = [sum(row, ()) for row in rows]
    return pl.DataFrame(told, schema=SCHEMA, orient="row")


def _among_many(levels: pl.DataFrame) -> pl.DataFrame:
    """What is said of `levels`, asked together with more pairs than are a handful."""
    far = levels[0].with_columns(a=pl.lit(9, pl.UInt32))
    others = pl.concat([far.with_columns(b=pl.lit(n, pl.UInt32)) for n in range(FEW + 1)])
    model = default_model()
    found = weigh(united(weighed(pl.concat([levels, others]), model)), model)
    return found.filter(pl.col("a") != 9)


@given(rows=ROWS)
@settings(deadline=None)
def test_a_handful_of_pairs_is_weighed_and_united_as_many_are(
    rows: list[tuple[tuple[object, ...], ...]],
) -> None:
    levels = _levels(rows)
    model = default_model()
    few = weigh(united(weighed(levels, model)), model)
    assert few.equals(_among_many(levels))


def test_pairs_that_evidence_speaks_against_are_weighed_without_a_plan() -> None:
    different = tuple(
        LEVELS[field].index("different") if "different" in LEVELS[field] else 0 for field in FIELDS
    )
    levels = _levels([((0, 1, 0, 1), different, (False, False))])
    pairs = weighed(levels, default_model())
    model = default_model()
    judged = score._judgement(model.weighed(), model.prior, model.auto, model.review)
    told = judged.over(pairs)
    assert told is not None
    assert next(column for column in told if column.name == BITS).item() < 0


@given(keys=st.lists(st.text("abя/0", max_size=3), min_size=1, max_size=5))
@settings(deadline=None)
def test_a_handful_of_records_is_ordered_by_ref_as_many_are(keys: list[str]) -> None:
    few = pl.DataFrame({"connection": "c", "stream": "s", "key": keys})
    others = pl.DataFrame({"connection": "z", "stream": "s", "key": [str(n) for n in range(FEW)]})
    many = with_ref(pl.concat([few, others])).filter(pl.col("connection") == "c")
    assert with_ref(few)[REF].to_list() == many[REF].to_list()
