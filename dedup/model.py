"""The weights of evidence in hundredths of a bit, as data: frozen, versioned, the same for every batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from importlib.resources import files

import polars as pl

# The levels of each field, weakest first; of several records of a cluster the highest level counts.
LEVELS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "absent", "different", "part", "short", "misspelt",
        "equal_common", "equal_50", "equal_10", "equal_3", "equal_1", "coined",
    ),
    "form": ("absent", "different", "equal"),
    "phone": ("absent", "different", "equal_20", "equal_5", "equal_2"),
    "email": ("absent", "different", "domain_20", "domain_3", "equal_20", "equal_5", "equal_2"),
    "place": (
        "absent", "other_region", "same_region", "same_town", "other_room", "street",
        "equal_20", "equal_10", "equal_3",
    ),
    "registered": ("absent", "different", "equal"),
    "kpp": ("absent", "different", "equal_common", "equal_3"),
    "claimed": ("absent", "far", "equal", "near"),
    "okpo": ("absent", "different", "equal"),
}  # fmt: skip
FIELDS = tuple(LEVELS)


@dataclass(frozen=True, slots=True)
class Model:
    """What each level of each field weighs, and which probabilities decide.

    `weights`: field → hundredths of a bit per level. `prior`: the same, for a pair that shares a key.
    `auto` and `review` are least probabilities; `margin` is what the best cluster must have over the
    second best, in hundredths of a bit. `auto_unnumbered` and `auto_confirmed` ask more than `auto` where
    nobody knows a number of either side, and where a person has judged one of them; None asks no more.
    """

    version: str
    prior: int
    weights: Mapping[str, tuple[int, ...]]
    auto: float = 0.99
    review: float = 0.5
    margin: int = 400
    auto_unnumbered: float | None = None
    auto_confirmed: float | None = None

    def to_json(self) -> str:
        """The model as text that `from_json` reads; thresholds that are not set are left out."""
        told = {name: value for name, value in asdict(self).items() if value is not None}
        return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Model:
        """The model of a text; ValueError or TypeError if it is none. A field it does not know weighs nothing."""
        data = json.loads(text)
        nothing = {field: (0,) * len(levels) for field, levels in LEVELS.items()}
        weights = {field: tuple(data["weights"].get(field, nothing[field])) for field in FIELDS}
        if any(len(weights[field]) != len(LEVELS[field]) for field in FIELDS):
            raise ValueError("the weights do not fit the levels of this version")
        return Model(**{**data, "weights": weights})

    def weighed(self) -> tuple[tuple[int, ...], ...]:
        """The weights in the order of `FIELDS`."""
        return tuple(tuple(self.weights[field]) for field in FIELDS)


@lru_cache(maxsize=16)
def total(weights: tuple[tuple[int, ...], ...], prior: int = 0) -> pl.Expr:
    """The sum (Int32) of what columns of levels weigh, and `prior`."""
    own = [
        pl.lit(pl.Series(levels, dtype=pl.Int32)).gather(pl.col(field))
        for field, levels in zip(FIELDS, weights, strict=True)
    ]
    return pl.sum_horizontal(*own, pl.lit(prior, pl.Int32)).cast(pl.Int32)


@cache
def default_model() -> Model:
    """The model that ships with Kanon."""
    return Model.from_json((files("dedup") / "model.json").read_text(encoding="utf-8"))
