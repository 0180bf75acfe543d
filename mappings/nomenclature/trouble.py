"""Cells that are no plain name of one good, told apart before anything is read from them."""

from __future__ import annotations

import polars as pl

from mappings.nomenclature.alphabet import fold
from mappings.nomenclature.grammar import Grammar
from mappings.nomenclature.patterns import any_of

# A name of a good is a line; what is longer is a letter, a table or a broken file.
LONGEST = 400
EMPTY, TOO_LONG, NOT_A_NAME = "empty", "too_long", "not_a_name"
DATE, TWO = "size_became_date", "two_products"
# Nothing is read from such cells at all.
UNREADABLE = (EMPTY, TOO_LONG, NOT_A_NAME)
_MONTHS = any_of(
    ["янв", "фев", "мар", "апр", "май", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек", "jan",
     "feb", "apr", "jun", "jul", "aug", "sep", "oct", "dec"],
)  # fmt: skip
_UNIT = any_of(["мм", "см", "м", "шт", "кг", "н/д", "м/д"])
# A size may be glued to the one before it: «60х60х03.июн».
_EDGE = r"(?:\b|[x*])"
_DATE = (
    rf"{_EDGE}[0-9]{{1,2}}[ .-](?:{_MONTHS})\b|{_EDGE}(?:{_MONTHS})[.-][0-9]{{2}}\b"
    rf"|{_EDGE}(?:19|20)[0-9]{{2}}-[01][0-9]-[0-3][0-9]\b"
    rf"|{_EDGE}[0-3]?[0-9]([./])[01][0-9][./](?:19|20)?[0-9]{{2}}\b"
    # «60х60х6.03» was 60х60х6,3 or 6х3: no wall has hundredths without tenths.
    r"|[xх*] ?[1-9][0-9]?[.,]0[1-9]\b|\b0[1-9]\.(?:0[1-9]|1[0-2])\b"
)


def troubles(names: pl.Series, folded: pl.Series, grammar: Grammar) -> pl.Series:
    """What is wrong with each cell, null for a name like any other.

    A cell of a number only, or of a standard only, stands where a name should: its row has shifted.
    """
    text = pl.col("text")
    table = pl.DataFrame({"name": names, "text": folded})
    return table.select(
        pl.when(text.str.strip_chars(" ").eq("")).then(pl.lit(EMPTY))
        .when(pl.col("name").str.len_chars() > LONGEST).then(pl.lit(TOO_LONG))
        .when(~text.str.contains("[a-zA-Z]{2}")).then(pl.lit(NOT_A_NAME))
        .when(text.str.contains(_DATE)).then(pl.lit(DATE))
        .when(text.str.contains(_second(grammar))).then(pl.lit(TWO))
        .alias("trouble")
    ).to_series()  # fmt: skip


def _second(grammar: Grammar) -> str:
    """A second good in the cell: a head word with a size after the size of the first one.

    Behind a separator, behind a size or a grade («Лист 10 Ст3 Круг 40»), or with its own size at once; a
    short word before it is a preposition: «муфта 20 для труба 25».
    """
    plain = f"(?:{grammar.plain_head})"
    apart = rf"[0-9][^;+]*(?:;| \+ | / |, | {fold('и')} )[ ]*{plain}[^;+]*[0-9]"
    behind_size = rf"{plain}.*[0-9]\S*(?: (?:{_UNIT})\.?)? +{plain}.*[0-9]"
    with_size = rf"{plain}.*[0-9].* (?:\S{{4,}}|\S/\S) +{plain} +[0-9]"
    ways = [apart, behind_size, with_size]
    if grammar.sized_head:
        mark = f"(?:{grammar.sized_head})"
        ways.append(rf"{mark}.* {mark}")
    return "|".join(ways)
