"""The weights learnt from a base without anybody's labels: what requisites already tell is hidden and found again.

A record with an INN whose company has other records is stripped of its requisites and looked for. Where
it is found among its own, the evidence was of one company; where among others, of two that look alike.
Logistic regression over the levels of evidence then gives weights that allow for what goes together
(a phone and a mailbox of one office) and a sum that is a log-odds, hence a probability.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dedup.attach import with_nodes
from dedup.blocking import KEYLESS, NODE
from dedup.compare import VETO
from dedup.evidence import evidence_keys
from dedup.legal import entity_keys
from dedup.model import FIELDS, LEVELS, Model
from dedup.pairs import score_clusters
from dedup.refs import REF, with_ref
from schemas.keys import key_of

LEAST_PAIRS = 500  # fewer than that tell nothing: the model stays as it was
_HIDDEN = ("inn", "kpp", "ogrn", "okpo", "claimed_inn", "national_number")
_STEPS = 30
_RIDGE = 1.0
_MOST_BITS = 1400
_DRAWS = 1000

Floats = NDArray[np.float64]


def train(parties: pl.DataFrame, model: Model, share: float = 0.2) -> Model:
    """`model` with weights learnt from `parties`; itself where they hold too few companies with keys.

    `share` is how many of the records with companions are hidden and looked for; which ones depends on
    their refs alone, so the same base gives the same model.
    """
    pairs = labelled_pairs(parties, model, share)
    if pairs.height < LEAST_PAIRS or pairs["same"].n_unique() < 2:
        return model
    return fitted(pairs, model)


def labelled_pairs(parties: pl.DataFrame, model: Model, share: float) -> pl.DataFrame:
    """The levels of pairs of a hidden record and a company, with `same`: it is its own company."""
    living = with_ref(parties.filter(~pl.col("deleted")))
    keyed = entity_keys(living)
    placed = with_nodes(keyed, evidence_keys(living))
    size = pl.len().over(NODE)
    draw = key_of(pl.col(REF), "training") % _DRAWS
    first = (draw == draw.min().over(NODE)) & (draw < share * _DRAWS) & (draw >= 0)
    hidden = placed.select((~pl.col(KEYLESS) & (size > 1) & first).alias("hidden")).to_series()
    stripped = keyed.with_columns(
        pl.when(pl.lit(hidden)).then(None).otherwise(column).alias(column) for column in _HIDDEN
    )
    own = placed.select("row", NODE)
    keys = evidence_keys(stripped)
    node = pl.when(pl.lit(hidden)).then("row").otherwise(NODE)
    keys = pl.concat([keys, own.select("row", node.cast(pl.UInt32).alias(NODE))], how="horizontal")
    keys = keys.with_columns(pl.Series(KEYLESS, hidden))
    pairs = score_clusters(keys, stripped, model).pairs.filter(~pl.col(VETO))
    return pairs.with_columns(
        (own[NODE].gather(pairs["left"]) == own[NODE].gather(pairs["right"])).alias("same")
    )


def fitted(pairs: pl.DataFrame, model: Model) -> Model:
    """`model` with the weights that best tell the `same` pairs from the others."""
    grouped = pairs.group_by(FIELDS).agg(
        pl.col("same").sum().cast(pl.Float64).alias("yes"),
        pl.len().cast(pl.Float64).alias("all"),
    ).sort(FIELDS)  # fmt: skip
    design = _design(grouped)
    start = np.array([model.prior, *_flat(model)], dtype=np.float64) / 100 * np.log(2)
    weights = _regression(design, grouped["yes"].to_numpy(), grouped["all"].to_numpy(), start)
    bits = np.round(weights / np.log(2) * 100).astype(np.int64)
    return replace(model, prior=int(bits[0]), weights=_unflat(bits[1:]))


def _design(grouped: pl.DataFrame) -> Floats:
    """One column per level of each field but the first (absent evidence weighs nothing), and ones."""
    columns = [np.ones(grouped.height)]
    for field in FIELDS:
        found = grouped[field].to_numpy()
        columns += [(found == level).astype(np.float64) for level in range(1, len(LEVELS[field]))]
    return np.stack(columns, axis=1)


def _flat(model: Model) -> list[int]:
    return [bits for field in FIELDS for bits in model.weights[field][1:]]


def _unflat(bits: NDArray[np.int64]) -> dict[str, tuple[int, ...]]:
    """Weights per field; a stronger agreement never weighs less than a weaker one."""
    weights, start = {}, 0
    for field in FIELDS:
        size = len(LEVELS[field]) - 1
        own = np.clip(bits[start : start + size], -_MOST_BITS, _MOST_BITS)
        weights[field] = (0, *(int(b) for b in own))
        start += size
    return weights


def _regression(design: Floats, yes: Floats, every: Floats, start: Floats) -> Floats:
    """Newton's steps on grouped counts, drawn towards `start` where the base tells little."""
    weights = start.copy()
    ridge = np.full(len(weights), _RIDGE)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -35, 35)))
        slope = design.T @ (yes - every * chance) - ridge * (weights - start)
        curve = (design.T * (every * chance * (1 - chance))) @ design + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        weights = weights + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    return weights
