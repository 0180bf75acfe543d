"""By which rule each record came to its entity, and the pairs that need a person (handbook 2.3)."""

from __future__ import annotations

import polars as pl

from dedup.legal import ENTITY, compatible_kinds
from dedup.names import misnamed
from dedup.refs import REF, target_ref
from dedup.units import UNIT

RULE = "rule"
REVIEW = {
    "rule": pl.String(),
    "severity": pl.String(),
    "left_ref": pl.String(),
    "right_ref": pl.String(),
    "reason": pl.String(),
}


def attach_rules(keyed: pl.DataFrame) -> pl.DataFrame:
    """`keyed` with `rule`: R1..R5, source_head, source_merge, or new for a record that stands alone."""
    together = pl.len().over(ENTITY) > 1
    same_unit = pl.len().over([ENTITY, "inn", "kpp"]) > 1
    same_inn = pl.len().over([ENTITY, "inn"]) > 1
    has_inn, has_kpp = pl.col("inn").is_not_null(), pl.col("kpp").is_not_null()
    same_ogrn = pl.col("ogrn").is_not_null() & (pl.len().over([ENTITY, "ogrn"]) > 1)
    rule = (
        pl.when(~together)
        .then(pl.lit("new"))
        .when(has_inn & has_kpp & same_unit)
        .then(pl.lit("R1"))
        .when(has_inn & (pl.col("inn").str.len_bytes() == 12) & same_inn)
        .then(pl.lit("R5"))
        .when(has_inn & same_inn & has_kpp)
        .then(pl.lit("R4"))
        .when(has_inn & same_inn)
        .then(pl.lit("R3"))
        .when(same_ogrn)
        .then(pl.lit("R2"))
        .when(~has_inn & pl.col("merged_into").is_not_null())
        .then(pl.lit("source_merge"))
        .when(~has_inn & pl.col("head_key").is_not_null())
        .then(pl.lit("source_head"))
        .otherwise(pl.lit("R2"))
    )
    return keyed.with_columns(rule.alias(RULE))


def part_misnamed(keyed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`keyed` with misnamed records in entities of their own, and the review pairs for them.

    A misnamed record that is part of a misnamed head goes with its head.
    """
    doubtful = misnamed(keyed)
    heads = doubtful.select(pl.col(REF).alias("head_ref"), pl.lit(value=True).alias("head_parted"))
    marked = keyed.join(doubtful, on=REF, how="left", maintain_order="left").with_columns(
        target_ref("head_key").alias("head_ref")
    )
    marked = marked.join(heads, on="head_ref", how="left", maintain_order="left")
    own = pl.when(pl.col("head_parted")).then("head_ref").otherwise(REF)
    parted = pl.when(pl.col("other").is_not_null()).then("R:" + own).otherwise(ENTITY)
    pairs = _review(doubtful, "R1", "normal", "names_differ", left=REF, right="other")
    return marked.with_columns(parted.alias(ENTITY)).drop("other", "head_ref", "head_parted"), pairs


def review_pairs(keyed: pl.DataFrame) -> pl.DataFrame:
    """Pairs no rule may decide: contradicting requisites, contradicted sources, relocations, open units."""
    found = [
        _contested(keyed, "inn", "ogrn", "inn_with_two_ogrn"),
        _contested(keyed, "ogrn", "inn", "ogrn_with_two_inn"),
        _refused_by_veto(keyed),
        _relocations(keyed),
    ]
    return (
        pl.concat(found)
        .unique(["rule", "left_ref", "right_ref"])
        .sort("rule", "left_ref", "right_ref")
    )


def _review(
    pairs: pl.DataFrame, rule: str, severity: str, reason: str, *, left: str, right: str
) -> pl.DataFrame:
    return pairs.select(
        pl.lit(rule).alias("rule"),
        pl.lit(severity).alias("severity"),
        pl.min_horizontal(left, right).alias("left_ref"),
        pl.max_horizontal(left, right).alias("right_ref"),
        pl.lit(reason).alias("reason"),
    )


def _contested(keyed: pl.DataFrame, group: str, value: str, reason: str) -> pl.DataFrame:
    """R6: one `group` number with several valid `value` numbers; the first record of each, in pairs."""
    both = keyed.filter(pl.col(group).is_not_null() & pl.col(value).is_not_null())
    if group == "inn":
        both = both.filter(pl.col("inn").str.len_bytes() == 10)
    firsts = both.group_by(group, value).agg(pl.col(REF).min()).sort(group, value)
    pairs = firsts.with_columns(pl.col(REF).first().over(group).alias("other"))
    return _review(
        pairs.filter(pl.col(REF) != pl.col("other")), "R6", "high", reason, left=REF, right="other"
    )


def _refused_by_veto(keyed: pl.DataFrame) -> pl.DataFrame:
    """A source says two records are one (merged, or part of), but V1, V2 or V3 objects."""
    targets = keyed.select(
        pl.col(REF).alias("points_at"),
        pl.col(ENTITY).alias("other_entity"),
        pl.col("kind").alias("other_kind"),
        pl.col("inn").alias("other_inn"),
    )
    points = pl.coalesce(
        pl.when(pl.col("merged_into").is_not_null()).then(target_ref("merged_into")),
        pl.when(pl.col("head_key").is_not_null()).then(target_ref("head_key")),
    )
    said = keyed.with_columns(points.alias("points_at")).join(targets, on="points_at", how="inner")
    apart = said.filter(pl.col(ENTITY) != pl.col("other_entity"))
    kinds = compatible_kinds(pl.col("kind"), pl.col("other_kind"))
    v1 = (pl.col("inn") != pl.col("other_inn")).fill_null(value=False)
    return pl.concat(
        [
            _review(
                apart.filter(v1), "V1", "high", "source_joins_two_inn", left=REF, right="points_at"
            ),
            _review(
                apart.filter(~v1 & ~kinds),
                "V2",
                "high",
                "source_joins_two_kinds",
                left=REF,
                right="points_at",
            ),
        ]
    )


def _relocations(keyed: pl.DataFrame) -> pl.DataFrame:
    """R4: two head KPP of one entity mean a move, or an error; only activity periods can tell."""
    heads = keyed.filter(pl.col("role") == "head")
    firsts = heads.group_by(ENTITY, "kpp").agg(pl.col(REF).min()).sort(ENTITY, "kpp")
    pairs = firsts.with_columns(pl.col(REF).first().over(ENTITY).alias("other"))
    return _review(
        pairs.filter(pl.col(REF) != pl.col("other")),
        "R4",
        "normal",
        "two_heads",
        left=REF,
        right="other",
    )


def unit_of(keyed: pl.DataFrame) -> pl.DataFrame:
    """(ref, entity_key, unit_key, role, rule) of each record: what a resolution keeps."""
    return keyed.select(REF, ENTITY, UNIT, "role", RULE)
