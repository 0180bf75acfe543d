"""How alike two name cores are, 0..1, for the rules that send equal requisites to review."""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz, process

from dedup.blocking import NODE
from dedup.legal import ENTITY
from dedup.persons import compatible, initials_in
from dedup.refs import REF

LEAST_ALIKE = 0.40  # handbook 2.3, R1
MISNAMED = {
    REF: pl.String(),
    "other": pl.String(),
    "leader": pl.String(),
    "rule": pl.String(),
}


def alike(left: pl.Series, right: pl.Series) -> pl.Series:
    """Similarity per row; a missing name counts as equal: absence is not evidence."""
    first, second = left.fill_null("").to_list(), right.fill_null("").to_list()
    sorted_tokens = process.cpdist(first, second, scorer=fuzz.token_sort_ratio, workers=1)
    token_set = process.cpdist(first, second, scorer=fuzz.token_set_ratio, workers=1)
    best = pl.Series(sorted_tokens.tolist(), dtype=pl.Float64) / 100
    other = pl.Series(token_set.tolist(), dtype=pl.Float64) / 100
    score = pl.select(pl.max_horizontal(best, other)).to_series()
    return score.set((left.is_null() | right.is_null() | (left == "") | (right == "")), 1.0)


def several_names(keyed: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """The records of `keyed` whose entity bears more than one name, by the name keys in `placed`."""
    names = (
        placed.filter(pl.col(NODE).is_duplicated())
        .group_by(NODE)
        .agg((pl.col("name").min() != pl.col("name").max()).alias("several"))
    )
    several = names.filter("several")[NODE]
    return keyed.filter(placed[NODE].is_in(several.implode()))


def misnamed(keyed: pl.DataFrame) -> pl.DataFrame:
    """Records with another's requisites but not its name: ref, other, leader, rule.

    `other` is the first record with those requisites that does bear the usual name, `leader` the one
    with whose entity the record goes: its own, or that of the first like it.
    """
    return pl.concat([_organizations(keyed), _persons(keyed)])


def _organizations(keyed: pl.DataFrame) -> pl.DataFrame:
    """R1, R3: an INN-10, active, in the same stream, and a similarity to the usual name below 0.40.

    Where no record of the same stream and requisites bears a like name there is nothing to compare
    with, and the record stays.
    """
    active = keyed.filter(
        (pl.col("inn").str.len_bytes() == 10) & (pl.col("status").fill_null("active") == "active")
    )
    if active.is_empty():
        return pl.DataFrame(schema=MISNAMED)
    named = active.join(_usual_names(keyed), on=ENTITY, how="left", maintain_order="left")
    foreign = pl.repeat(False, named.height, dtype=pl.Boolean, eager=True)
    strange = (named["name_core"] != named["usual_name"]).fill_null(value=False).arg_true()
    foreign = foreign.scatter(strange, _unlike(named[strange]))
    group = ["connection", "stream", "inn", "kpp"]
    return _parted(named, foreign, group).with_columns(pl.col(REF).alias("leader"))


def strangers(keyed: pl.DataFrame, least: float) -> pl.Series:
    """The refs of active records with an organization's INN or OGRN and a name that is less than `least`
    like the one most records of their entity bear, whatever list they come from."""
    own = pl.coalesce(pl.col("inn").str.len_bytes() == 10, pl.col("ogrn").str.len_bytes() == 13)
    active = keyed.filter(own & (pl.col("status").fill_null("active") == "active"))
    named = active.join(_usual_names(keyed), on=ENTITY, how="left", maintain_order="left")
    other = named.filter((pl.col("name_core") != pl.col("usual_name")).fill_null(value=False))
    return other[REF].filter(_unlike(other, least)) if other.height else other[REF]


def _unlike(named: pl.DataFrame, least: float = LEAST_ALIKE) -> pl.Series:
    """Whether neither the name nor the full name is like the usual one.

    An abbreviation is unlike the name it stands for, but its full name says which one that is.
    """
    short = alike(named["name_core"], named["usual_name"]) < least
    full = named["full_name"].set(~short, None).str.to_lowercase()
    whole = alike(full, named["usual_name"]).set(full.is_null(), 0.0)
    return short & (whole < least)


def _persons(keyed: pl.DataFrame) -> pl.DataFrame:
    """R5: an INN-12 in any source, and a name no person of the usual name can bear."""
    owners = keyed.filter(pl.col("inn").str.len_bytes() == 12)
    if owners.is_empty():
        return pl.DataFrame(schema=MISNAMED)
    named = owners.join(_usual_persons(owners), on=ENTITY, how="left", maintain_order="left")
    foreign = pl.repeat(False, named.height, dtype=pl.Boolean, eager=True)
    strange = (named["name_core"] != named["usual_name"]).fill_null(value=False).arg_true()
    few = named[strange]
    full = few["full_name"].str.to_lowercase()
    whole = compatible(full, few["usual_name"]) & full.is_not_null()
    foreign = foreign.scatter(strange, ~compatible(few["name_core"], few["usual_name"]) & ~whole)
    return _parted(named, foreign, [ENTITY])


def _parted(named: pl.DataFrame, foreign: pl.Series, group: list[str]) -> pl.DataFrame:
    like = pl.col(REF).filter(~pl.col("foreign") & pl.col("name_core").is_not_null())
    any_like = pl.col(REF).filter(~pl.col("foreign"))
    rule = pl.when(pl.col("inn").str.len_bytes() == 12).then(pl.lit("R5")).otherwise(pl.lit("R1"))
    return (
        named.with_columns(foreign.alias("foreign"))
        .with_columns(
            pl.coalesce(like.first().over(group), any_like.first().over(group)).alias("other"),
            pl.col(REF).first().over([*group, "name_core", "foreign"]).alias("leader"),
            rule.alias("rule"),
        )
        .filter(pl.col("foreign") & pl.col("other").is_not_null())
        .select(*MISNAMED)
    )


def _counted(keyed: pl.DataFrame) -> pl.DataFrame:
    """(entity_key, name_core) of each name of an entity, the usual first: most borne, then longest."""
    counted = keyed.drop_nulls("name_core").group_by(ENTITY, "name_core").len()
    length = pl.col("name_core").str.len_chars().alias("length")
    return counted.with_columns(length).sort(
        [ENTITY, "len", "length", "name_core"], descending=[False, True, True, False]
    )


def _usual_names(keyed: pl.DataFrame) -> pl.DataFrame:
    """(entity_key, usual_name): the name most records of an entity bear, on a tie the longest."""
    return (
        _counted(keyed)
        .unique(ENTITY, keep="first", maintain_order=True)
        .select(ENTITY, pl.col("name_core").alias("usual_name"))
    )


def _usual_persons(owners: pl.DataFrame) -> pl.DataFrame:
    """As `_usual_names`, but a name with initials gives way to the fullest one compatible with it.

    Else two persons who share a surname and initials would both be like those initials.
    """
    counted = _counted(owners).join(_usual_names(owners), on=ENTITY, maintain_order="left")
    like = counted.filter(compatible(counted["name_core"], counted["usual_name"]))
    fullest = like.with_columns(initials_in("name_core").alias("initials")).sort(
        [ENTITY, "initials", "len", "length", "name_core"],
        descending=[False, False, True, True, False],
    )
    return fullest.unique(ENTITY, keep="first", maintain_order=True).select(
        ENTITY, pl.col("name_core").alias("usual_name")
    )
