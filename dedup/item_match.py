"""Which records of goods are one good: article and maker, barcode, GUID, all attributes equal, or a person's word.

Never likeness. A difference in an attribute that tells goods apart is a veto, and it holds along chains
and against people: what was put together is taken apart again where two of its records differ.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

BY_ARTICLE, BY_ATTRIBUTES, BY_BARCODE, BY_GUID, BY_PERSON, ALONE = (
    "article", "attributes", "barcode", "guid", "person", "alone",
)  # fmt: skip
Pair = tuple[str, str]
# Two records of a group of names worth comparing are proposed with this many neighbours at most.
NEIGHBOURS = 3
_ROUNDS = 50
_EDGES = ("item_key", "_article", "_barcode", "_guid", "_said")
# GTINs a shop draws for itself: two shops draw the same.
_OWN_BARCODE = "^2"
# What 1C writes where there is none.
_NIL = "00000000-0000-0000-0000-000000000000"


def match_items(
    items: pl.DataFrame, same: Iterable[Pair] = (), apart: Iterable[Pair] = ()
) -> pl.DataFrame:
    """`ref`, `item` (the least ref of the good), `rule`, one row a record, in their order.

    `items`: `ref`, `item_key` (class and attributes, null if they prove nothing), `maker`, `article`,
    `item_class`, `vector`, the attributes that tell goods apart: «d=40; grade=45», and `barcode` and `guid`,
    the identifier one 1C gives a good in all its exchanges, if any.
    `same` are refs that people joined; of a pair of `apart` the first leaves the good of the second.
    """
    table = items.with_row_index("_at").with_columns(
        _article().alias("_article"), _barcode(items).alias("_barcode"), _guid(items).alias("_guid"),
        _said(same).alias("_said"),
    )  # fmt: skip
    joined = _components(table)
    wrong = _contradicting(joined)
    by_key = pl.coalesce(pl.col("_at").min().over("item_key"), "_at")
    keyed = pl.when(pl.col("item_key").is_not_null()).then(by_key).otherwise("_at")
    settled = joined.with_columns(
        pl.when(pl.col("_group").is_in(wrong.implode()))
        .then(keyed)
        .otherwise("_group")
        .alias("_group")
    )
    settled = _parted(settled, apart)
    return settled.sort("_at").select(
        "ref",
        pl.col("ref").min().over("_group").alias("item"),
        _rule(),
    )


def _rule() -> pl.Expr:
    several = pl.len().over("_group") > 1
    shared = {
        name: (pl.col(name).count() > pl.col(name).drop_nulls().n_unique()).over("_group")
        for name in _EDGES[1:]
    }
    return (
        pl.when(~several).then(pl.lit(ALONE))
        .when(_one_key()).then(pl.lit(BY_ATTRIBUTES))
        .when(shared["_said"]).then(pl.lit(BY_PERSON))
        .when(shared["_article"]).then(pl.lit(BY_ARTICLE))
        .when(shared["_guid"]).then(pl.lit(BY_GUID))
        .otherwise(pl.lit(BY_BARCODE))
        .alias("rule")
    )  # fmt: skip


def _article() -> pl.Expr:
    """Maker and article as one; without a maker an article proves nothing: two makers may share it."""
    article = pl.col("article").str.to_uppercase().str.replace_all(r"\s+", "")
    maker = pl.col("maker").str.to_lowercase().str.strip_chars()
    both = (article != "") & (maker != "")
    return pl.when(both).then(maker + "|" + article)


def _barcode(items: pl.DataFrame) -> pl.Expr:
    told = pl.col("barcode") if "barcode" in items.columns else pl.lit(None, pl.String)
    return pl.when(~told.str.contains(_OWN_BARCODE)).then(told)


def _guid(items: pl.DataFrame) -> pl.Expr:
    told = pl.col("guid") if "guid" in items.columns else pl.lit(None, pl.String)
    return pl.when(told != _NIL).then(told)


def _said(same: Iterable[Pair]) -> pl.Expr:
    """One text for all records that people joined, one after another; few."""
    parent: dict[str, str] = {}

    def root(ref: str) -> str:
        while (above := parent.get(ref, ref)) != ref:
            ref = above
        return ref

    for left, right in same:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
        parent.setdefault(low, low)
    known = {ref: root(ref) for ref in parent}
    return pl.col("ref").replace_strict(known, default=None, return_dtype=pl.String)


def _parted(settled: pl.DataFrame, apart: Iterable[Pair]) -> pl.DataFrame:
    """The first of each pair leaves, if both are in one good, and is a good of its own."""
    named = pl.DataFrame(list(apart), schema={"left": pl.String, "right": pl.String}, orient="row")
    place = settled.select("ref", "_group")
    left = place.rename({"ref": "left"})
    right = place.rename({"ref": "right", "_group": "_other"})
    both = named.join(left, on="left").join(right, on="right")
    leaving = both.filter(pl.col("_group") == pl.col("_other"))["left"].unique()
    leaves = pl.col("ref").is_in(leaving.implode())
    # Beyond all groups, so that nobody else has it.
    own = pl.col("_at") + settled.height
    return settled.with_columns(pl.when(leaves).then(own).otherwise("_group").alias("_group"))


def _components(table: pl.DataFrame) -> pl.DataFrame:
    """`_group`: the least row of those joined by keys, articles and so on, one after another."""
    told = table.with_columns(pl.col("_at").cast(pl.Int64).alias("_group"))
    for _ in range(_ROUNDS):
        step = told
        for name in _EDGES:
            least = pl.col("_group").min().over(name)
            step = step.with_columns(
                pl.when(pl.col(name).is_not_null()).then(least).otherwise("_group").alias("_group")
            )
        if step["_group"].equals(told["_group"]):
            break
        told = step
    return told


def _one_key() -> pl.Expr:
    """Whether all records of a group have one key, and none lacks it."""
    whole = pl.col("item_key").is_not_null().all().over("_group")
    return whole & (pl.col("item_key").n_unique().over("_group") == 1)


def _contradicting(joined: pl.DataFrame) -> pl.Series:
    """Groups of which two records differ in class or in one attribute both of them have."""
    several = joined.filter(pl.len().over("_group") > 1, ~_one_key())
    classes = pl.col("item_class").drop_nulls().n_unique()
    mixed = several.group_by("_group").agg(classes).filter(pl.col("item_class") > 1)["_group"]
    pairs = several.select("_group", pl.col("vector").str.split("; ").alias("pair")).explode("pair")
    name = pl.col("pair").str.extract("^([^=]*)=").alias("name")
    values = pairs.drop_nulls().group_by("_group", name).agg(pl.col("pair").n_unique())
    return pl.concat([mixed, values.filter(pl.col("pair") > 1)["_group"]]).unique()


def proposals(items: pl.DataFrame, matched: pl.DataFrame) -> pl.DataFrame:
    """Pairs for a person, `left` and `right` refs: names worth comparing whose attributes nowhere differ.

    `items` has `near_key` as well. Neighbours in the order of their keys only, so that a common size is
    not compared with all of its kind.
    """
    table = items.with_columns(matched["item"]).filter(pl.col("near_key").is_not_null())
    table = table.unique("item", maintain_order=True).sort("near_key", "ref")
    found = [_neighbours(table, step) for step in range(1, NEIGHBOURS + 1)]
    pairs = pl.concat(found)
    return pairs.filter(~_differ(pairs)).select("left", "right").sort("left", "right")


def _neighbours(table: pl.DataFrame, step: int) -> pl.DataFrame:
    other = table.select(pl.all().shift(-step).name.suffix("_2"))
    return (
        pl.concat([table, other], how="horizontal")
        .filter(pl.col("near_key") == pl.col("near_key_2"))
        .select(
            pl.col("ref").alias("left"), pl.col("ref_2").alias("right"),
            pl.col("vector").fill_null("").str.split("; ").alias("one"),
            pl.col("vector_2").fill_null("").str.split("; ").alias("two"),
        )
    )  # fmt: skip


def _differ(pairs: pl.DataFrame) -> pl.Series:
    """Where an attribute that both have has two values."""
    name = pl.element().str.extract("^([^=]*)=")
    shared = pl.col("one").list.eval(name).list.set_intersection(pl.col("two").list.eval(name))
    same = pl.col("one").list.set_intersection("two")
    return pairs.select(
        (shared.list.drop_nulls().list.len() > same.list.drop_nulls().list.len()).alias("differ")
    ).to_series()
