"""Which class a name belongs to: its first head word that some class answers to."""

from __future__ import annotations

import re

import polars as pl

from mappings.nomenclature.alphabet import TAKEN
from mappings.nomenclature.grammar import Grammar, Sign

# A name may begin with words that are heads of other classes: «Комплект клемм».
TRIES = 3
_MEANT = ("item_class", "good")
_SAYS = pl.Struct(dict.fromkeys(_MEANT, pl.String))


def recognised(folded: pl.Series, grammar: Grammar) -> pl.DataFrame:
    """`item_class`, `good` and `text`: the folded names with their head word taken; null for none."""
    table = pl.DataFrame({"text": folded, "ahead": folded}).with_row_index("row")
    found = []
    for _ in range(TRIES):
        table = _looked(table, grammar)
        found.append(table.filter(pl.col("item_class").is_not_null()))
        table = table.filter(pl.col("item_class").is_null(), pl.col("_head").is_not_null())
        if table.is_empty():
            break
    answered = pl.concat(found).select("row", "item_class", "good", "text")
    rows = pl.DataFrame({"folded": folded}).with_row_index("row")
    return (
        rows.join(answered, on="row", how="left", maintain_order="left")
        .with_columns(pl.coalesce("text", "folded").alias("text"))
        .select("item_class", "good", "text")
    )


def _looked(table: pl.DataFrame, grammar: Grammar) -> pl.DataFrame:
    """One look at the head word of what lies ahead; a head nobody answers to is passed by."""
    tail = pl.col("ahead").str.slice(pl.col("_start"))
    seen = (
        table.drop("item_class", "good", "_head", "_start", strict=False)
        .with_columns(pl.col("ahead").str.find(grammar.head).alias("_start"))
        .with_columns(pl.when(pl.col("_start").is_not_null()).then(tail).alias("_tail"))
        .with_columns(pl.col("_tail").str.replace(f"^(?:{grammar.head})", "").alias("_after"))
        .with_columns(
            pl.col("_tail")
            .str.head(pl.col("_tail").str.len_bytes() - pl.col("_after").str.len_bytes())
            .alias("_head")
        )
    )
    parts = [
        _answered(part, str(head[0]), grammar)
        for head, part in seen.partition_by("_head", as_dict=True).items()
        if head[0] is not None
    ]
    told = (
        pl.concat(parts)
        if parts
        else seen.with_columns(pl.lit(None, pl.String).alias(name) for name in _MEANT).clear()
    )
    return told.drop("_tail", "_after")


def _answered(part: pl.DataFrame, head: str, grammar: Grammar) -> pl.DataFrame:
    signs = [sign for sign in grammar.signs if sign.head.fullmatch(head)]
    chosen = pl.coalesce([_fits(sign) for sign in signs] or [pl.lit(None, _SAYS)])
    blank = TAKEN * len(head)
    after = pl.col("_start") + len(head)
    hidden = pl.col("ahead").str.head(pl.col("_start")) + blank + pl.col("_after")
    # A mark of cable is the head and an attribute at once, so it stays in the text.
    plain = re.match(f"(?:{grammar.plain_head})$", head, re.ASCII) is not None
    taken = pl.col("text").str.head(pl.col("_start")) + blank + pl.col("text").str.slice(after)
    return part.with_columns(chosen.struct.unnest()).with_columns(
        text=pl.when(pl.lit(plain) & pl.col("item_class").is_not_null())
        .then(taken)
        .otherwise("text"),
        ahead=hidden,
    )


def _fits(sign: Sign) -> pl.Expr:
    fits = pl.lit(value=True)
    if sign.by:
        fits &= pl.col("text").str.contains(sign.by)
    if sign.without:
        fits &= ~pl.col("text").str.contains(sign.without)
    means = pl.struct(
        pl.lit(sign.item_class).alias("item_class"),
        pl.lit(sign.good or None, pl.String).alias("good"),
    )
    return pl.when(fits).then(means)
