"""What a store holds, without what may differ between two ways to the same end: times, ids of runs, seqs."""

from __future__ import annotations

import polars as pl
import pytest
from sqlalchemy import Table, select

from store.engine import Store
from store.tables import (
    canonical,
    change,
    golden,
    identity,
    link,
    quarantine,
    review_pair,
    source_record,
)

_HOW_IT_CAME = {
    "seq", "landing_id", "landing_row", "first_seen", "last_seen", "run_id", "at", "id_of_run", "pos",
}  # fmt: skip
DATA: tuple[Table, ...] = (
    source_record, *canonical.values(), link, identity, review_pair, *golden.values(), change, quarantine,
)  # fmt: skip


def state_of(store: Store) -> dict[str, pl.DataFrame]:
    """Every data table by name, sorted, in the columns that must come out the same."""
    with store.read() as reader:
        return {table.name: _content(reader.frame(select(table)), table) for table in DATA}


def _content(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    own = {"id"} if table is quarantine else set()
    kept = frame.drop([name for name in frame.columns if name in _HOW_IT_CAME | own])
    texts = [_comparable(name, kind) for name, kind in kept.schema.items()]
    return kept.select(texts).sort(pl.all())


def _comparable(name: str, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.List):
        return pl.col(name).list.join("\n")
    # A seq too, of which only the order matters: it counts all that was written before, calls among it.
    return pl.col(name).rank("dense") if name == "born" else pl.col(name)


def assert_same_state(left: dict[str, pl.DataFrame], right: dict[str, pl.DataFrame]) -> None:
    """Fail naming the first table that differs."""
    for name, frame in left.items():
        assert frame.height == right[name].height, (
            f"{name}: {frame.height} and {right[name].height} rows"
        )
        if not frame.equals(right[name]):
            pytest.fail(f"{name} differs:\n{_difference(frame, right[name])}")


def _difference(left: pl.DataFrame, right: pl.DataFrame) -> str:
    """The first rows of either side that the other has not, in the columns that differ somewhere."""
    columns = [name for name in left.columns if not left[name].equals(right[name])]
    sides = [(left, right, "left"), (right, left, "right")]
    with pl.Config(tbl_cols=-1, tbl_rows=20, fmt_str_lengths=80):
        told = [
            f"{side}, in {columns}:\n{mine.join(other, on=mine.columns, how='anti', nulls_equal=True).head(5)}"
            for mine, other, side in sides
        ]
    return "\n".join(told)
