"""The figures of a benchmark: what each contestant found and took, as tables to be summed up."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.linkage_set import TRUTH
from benchmarks.rounds import Took, clusters
from benchmarks.score import Scores, score

QUALITY = {
    "rows": pl.Int64(), "seed": pl.Int64(), "contestant": pl.String(), "level": pl.String(),
    "precision": pl.Float64(), "recall": pl.Float64(), "f1": pl.Float64(), "b3_f1": pl.Float64(),
    "exact": pl.Float64(), "mixed": pl.Int64(), "intruders": pl.Int64(),
}  # fmt: skip
KINDS = {
    "rows": pl.Int64(), "seed": pl.Int64(), "contestant": pl.String(), "kind": pl.String(),
    "records": pl.Int64(), "placed": pl.Int64(), "recall": pl.Float64(), "intruders": pl.Int64(),
}  # fmt: skip
SPEED = {
    "rows": pl.Int64(), "seed": pl.Int64(), "pair": pl.Int64(), "contestant": pl.String(),
    "phase": pl.String(), "wall": pl.Float64(), "cpu": pl.Float64(), "peak_mb": pl.Float64(),
}  # fmt: skip
LABELS = {
    "kanon": "Kanon",
    "rules": "rules",
    "splink_peer": "Splink 5",
    "recordlinkage_peer": "recordlinkage",
}


class Figures:
    """Quality, kinds and speed gathered over sets and rounds; each a frame of the columns named above."""

    def __init__(self) -> None:
        self._quality: list[dict[str, object]] = []
        self._kinds: list[pl.DataFrame] = []
        self._speed: list[dict[str, object]] = []

    @property
    def quality(self) -> pl.DataFrame:
        """One row per set, contestant (with its variant) and level."""
        return pl.DataFrame(self._quality, schema=QUALITY)

    @property
    def kinds(self) -> pl.DataFrame:
        """One row per set, contestant and kind of record, for legal entities."""
        return pl.concat([pl.DataFrame(schema=KINDS), *self._kinds])

    @property
    def speed(self) -> pl.DataFrame:
        """One row per round, contestant and phase."""
        return pl.DataFrame(self._speed, schema=SPEED)

    def add_speed(self, place: dict[str, object], name: str, took: Took) -> None:
        """What one start of a contestant took; `place`: rows, seed, pair."""
        for phase, wall in took.wall.items():
            row = {"contestant": LABELS[name], "phase": phase, "wall": wall, "cpu": took.cpu[phase]}
            self._speed.append({**place, **row, "peak_mb": took.peak_mb})

    def add_quality(self, place: dict[str, object], name: str, folder: Path) -> None:
        """Score what a contestant has left in the folder of a set; `place`: rows, seed."""
        truth = pl.read_parquet(folder / TRUTH).rename({"unit": "true_unit"})
        found = clusters(name, folder)
        labelled = truth.join(found, on="row", how="left", maintain_order="left")
        for column in found.columns[1:]:
            level, _, variant = column.partition("@")
            scores = score(labelled, "true_unit" if level == "unit" else "true", column)
            mark = "@" if variant[:1].isdigit() else " "
            label = LABELS[name] + (mark + variant if variant else "")
            self._quality.append({**place, "contestant": label, "level": level, **_flat(scores)})
            if level == "entity":
                self._kinds.append(_kinds(place, label, scores))

    def add_ceiling(self, place: dict[str, object], folder: Path) -> None:
        """What the truth itself scores when the unreachable records are left alone."""
        reached = ~pl.col("kinds").list.contains("unreachable")
        truth = pl.read_parquet(folder / TRUTH)
        for level, true in (("entity", "true"), ("unit", "unit")):
            found = truth.with_columns(found=pl.when(reached).then(true))
            scores = _flat(score(found, true))
            self._quality.append({**place, "contestant": "ceiling", "level": level, **scores})


def _flat(scores: Scores) -> dict[str, object]:
    pairs = scores.pairs
    return {
        "precision": pairs.precision, "recall": pairs.recall, "f1": pairs.f1, "b3_f1": scores.b3_f1,
        "exact": scores.exact, "mixed": scores.mixed, "intruders": scores.intruders,
    }  # fmt: skip


def _kinds(place: dict[str, object], label: str, scores: Scores) -> pl.DataFrame:
    named = [pl.lit(value).alias(column) for column, value in place.items()]
    frame = scores.kinds.with_columns(*named, contestant=pl.lit(label))
    return frame.select(pl.col(name).cast(kind) for name, kind in KINDS.items())
