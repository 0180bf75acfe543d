"""Figures of told topics and counterparties, and how they are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from simulators.exchange.corpus import SENDERS, TOPICS, Sample

UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Told:
    """Of letters with topic and label: `cells` are (told, true) → letters, told may be `unsure`."""

    letters: int
    cells: Mapping[tuple[str, str], int]

    def precision(self, topic: str) -> float:
        """Of letters told to be of a topic, how many are."""
        return _share(self.cells.get((topic, topic), 0), self._sum(0, topic))

    def recall(self, topic: str) -> float:
        """Of a topic's letters, how many are told to be; an unsure one is not."""
        return _share(self.cells.get((topic, topic), 0), self._sum(1, topic))

    def macro_f1(self) -> float:
        """The mean of the topics' harmonic means of both."""
        both = [(self.precision(topic), self.recall(topic)) for topic in TOPICS]
        return sum(_share(2 * p * r, p + r) for p, r in both) / len(TOPICS)

    def unsure(self) -> float:
        """The share of letters left to a person."""
        return _share(self._sum(0, UNSURE), self.letters)

    def right_of_told(self) -> float:
        """Of letters with a topic told, how many have the right one."""
        right = sum(self.cells.get((topic, topic), 0) for topic in TOPICS)
        return _share(right, self.letters - self._sum(0, UNSURE))

    def _sum(self, side: int, topic: str) -> int:
        return sum(n for cell, n in self.cells.items() if cell[side] == topic)


def topics_told(told: pl.DataFrame) -> Told:
    """The figures of `topic`, null where not sure, against `label`."""
    counted = told.with_columns(pl.col("topic").fill_null(UNSURE)).group_by("topic", "label").len()
    return Told(told.height, {(said, true): n for said, true, n in counted.iter_rows()})


def shown(title: str, told: Told) -> None:
    """Print the figures with the table of what is mixed up with what."""
    print(f"\n{title}: macro-F1 {told.macro_f1():.3f}, unsure {told.unsure():.1%}, "
          f"right of those told {told.right_of_told():.1%}")  # fmt: skip
    print(f"{'told, then true':<16}" + "".join(f"{name:>16}" for name in TOPICS))
    for said in (*TOPICS, UNSURE):
        row = "".join(f"{told.cells.get((said, true), 0):>16}" for true in TOPICS)
        rest = (
            "" if said == UNSURE else f"   P {told.precision(said):.3f} R {told.recall(said):.3f}"
        )
        print(f"{said:<16}{row}{rest}")


def attached(samples: Sequence[Sample], found: Mapping[str, str | None]) -> tuple[float, float]:
    """Print and tell precision and recall of sure counterparties; by who wrote, too."""
    print(f"\n{'sender':<10}{'letters':>8}{'attached':>9}{'right':>7}")
    right = sure = 0
    for sender in SENDERS:
        theirs = [one for one in samples if one.written_by == sender]
        told = [(one.inn, found.get(one.message_id)) for one in theirs]
        here, good = sum(f is not None for _, f in told), sum(t == f for t, f in told)
        sure, right = sure + here, right + good
        print(f"{sender:<10}{len(theirs):>8}{here:>9}{good:>7}")
    precision, recall = _share(right, sure), _share(right, len(samples))
    print(f"right counterparty: precision {precision:.3f}, recall {recall:.3f}")
    return precision, recall


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
