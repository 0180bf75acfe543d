"""Who does the parts of matching: this process one after another, or others at once.

A part is a function of this package with its arguments, knows of no other part, and may be done anywhere,
in any order and more than once; what comes of all parts together does not depend on how many there were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import polars as pl

T = TypeVar("T")
Parts = Sequence[tuple[Any, ...]]
Each = Callable[[Callable[..., Any], Parts], list[Any]]


@dataclass(frozen=True, slots=True)
class Team:
    """`each` does a piece of work with the arguments of every part, the answers in the order of the parts;
    `parts` is into how many the work is cut."""

    each: Each
    parts: int

    def over(
        self, work: Callable[[pl.DataFrame], pl.DataFrame], rows: pl.DataFrame
    ) -> pl.DataFrame:
        """`work`, which looks at one row at a time, done on all `rows`."""
        if self.parts == 1:
            return work(rows)
        size = -(-rows.height // self.parts) or 1
        starts = range(0, max(rows.height, 1), size)
        found: list[pl.DataFrame] = self.each(work, [(rows.slice(n, size),) for n in starts])
        return pl.concat(found)

    def by(self, key: str, *frames: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, ...]]:
        """The frames parted so that equal values of their column `key` are in one part."""
        if self.parts == 1:
            yield frames
            return
        places = [frame[key].hash(0) % self.parts for frame in frames]
        for part in range(self.parts):
            yield tuple(f.filter(place == part) for f, place in zip(frames, places, strict=True))


def in_turn(work: Callable[..., Any], parts: Parts) -> list[Any]:
    """The answers of `work` to each of `parts`, by this process."""
    return [work(*part) for part in parts]


ALONE = Team(in_turn, 1)
