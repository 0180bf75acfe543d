"""Pairs of clusters with their evidence, weighed: bits per field, their sum, the probability and zone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise

import polars as pl

from dedup.carriers import with_carriers
from dedup.compare import LISTED_TWICE, SLICE, VETO, compare
from dedup.evidence import CARRIED, TRAITS_OF, traits
from dedup.model import FIELDS, LEVELS, Model, total
from dedup.spelling import BEARERS, look_alike, spelt
from schemas.rows import passed, picked, widened
from schemas.rowwise.passes import FEW, Passes
from schemas.rowwise.through import through

BITS, SCORE, ZONE, REASON = "bits", "score", "zone", "reason"
# Names are spelt out where one of these is above its level.
_SHARED = {"phone": 2, "email": 2, "claimed": 1, "kpp": 2, "okpo": 1}
_NEAR = Passes([pl.any_horizontal(pl.col(f) > n for f, n in _SHARED.items())])
_HOUSE = LEVELS["place"].index("street")
AUTO, REVIEW, DISTINCT = "auto", "review", "distinct"
SUREST = 0.999999  # evidence is never certain


def score_rows(
    rows: pl.DataFrame,
    keys: pl.DataFrame,
    parties: pl.DataFrame,
    model: Model,
    known: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The pairs of clusters that the compared records `rows` (a, b, left, right) make, weighed.

    `left` and `right` are row numbers of `keys` and `parties`; for `known` see `told`.
    """
    return score_sides(rows, *_sides(rows, keys, parties, known), parties, model)


def score_sides(
    rows: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame, parties: pl.DataFrame, model: Model
) -> pl.DataFrame:
    """As `score_rows`, of records whose evidence is known: what `told` says of either side."""
    parts = [
        _compared(rows.slice(start, SLICE), left, right)
        for start in range(0, max(rows.height, 1), SLICE)
    ]
    per_rows = with_spelling(pl.concat(parts), parties)
    return weigh(united(weighed(per_rows, model)), model)


