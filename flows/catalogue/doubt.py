"""What of a good was not understood, said so that alike names say it alike: what to teach the grammar next."""

from __future__ import annotations

import polars as pl

from mappings.nomenclature import Grammar

SURE = 0.9
# «kind:class:what», the class a dash where none is known.
TROUBLE, WORD, LACKS, LEFT = "trouble", "word", "lacks", "left"


def doubt(grammar: Grammar) -> pl.Expr:
    """Of a good that was read wholly, null.

    Else the trouble of its name, its first word if no class is known, the required attributes it
    lacks, or the first number that was left over, its digits as «#».
    """
    known = pl.col("item_class")
    number = pl.col("rest").str.extract(r"(\S*[0-9]\S*)").str.to_lowercase()
    word = pl.col("own_name").str.to_lowercase().str.extract(r"(\p{L}{3,})")
    lacking = _lacking(grammar)
    what = (
        pl.when(pl.col("trouble").is_not_null()).then(_said(TROUBLE, pl.col("trouble")))
        .when(known.is_null()).then(_said(WORD, word))
        .when(lacking.list.len() > 0).then(_said(LACKS, lacking.list.join(",")))
        .otherwise(_said(LEFT, number.str.replace_all("[0-9]+", "#")))
    )  # fmt: skip
    return pl.when(pl.col("status") != "complete").then(what)


def _said(kind: str, what: pl.Expr) -> pl.Expr:
    item_class = pl.col("item_class").fill_null("-")
    return pl.concat_str(pl.lit(kind), item_class, what.fill_null("-"), separator=":")


def _lacking(grammar: Grammar) -> pl.Expr:
    required = {name: one.declared.required for name, one in grammar.classes.items()}
    wanted = pl.col("item_class").replace_strict(
        list(required), list(required.values()), default=None, return_dtype=pl.List(pl.String())
    )
    told = pl.col("attributes").list.eval(pl.element().str.extract("^([^=]*)="))
    return wanted.list.set_difference(told).list.sort()
