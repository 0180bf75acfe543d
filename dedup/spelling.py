"""Whether two names that differ by key are one name in another spelling, measured on the names in full."""

from __future__ import annotations

import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from dedup.name_evidence import name_details, name_key

BEARERS = "bearers"
_LONG_NAME, _SHORT_NAME = 12, 5  # letters: from here on two slips are one name, below here none is
_ABBREVIATED = 7  # letters: names up to here may stand for a longer one


def rarity(number: pl.Expr) -> pl.Expr:
    """The level of an equal name by how many companies bear it."""
    rare = pl.when(number <= 1).then(9).when(number <= 3).then(8).when(number <= 10).then(7)
    return rare.when(number <= 50).then(6).otherwise(5)


def spelt(levels: pl.DataFrame, where: pl.Series, parties: pl.DataFrame) -> pl.Series:
    """The name levels of pairs (left, right, name, bearers), those of `where` judged by spelling.

    `left` and `right` are row numbers of `parties`.
    """
    rows = where.arg_true()
    if not len(rows):
        return levels["name"]
    at = levels.select("left", "right", BEARERS)[rows]
    once = pl.concat([at["left"], at["right"]]).unique().sort()
    told = name_details(parties[once]).with_columns(name=name_key(parties[once]))
    place = once.to_frame("row").with_row_index("at")
    sides = [
        told[at.select(row=side).join(place, on="row", maintain_order="left", how="left")["at"]]
        .select(pl.all().name.prefix(f"{side[0]}_"))
        for side in ("left", "right")
    ]  # fmt: skip
    names = pl.concat([*sides, at.select(BEARERS)], how="horizontal")
    judged = names.select(_spelling()).to_series()
    judged = judged.set(_misspelt(names, judged), 4)
    return levels["name"].scatter(rows, judged.cast(levels["name"].dtype))


def look_alike(levels: pl.DataFrame, where: pl.Series, cores: pl.Series) -> pl.Series:
    """`where`, less the pairs whose names begin otherwise, differ in length, and are long and Cyrillic."""
    rows = where.arg_true()
    names = pl.DataFrame(
        {side: cores.gather(levels[side].gather(rows)) for side in ("left", "right")}
    )
    left, right = pl.col("left"), pl.col("right")
    alike = (left.str.slice(0, 1) == right.str.slice(0, 1)) | (
        left.str.len_bytes() == right.str.len_bytes()
    )
    odd = pl.any_horizontal(
        side.is_null() | (side.str.len_bytes() <= 2 * _ABBREVIATED) | side.str.contains("[a-z]")
        for side in (left, right)
    )
    other = ~names.select(alike.fill_null(value=False) | odd).to_series()
    return where.scatter(rows.filter(other), False)


def _equal(field: str, other: str | None = None) -> pl.Expr:
    return (pl.col(f"l_{field}") == pl.col(f"r_{other or field}")).fill_null(value=False)


def _spelling() -> pl.Expr:
    """Equal in another spelling or layout, or in any order; else how far one is in the other."""
    same = pl.any_horizontal(
        _equal("full", "name"), _equal("name", "full"), _equal("tokens"),
        _equal("layout", "name"), _equal("name", "layout"),
        _equal("layout", "full"), _equal("full", "layout"),
    )  # fmt: skip
    shortened = _twice_as_long("l", "r") | _twice_as_long("r", "l")
    letters = _equal("acronym") & (pl.col("l_abbreviated") != pl.col("r_abbreviated")) & shortened
    person = _equal("initials") & (pl.col("l_initialled") | pl.col("r_initialled"))
    within = _within("l_core", "r_core") | _within("r_core", "l_core")
    return (
        pl.when(same).then(rarity(pl.col(BEARERS))).when(person | letters).then(3)
        .when(within).then(2).otherwise(1)
    )  # fmt: skip


def _twice_as_long(one: str, other: str) -> pl.Expr:
    """Initial letters leave out at least half; «Вико» is no short form of «Вико и»."""
    return pl.col(f"{one}_core").str.len_chars() > 2 * pl.col(f"{other}_core").str.len_chars()


def _within(short: str, long: str) -> pl.Expr:
    return (" " + pl.col(long) + " ").str.contains(
        " " + pl.col(short) + " ", literal=True
    ).fill_null(value=False)  # fmt: skip


def _misspelt(pair: pl.DataFrame, level: pl.Series) -> pl.Series:
    """One slip, of a long name two; the same numbers in it, and neither with a tag the other lacks."""
    numbers = pair["l_digits"].eq_missing(pair["r_digits"])
    tags = pair["l_tagged"] == pair["r_tagged"]
    size = pair["l_text"].str.len_chars().cast(pl.Int32) - pair["r_text"].str.len_chars().cast(
        pl.Int32
    )
    open_ = ((level <= 3) & numbers & tags & (size.abs() <= 3)).fill_null(value=False)
    return near(pair, "text", open_, exactly=False)


def near(pair: pl.DataFrame, field: str, where: pl.Series, *, exactly: bool) -> pl.Series:
    """Whether the texts l_`field` and r_`field` are a slip apart, where asked; `exactly` one, of any length."""
    found = pl.repeat(False, pair.height, dtype=pl.Boolean, eager=True)
    rows = where.arg_true()
    if not len(rows):
        return found
    texts = pair.select(f"l_{field}", f"r_{field}")[rows]
    first, second = (texts[c].str.replace_all(" ", "", literal=True) for c in texts.columns)
    slips = cpdist(
        first.to_list(), second.to_list(), scorer=OSA.distance, score_cutoff=2, workers=1
    )
    size = pl.select(
        pl.min_horizontal(pl.lit(first.str.len_chars()), pl.lit(second.str.len_chars()))
    ).to_series()
    allowed = pl.select(
        pl.when(pl.lit(exactly))
        .then(1)
        .when(pl.lit(size) >= _LONG_NAME)
        .then(2)
        .when(pl.lit(size) >= _SHORT_NAME)
        .then(1)
        .otherwise(0)
    ).to_series()
    close = pl.Series(slips.tolist(), dtype=pl.Int32) <= allowed
    return found.scatter(rows.filter(close), True)