def with_spelling(levels: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """`levels` of pairs (left, right) with names spelt out where something is shared that few have."""
    differ = levels["name"] == 1
    near = picked(levels, _NEAR).to_series()
    # Many different companies share a house: there only names that look alike are worth spelling out.
    housed = differ & ~near & (levels["place"] > _HOUSE)
    where = differ & near
    if housed.any():
        where |= look_alike(levels, housed, parties["name_core"])
    if not where.any():
        return levels[[name for name in levels.columns if name != BEARERS]]
    return levels.with_columns(spelt(levels, where, parties)).drop(BEARERS)


def _sides(
    rows: pl.DataFrame, keys: pl.DataFrame, parties: pl.DataFrame, known: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The evidence of the records compared, left ones and right ones, each sorted by row."""
    left, right = (rows[side].unique().sort() for side in ("left", "right"))
    names = {"name": CARRIED["name"]}
    return told(left, keys, parties, CARRIED, known), told(right, keys, parties, names, known)


def told(
    rows: pl.Series,
    keys: pl.DataFrame,
    parties: pl.DataFrame,
    carried: Mapping[str, tuple[str, ...]] = CARRIED,
    known: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """All evidence of the records with these row numbers, and how many carry the `carried` of it.

    They are counted among `known`, the evidence keys of all records, if `keys` are only some of those.
    """
    shown = parties.select(TRAITS_OF)
    # In slices: the texts between are many times what becomes of them.
    starts = range(0, max(len(rows), 1), SLICE)
    told_by = pl.concat([traits(shown[rows.slice(start, SLICE)]) for start in starts])
    frame = pl.concat([keys[rows], told_by], how="horizontal")
    return with_carriers(frame, keys if known is None else known, carried)


def _compared(rows: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    at = rows.join(
        left.select(left="row", at_left=pl.int_range(pl.len())), on="left", maintain_order="left"
    ).join(
        right.select(right="row", at_right=pl.int_range(pl.len())),
        on="right",
        maintain_order="left",
    )
    levels = compare(left[at["at_left"]], right[at["at_right"]])
    return pl.concat([at.select("a", "b", "left", "right"), levels], how="horizontal")


def united(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per pair of clusters: of each field the highest level any two of their records reach."""
    if rows.height <= FEW and _is_united(rows):
        return rows[["a", "b", "left", "right", *FIELDS, VETO, LISTED_TWICE]]
    ranked = rows.sort(
        ["a", "b", BITS, "left", "right"], descending=[False, False, True, False, False]
    )
    return ranked.group_by("a", "b", maintain_order=True).agg(
        pl.col("left").first(),
        pl.col("right").first(),
        *(pl.col(field).max() for field in FIELDS),
        pl.col(VETO).any(),
        pl.col(LISTED_TWICE).all(),
    )


def _is_united(rows: pl.DataFrame) -> bool:
    """Whether each pair of clusters has one row, in the order of the pairs."""
    pairs = list(zip(rows["a"].to_list(), rows["b"].to_list(), strict=True))
    return all(one < other for one, other in pairwise(pairs))


def weighed(levels: pl.DataFrame, model: Model) -> pl.DataFrame:
    """`levels` with what all of them weigh together, without the prior."""
    return widened(levels, _weight(model.weighed()))


@lru_cache(maxsize=16)
def _weight(weights: tuple[tuple[int, ...], ...]) -> Passes:
    return Passes([total(weights).alias(BITS)])


def weigh(pairs: pl.DataFrame, model: Model) -> pl.DataFrame:
    """`pairs` with bits, score, zone and reason."""
    return passed(pairs, _judgement(model.weighed(), model.prior, model.auto, model.review))


@lru_cache(maxsize=16)
def _judgement(
    weights: tuple[tuple[int, ...], ...], prior: int, auto: float, review: float
) -> Passes:
    bits = total(weights, prior).alias(BITS)
    likely = through(pl.col(BITS), _probable, pl.Float64, one=_probability, takes=pl.Int32)
    score = pl.when(VETO).then(0.0).otherwise(likely).alias(SCORE)
    return Passes([bits, _reason().alias(REASON)], [score], [_zone(auto, review)])


def _probable(bits: pl.Series) -> pl.Series:
    """The probability of hundredths of a bit."""
    probability = 1 / (1 + (2.0 ** (-pl.col(BITS) / 100)))
    return bits.to_frame(BITS).select(probability.round(6).clip(0, SUREST)).to_series()


@lru_cache(maxsize=10_000)
def _probability(bits: int) -> float:
    return float(_probable(pl.Series([bits], dtype=pl.Int32)).item())


def _zone(auto: float, review: float) -> pl.Expr:
    sure = (pl.col(SCORE) >= auto) & pl.col(REASON).is_in(SUFFICIENT) & ~_neighbours()
    zone = pl.when(sure).then(pl.lit(AUTO)).when(pl.col(SCORE) >= review).then(pl.lit(REVIEW))
    return zone.otherwise(pl.lit(DISTINCT)).alias(ZONE)


def _neighbours() -> pl.Expr:
    """A name and a house, and all contacts differ: a namesake in the same house is as likely."""
    differ = (pl.col(field) == LEVELS[field].index("different") for field in ("phone", "email"))
    return pl.col(REASON).is_in(["name_and_place", "short_name"]) & pl.all_horizontal(differ)


COINED = ("coined_and_town", "coined_and_registered")
# A region has room for two firms of one coined name: three in a hundred were two.
SUFFICIENT = (
    "claimed_inn", "name_and_contacts", "name_and_place", "name_and_kpp", "short_name", "coined_and_town",
)  # fmt: skip


def _at(field: str, level: str) -> pl.Expr:
    return pl.col(field) >= LEVELS[field].index(level)


def _registered() -> pl.Expr:
    """Registered in one region, and nothing that both records tell is different."""
    same = _at("registered", "equal")
    return same & ~pl.any_horizontal(
        pl.col(field) == LEVELS[field].index(level)
        for field, level in (
            ("phone", "different"),
            ("email", "different"),
            ("place", "same_region"),
        )
    )


@cache
def _reason() -> pl.Expr:
    """What the pair rests on. A name alone, or contacts alone, never join two records."""
    contacts = _at("phone", "equal_5") | _at("email", "domain_3") & (pl.col("email") != 4)
    place = _at("place", "street")
    named = _at("name", "misspelt")
    house = _at("place", "equal_10")
    short = pl.col("name") == LEVELS["name"].index("short")
    coined = _at("name", "coined") & _at("form", "equal")
    town = pl.col("place") == LEVELS["place"].index("same_town")
    form = pl.col("form") == LEVELS["form"].index("different")
    return (
        pl.when(VETO).then(pl.lit("vetoed"))
        .when(form).then(pl.lit("forms_differ"))
        .when(named & _at("claimed", "equal")).then(pl.lit("claimed_inn"))
        .when(pl.col("claimed") == 1).then(pl.lit("claimed_differs"))
        .when(named & contacts).then(pl.lit("name_and_contacts"))
        .when((named | short) & pl.col(LISTED_TWICE)).then(pl.lit("listed_twice"))
        .when(named & place).then(pl.lit("name_and_place"))
        .when(coined & town).then(pl.lit("coined_and_town"))
        .when(coined & _registered()).then(pl.lit("coined_and_registered"))
        .when(named & _at("kpp", "equal_3")).then(pl.lit("name_and_kpp"))
        .when(short & (contacts | house)).then(pl.lit("short_name"))
        .when(named).then(pl.lit("name_alone"))
        .when(pl.col("name") == LEVELS["name"].index("part")).then(pl.lit("name_in_part"))
        .otherwise(pl.lit("contacts_alone"))
    )  # fmt: skip
