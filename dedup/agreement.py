"""How well found clusters agree with the truth: pairwise precision and recall."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs of records: found and true, found, true. Of no pairs at all, precision and recall are 1."""

    both: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        """Share of found pairs that are true."""
        return self.both / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of true pairs that were found."""
        return self.both / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def agreement(labelled: pl.DataFrame, found: str, true: str) -> Agreement:
    """Agreement of the cluster columns `found` and `true`; a null belongs to no cluster."""
    return Agreement(
        both=_pairs(labelled.drop_nulls([found, true]), [found, true]),
        found=_pairs(labelled.drop_nulls(found), [found]),
        true=_pairs(labelled.drop_nulls(true), [true]),
    )


def _pairs(frame: pl.DataFrame, by: list[str]) -> int:
    sizes = frame.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())
