"""Comparing records: from two rows of evidence to one level per field (see `dedup.model.LEVELS`).

Cheap evidence first: spellings are measured only for names whose keys differ.
"""

from __future__ import annotations

from itertools import product

import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from dedup.carriers import COUNT
from dedup.evidence import EMAILS, PHONES
from dedup.model import FIELDS
from dedup.name_evidence import name_details, name_key

VETO = "veto"
SLICE = 150_000
# Names are spelt out where one of these is above its level: something is shared that few have.
_SHARED = {"phone": 2, "email": 2, "place": 3, "claimed": 1, "kpp": 2, "okpo": 1}
_NEVER = pl.lit(None, dtype=pl.Int32)
_LONG_NAME, _SHORT_NAME = 12, 5  # letters: from here on two slips are one name, below here none is


def compare(left: pl.DataFrame, right: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """The level (UInt8) of each of `FIELDS`, and `veto`, of each row of `left` with that of `right`.

    Both are evidence keys with traits and counts of carriers, and `row` in `parties`, whose names are
    spelt out only where the keys leave open whether two records that share something bear one name.
    """
    pair = pl.concat(
        [left.select(pl.all().name.prefix("l_")), right.select(pl.all().name.prefix("r_"))],
        how="horizontal",
    )
    levels = pair.select(
        _name().alias("name"),
        _agreed(["form"], differ=1, equal=2).alias("form"),
        _phone().alias("phone"),
        _email().alias("email"),
        _place().alias("place"),
        _kpp().alias("kpp"),
        _agreed(["okpo"], differ=1, equal=2).alias("okpo"),
        _vetoed().alias(VETO),
    ).with_columns(_claimed(pair).alias("claimed"))
    sharing = levels.select(
        (pl.col("name") == 1) & pl.any_horizontal(pl.col(f) > least for f, least in _SHARED.items())
    ).to_series()
    levels = levels.with_columns(spelt(levels["name"], sharing, pair, parties))
    return levels.select(*(pl.col(f).cast(pl.UInt8) for f in FIELDS), VETO)


def _both(field: str) -> pl.Expr:
    return pl.col(f"l_{field}").is_not_null() & pl.col(f"r_{field}").is_not_null()


def _equal(field: str, other: str | None = None) -> pl.Expr:
    return (pl.col(f"l_{field}") == pl.col(f"r_{other or field}")).fill_null(value=False)


def _agreed(fields: list[str], *, differ: int, equal: int) -> pl.Expr:
    same = pl.any_horizontal(_equal(field) for field in fields)
    both = pl.any_horizontal(_both(field) for field in fields)
    return pl.when(same).then(equal).when(both).then(differ).otherwise(0)


def _vetoed() -> pl.Expr:
    """V1, V2, and two OGRN of organizations: whatever else agrees, these are two (handbook 2.3)."""
    numbers = (pl.col("l_inn") != pl.col("r_inn")).fill_null(value=False)
    kinds = (pl.col("l_human") != pl.col("r_human")).fill_null(value=False)
    firms = (pl.col("l_ogrn") < 10**13) & (pl.col("r_ogrn") < 10**13)
    return numbers | kinds | (firms & (pl.col("l_ogrn") != pl.col("r_ogrn"))).fill_null(value=False)


def _name() -> pl.Expr:
    """Equal by key, by how many companies bear it; else different, as far as keys can tell."""
    number = pl.max_horizontal("l_name" + COUNT, "r_name" + COUNT)
    return (
        pl.when(_equal("name")).then(_rarity(number)).when(_both("name")).then(1).otherwise(0)
    )  # fmt: skip


def _rarity(number: pl.Expr) -> pl.Expr:
    rare = pl.when(number <= 1).then(9).when(number <= 3).then(8).when(number <= 10).then(7)
    return rare.when(number <= 50).then(6).otherwise(5)


def spelt(
    level: pl.Series, where: pl.Series, pair: pl.DataFrame, parties: pl.DataFrame
) -> pl.Series:
    """`level` of names with the rows of `where` judged by their spelling."""
    rows = where.arg_true()
    if not len(rows):
        return level
    at = pair.select("l_row", "r_row", "l_name_n", "r_name_n")[rows]
    once = pl.concat([at["l_row"], at["r_row"]]).unique().sort()
    told = name_details(parties[once]).with_columns(name=name_key(parties[once]))
    place = once.to_frame("row").with_row_index("at")
    sides = [
        told[at.select(row=f"{side}_row").join(place, on="row", maintain_order="left")["at"]]
        .select(pl.all().name.prefix(f"{side}_"))
        for side in ("l", "r")
    ]  # fmt: skip
    names = pl.concat([*sides, at.select("l_name_n", "r_name_n")], how="horizontal")
    judged = names.select(_spelling()).to_series()
    return level.scatter(rows, judged.set(_misspelt(names, judged), 4).cast(level.dtype))


def _spelling() -> pl.Expr:
    """Equal in another spelling or layout, or in any order; else how far one is in the other."""
    same = pl.any_horizontal(
        _equal("full", "name"), _equal("name", "full"), _equal("tokens"),
        _equal("layout", "name"), _equal("name", "layout"),
        _equal("layout", "full"), _equal("full", "layout"),
    )  # fmt: skip
    number = pl.max_horizontal("l_name" + COUNT, "r_name" + COUNT)
    letters = _equal("acronym") & (pl.col("l_abbreviated") != pl.col("r_abbreviated"))
    person = _equal("initials") & (pl.col("l_initialled") | pl.col("r_initialled"))
    within = _within("l_core", "r_core") | _within("r_core", "l_core")
    return (
        pl.when(same).then(_rarity(number)).when(person | letters).then(3)
        .when(within).then(2).otherwise(1)
    )  # fmt: skip


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
    return _near(pair, "text", open_, exactly=False)


def _near(pair: pl.DataFrame, field: str, where: pl.Series, *, exactly: bool) -> pl.Series:
    """Whether the texts of a field are one slip apart (`exactly`: whatever their length)."""
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
    near = pl.Series(slips.tolist(), dtype=pl.Int32) <= allowed
    return found.scatter(rows.filter(near), True)


def _carried(fields: list[tuple[str, str]]) -> pl.Expr:
    """The least number of carriers among the values both have; null if they share none."""
    return pl.min_horizontal(
        *(pl.when(_equal(a, b)).then(pl.col(f"l_{a}{COUNT}")) for a, b in fields), _NEVER
    )


def _phone() -> pl.Expr:
    number = _carried(list(product(PHONES, PHONES)))
    rare = pl.when(number <= 2).then(4).when(number <= 5).then(3).when(number <= 20).then(2)
    differ = number.is_null() & _both(PHONES[0])
    return rare.when(differ).then(1).otherwise(0)


def _email() -> pl.Expr:
    number = _carried(list(product(EMAILS, EMAILS)))
    domain = _carried([("domain", "domain")])
    rare = pl.when(number <= 2).then(6).when(number <= 5).then(5).when(number <= 20).then(4)
    rare = rare.when(number.is_null() & (domain <= 3)).then(3)
    rare = rare.when(number.is_null() & (domain <= 20)).then(2)
    differ = number.is_null() & domain.is_null() & _both(EMAILS[0])
    return rare.when(differ).then(1).otherwise(0)


def _place() -> pl.Expr:
    number = _carried([("place", "place")])
    street = _carried([("street", "street")])
    rare = pl.when(number <= 3).then(5).when(number <= 10).then(4).when(number <= 20).then(3)
    rare = rare.when(number.is_null() & street.is_not_null()).then(3)
    region = _both("region") & ~_equal("region")
    return (
        rare.when(number.is_null() & region)
        .then(1)
        .when(number.is_null() & _both("place"))
        .then(2)
        .otherwise(0)
    )


def _kpp() -> pl.Expr:
    number = _carried([("kpp", "kpp")])
    return (
        pl.when(number <= 3).then(3).when(number.is_not_null()).then(2)
        .when(_both("kpp")).then(1).otherwise(0)
    )  # fmt: skip


def _claimed(pair: pl.DataFrame) -> pl.Series:
    """An INN that fails its checksum against one that holds, or against another that fails."""
    sides = [("l_claimed", "r_inn"), ("l_claimed", "r_claimed"), ("l_inn", "r_claimed")]
    level = pl.repeat(0, pair.height, dtype=pl.Int32, eager=True)
    for first, second in sides:
        both = pair[first].is_not_null() & pair[second].is_not_null()
        rows = both.arg_true()
        if not len(rows):
            continue
        numbers = pair.select(
            pl.col(first).cast(pl.String).str.zfill(10).alias("l_number"),
            pl.col(second).cast(pl.String).str.zfill(10).alias("r_number"),
        )
        near = _near(numbers, "number", both, exactly=True)
        equal = (pair[first] == pair[second]).fill_null(value=False)
        told = pl.select(
            pl.when(pl.lit(equal)).then(2).when(pl.lit(near)).then(3)
            .when(pl.lit(both)).then(1).otherwise(0).cast(pl.Int32)
        ).to_series()  # fmt: skip
        level = pl.select(pl.max_horizontal(pl.lit(level), pl.lit(told))).to_series()
    return level
