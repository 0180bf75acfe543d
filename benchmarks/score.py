"""How well found clusters agree with the truth: all from counts of (true, found) pairs of clusters."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dedup.agreement import Agreement, agreement

PER_KIND = {
    "kind": pl.String(),
    "records": pl.Int64(),
    "placed": pl.Int64(),
    "recall": pl.Float64(),
    "intruders": pl.Int64(),
}


@dataclass(frozen=True, slots=True)
class Scores:
    """One clustering beside the truth.

    `pairs`: pairwise precision, recall and F1. `b3_precision`, `b3_recall`: B-cubed, the mean over records
    of how pure and how complete their cluster is (Bagga and Baldwin 1998). `exact`: share of true
    clusters found as they are. `mixed`: found clusters that hold records of several true ones; `intruders`:
    records outnumbered there. `kinds`: the columns of `PER_KIND`, where `placed` counts records whose true
    cluster has others too, and `recall` is the mean share of those others found with them.
    """

    pairs: Agreement
    b3_precision: float
    b3_recall: float
    exact: float
    mixed: int
    intruders: int
    kinds: pl.DataFrame

    @property
    def b3_f1(self) -> float:
        """Harmonic mean of B-cubed precision and recall."""
        total = self.b3_precision + self.b3_recall
        return 2 * self.b3_precision * self.b3_recall / total if total else 0.0


def score(labelled: pl.DataFrame, true: str = "true", found: str = "found") -> Scores:
    """Scores of the cluster column `found` against `true`; `kinds` is a list of labels per record.

    A record without a found cluster is a cluster of its own: nothing found is nothing merged.
    """
    frame = _alone_where_unknown(labelled.select(true=true, found=found, kinds="kinds"))
    sized = frame.with_columns(
        both=pl.len().over("true", "found").cast(pl.Int64),
        of_true=pl.len().over("true").cast(pl.Int64),
        of_found=pl.len().over("found").cast(pl.Int64),
    ).with_columns(intruder=_intruder())
    mixed = sized.filter(pl.col("both") < pl.col("of_found"))
    size = max(sized.height, 1)
    return Scores(
        pairs=agreement(frame, "found", "true"),
        b3_precision=float((sized["both"] / sized["of_found"]).sum()) / size,
        b3_recall=float((sized["both"] / sized["of_true"]).sum()) / size,
        exact=_exact(sized),
        mixed=mixed["found"].n_unique(),
        intruders=int(sized["intruder"].sum()),
        kinds=_per_kind(sized),
    )


def _alone_where_unknown(frame: pl.DataFrame) -> pl.DataFrame:
    known = frame["found"].rank("dense").cast(pl.Int64)
    own = -1 - pl.int_range(frame.height, eager=True, dtype=pl.Int64)
    return frame.with_columns(found=known.fill_null(own) if known.null_count() else known)


def _intruder() -> pl.Expr:
    """A record outnumbered in its cluster; where nobody is the majority, every record is one."""
    most = pl.col("both").max().over("found")
    tie = (pl.col("both") == most) & (pl.col("both") * 2 <= pl.col("of_found"))
    return (pl.col("both") < pl.col("of_found")) & ((pl.col("both") < most) | tie)


def _exact(sized: pl.DataFrame) -> float:
    whole = (pl.col("both") == pl.col("of_true")) & (pl.col("both") == pl.col("of_found"))
    found = sized.filter(whole)["true"].n_unique()
    return found / max(sized["true"].n_unique(), 1)


def _per_kind(sized: pl.DataFrame) -> pl.DataFrame:
    others = pl.col("of_true") - 1
    share = pl.when(others > 0).then((pl.col("both") - 1) / others)
    return (
        sized.select("kinds", "intruder", share=share)
        .explode("kinds", keep_nulls=False, empty_as_null=False)
        .group_by(kind="kinds")
        .agg(
            records=pl.len().cast(pl.Int64),
            placed=pl.col("share").count().cast(pl.Int64),
            recall=pl.col("share").mean(),
            intruders=pl.col("intruder").sum().cast(pl.Int64),
        )
        .sort("kind")
        .select(*PER_KIND)
    )
