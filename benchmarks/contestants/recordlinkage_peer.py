"""recordlinkage: the same blocks, exact comparisons and Jaro-Winkler, weights by ECM without labels."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.contestants.clock import Clock
from benchmarks.linkage_set import KEYS

_NUMBERS = ("inn", "ogrn")
_FIRST = ("phone", "email")


def run(folder: Path, clock: Clock) -> pl.DataFrame:
    """row, entity."""
    warnings.simplefilter("ignore")
    keys = pl.read_parquet(folder / KEYS).with_columns(
        phone=pl.col("phones").list.first(), email=pl.col("emails").list.first()
    )
    with clock("train"):
        pairs = _pairs(keys)
    with clock("predict"):
        linked = _linked(keys, pairs)
    with clock("cluster"):
        edges = np.array(linked.to_list(), dtype=np.int64).reshape(-1, 2).T
        size = keys.height
        graph = coo_array((np.ones(edges.shape[1], dtype=np.int8), edges), shape=(size, size))
        clusters = connected_components(graph, directed=False)[1]
    return pl.DataFrame({"row": keys["row"], "entity": clusters.astype(np.int64)})


def _pairs(keys: pl.DataFrame) -> Any:
    import recordlinkage

    frame, found = _frame(keys), None
    for columns in _blocks(keys):
        # A block over a missing value would pair all records that lack it.
        known = frame.dropna(subset=columns)
        part = recordlinkage.index.Block(columns, columns).index(known)
        found = part if found is None else found.union(part)
    return found


def _blocks(keys: pl.DataFrame) -> list[list[str]]:
    single = [[column] for column in (*_NUMBERS, *_FIRST) if _filled(keys, column)]
    if not _filled(keys, "inn"):
        single += [["name"], ["address"]]
    return [*single, ["place", "start"]]


def _filled(keys: pl.DataFrame, column: str) -> bool:
    return keys[column].count() > keys.height // 100


def _frame(keys: pl.DataFrame) -> Any:
    import pandas as pd

    columns = [*_NUMBERS, *_FIRST, "name", "form", "place", "start", "address"]
    return pd.DataFrame(keys.select(columns).to_dict(as_series=False)).astype(object)


def _linked(keys: pl.DataFrame, pairs: Any) -> Any:
    import recordlinkage

    compare = recordlinkage.Compare()
    for column in (*_NUMBERS, *_FIRST, "form", "place"):
        if _filled(keys, column):
            compare.exact(column, column, label=column)
    compare.string("name", "name", method="jarowinkler", threshold=0.88, label="name")
    if not _filled(keys, "inn"):
        compare.string("address", "address", method="jarowinkler", threshold=0.88, label="address")
    features = compare.compute(pairs, _frame(keys))
    return recordlinkage.ECMClassifier().fit_predict(features)
