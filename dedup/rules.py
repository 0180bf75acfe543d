"""By which rule each record came to its entity, and the pairs that need a person (handbook 2.3)."""

from __future__ import annotations

import polars as pl

from dedup.copied import copied
from dedup.doubts import confirmed
from dedup.legal import ENTITY, LINK_DEPTH, apart, compatible_kinds
from dedup.names import misnamed, several_names
from dedup.refs import REF, target_ref
from dedup.units import UNIT
from schemas.keys import key_of
from schemas.rows import beside

RULES_VERSION = 8  # rises with every change of the rules in dedup, so that all are matched again
COPIED = "copied_requisites"
RULE = "rule"
FOUND = "found_by"
PARTED = "parted_key"
REVIEW = {
    "rule": pl.String(),
    "severity": pl.String(),
    "left_ref": pl.String(),
    "right_ref": pl.String(),
    "reason": pl.String(),
    "score": pl.Float64(),
}


def attach_rules(keyed: pl.DataFrame) -> pl.DataFrame:
    """`keyed` with `rule`: what `found_by` says, else R1..R5, source_head, source_merge, or new.

    A record that stands alone is new.
    """
    frame = keyed.select(
        ENTITY,
        inn=pl.col("inn").cast(pl.Int64, strict=False),
        ogrn=pl.col("ogrn").cast(pl.Int64, strict=False),
        kpp=key_of(pl.col("kpp"), "kpp"),
    )
    sizes = frame.select(
        together=pl.len().over(ENTITY) > 1,
        same_inn=pl.len().over([ENTITY, "inn"]) > 1,
        same_unit=pl.len().over([ENTITY, "inn", "kpp"]) > 1,
        same_ogrn=pl.col("ogrn").is_not_null() & (pl.len().over([ENTITY, "ogrn"]) > 1),
    )
    together, same_inn, same_unit, same_ogrn = (pl.lit(column) for column in sizes)
    has_inn, has_kpp = pl.col("inn").is_not_null(), pl.col("kpp").is_not_null()
    rule = (
        pl.when(pl.col(FOUND).is_not_null())
        .then(FOUND)
        .when(~together)
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


def part_misnamed(
    keyed: pl.DataFrame,
    placed: pl.DataFrame,
    parties: pl.DataFrame,
    known: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`keyed` with misnamed records in entities of their own, and a review pair for each of them; those
    with copied requisites go together, with one pair.

    `placed` is the evidence of the same records, which may show that a strange name is no mistake, and
    `parties` what they say in full. A record that the source makes part of a parted one, or merged into it,
    goes with it if it is misnamed itself or has no requisites that hold it where it is. `known` is the
    evidence of all records, if these are only some.
    """
    several = several_names(keyed, placed)
    foreign = copied(several, placed, parties, known)
    rest = several.filter(~pl.col(REF).is_in(foreign[REF].implode()))
    doubtful = confirmed(misnamed(rest), placed, parties, known, besides=foreign[REF])
    asked = foreign.unique("leader", keep="first", maintain_order=True)
    pairs = [_review(asked, "R1", "high", COPIED, left=REF, right="other")]
    pairs += [
        _review(part, rule, "normal", "names_differ", left=REF, right="other")
        for rule in ("R1", "R5")
        for part in [doubtful.filter(pl.col("rule") == rule)]
    ]
    doubtful = pl.concat([foreign, doubtful])
    if doubtful.is_empty():
        return keyed, pl.concat(pairs)
    leaders = apart(keyed, doubtful.select(REF, "leader"), PARTED)
    parted = beside(keyed, leaders, REF)
    parted = parted.with_columns(points_at().alias("points_at"))
    for _ in range(LINK_DEPTH):
        before = parted[PARTED]
        parted = _followed(parted)
        if parted[PARTED].equals(before):
            break
    own = pl.coalesce(PARTED, ENTITY).alias(ENTITY)
    return parted.with_columns(own).drop(PARTED, "leader", "points_at"), pl.concat(pairs)


def _followed(parted: pl.DataFrame) -> pl.DataFrame:
    """One step: who is free to go takes the entity of the parted record the source says it belongs to."""
    targets = parted.select(
        pl.col(REF).alias("points_at"),
        pl.col(PARTED).alias("target_parted"),
        pl.col(ENTITY).alias("target_entity"),
    )
    free = pl.col("leader").is_not_null() | (pl.col("inn").is_null() & pl.col("ogrn").is_null())
    goes = free & (pl.col("target_entity") == pl.col(ENTITY))
    own = pl.coalesce(pl.when(goes).then("target_parted"), PARTED).alias(PARTED)
    joined = beside(parted, targets, "points_at")
    return joined.with_columns(own).drop("target_parted", "target_entity")


def points_at() -> pl.Expr:
    """The ref a source says a record is merged into, else the one it is part of."""
    return pl.coalesce(
        pl.when(pl.col("merged_into").is_not_null()).then(target_ref("merged_into")),
        pl.when(pl.col("head_key").is_not_null()).then(target_ref("head_key")),
    )


def review_pairs(keyed: pl.DataFrame) -> pl.DataFrame:
    """Pairs no rule may decide: contradicting requisites, contradicted sources, relocations, open units."""
    found = [
        _contested(keyed, "inn", "ogrn", "inn_with_two_ogrn"),
        _contested(keyed, "ogrn", "inn", "ogrn_with_two_inn"),
        _undecided(keyed),
        _refused_by_veto(keyed),
        _relocations(keyed),
    ]
    return (
        pl.concat(found)
        .unique(["rule", "left_ref", "right_ref"], keep="first", maintain_order=True)
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
        pl.lit(None, dtype=pl.Float64).alias("score"),
    )


def _contested(keyed: pl.DataFrame, group: str, value: str, reason: str) -> pl.DataFrame:
    """R6: one `group` number with several valid `value` numbers; the first record of each, in pairs."""
    both = keyed.select(REF, group, value).drop_nulls()
    if group == "inn":
        both = both.filter(pl.col("inn").str.len_bytes() == 10)
    several = _with_several(both, group, pl.col(value).cast(pl.Int64, strict=False))
    firsts = several.group_by(group, value).agg(pl.col(REF).min()).sort(group, value)
    pairs = firsts.with_columns(pl.col(REF).first().over(group).alias("other"))
    return _review(
        pairs.filter(pl.col(REF) != pl.col("other")), "R6", "high", reason, left=REF, right="other"
    )


def _with_several(rows: pl.DataFrame, group: str, value: pl.Expr) -> pl.DataFrame:
    """The rows whose group has more than one value: few, and found without counting."""
    ends = rows.group_by(group).agg((value.min() != value.max()).alias("several"))
    return rows.join(ends.filter("several").select(group), on=group, how="semi")


def _undecided(keyed: pl.DataFrame) -> pl.DataFrame:
    """R6: a record with an INN that two OGRN claim, which no OGRN of its own tells to whom it belongs."""
    held = keyed.select(REF, ENTITY, "inn", "ogrn").filter(pl.col("inn").str.len_bytes() == 10)
    number = pl.col("ogrn").cast(pl.Int64, strict=False)
    several = _with_several(held, "inn", number)
    claimed = several.drop_nulls("ogrn").group_by("inn").agg(pl.col(REF).min().alias("other"))
    owned = several.drop_nulls("ogrn").select(ENTITY).unique()
    open_ = several.filter(pl.col("ogrn").is_null()).join(owned, on=ENTITY, how="anti")
    return _review(
        open_.join(claimed, on="inn"), "R6", "high", "inn_with_two_ogrn", left=REF, right="other"
    )


def _refused_by_veto(keyed: pl.DataFrame) -> pl.DataFrame:
    """A source says two records are one (merged, or part of), but V1, V2 or V3 objects."""
    pointing = keyed.filter(pl.col("merged_into").is_not_null() | pl.col("head_key").is_not_null())
    said = pointing.select(
        REF, ENTITY, "kind", "inn", "country", points_at().alias("points_at")
    ).join(
        keyed.select(
            pl.col(REF).alias("points_at"),
            pl.col(ENTITY).alias("other_entity"),
            pl.col("kind").alias("other_kind"),
            pl.col("inn").alias("other_inn"),
            pl.col("country").alias("other_country"),
        ),
        on="points_at",
    )
    apart = said.filter(pl.col(ENTITY) != pl.col("other_entity"))
    v1 = (pl.col("inn") != pl.col("other_inn")).fill_null(value=False)
    v2 = ~compatible_kinds(pl.col("kind"), pl.col("other_kind"))
    v3 = (pl.col("country") != pl.col("other_country")).fill_null(value=False)
    vetoes = (
        ("V1", v1, "source_joins_two_inn"),
        ("V2", ~v1 & v2, "source_joins_two_kinds"),
        ("V3", ~v1 & ~v2 & v3, "source_joins_two_countries"),
    )
    return pl.concat(
        [
            _review(apart.filter(objects), rule, "high", reason, left=REF, right="points_at")
            for rule, objects, reason in vetoes
        ]
    )


def _relocations(keyed: pl.DataFrame) -> pl.DataFrame:
    """R4: two head KPP of one entity mean a move, or an error; only activity periods can tell."""
    heads = keyed.select(REF, ENTITY, "kpp", "role").filter(pl.col("role") == "head")
    heads = _with_several(heads, ENTITY, pl.col("kpp"))
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
