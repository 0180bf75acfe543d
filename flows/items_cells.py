"""Cells of a person's list of goods: which column is which, names out of formulas, what is wrong with a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

# Headings of the column of names, the surest first; punctuation is a space, Ё an Е.
NAMES = (
    "наименование", "номенклатура", "наименование товара", "наименование номенклатуры", "название товара",
    "наименование продукции", "наименование материала", "полное наименование", "рабочее наименование",
    "название", "товар", "продукция", "name", "product", "item", "title", "item name", "product name",
    "material name", "description",
)  # fmt: skip
UNITS = (
    "ед", "ед изм", "ед измерения", "единица", "единица измерения", "единицы измерения", "единица изм",
    "базовая единица", "базовая единица измерения", "unit", "uom",
)  # fmt: skip
# A longer heading names goods by its first word, unless a later one says that it is about something else.
_FIRST = ("наименование", "название", "номенклатура", "товар")
_ELSE = re.compile(
    r" (?:код|артикул|групп|категор|раздел|вид|тип|ед|един|цен|стоим|сумм|кол|остат|склад|валют|номер|дат"
    r"|поставщ|покупат|клиент|контраг|организ|компан|фирм|производ|изготов|бренд|марк|страна|документ)"
)
SHIFTED, FORMULA, ERROR, BROKEN = "row_shifted", "formula", "cell_error", "broken_text"
UNIT = "unit_unknown"
# What is known of a cell that is no name: nothing sure.
NOT_SURE = 0.1
_LINK = r'(?is)^=\s*(?:hyperlink|гиперссылка)\(.*[;,]\s*"((?:[^"]|"")+)"\s*\)\s*$'
_TEXT = r'(?s)^=\s*"((?:[^"]|"")+)"\s*$'
_ERROR = (
    r"(?i)#(?:ref!|n/a|name\?|value!|div/0!|null!|num!"
    r"|ссылка!|н/д|имя\?|знач!|дел/0!|пусто!|число!)"
)


def plain(heading: str) -> str:
    """A heading as `NAMES` and `UNITS` write it.

    >>> plain("Ед. изм."), plain("Наименование  товара\\n(полное)")
    ('ед изм', 'наименование товара полное')
    """
    return " ".join(re.sub(r"[\W_]+", " ", heading).lower().replace("ё", "е").split())


def column_of_names(headings: Sequence[str], *, whole: bool = False) -> str | None:
    """The heading of the column of names; with `whole` only one that is known to the letter.

    >>> column_of_names(["Код товара", "Название товара, размер"])
    'Название товара, размер'
    """
    known: dict[str, str] = {}
    for heading in headings:
        known.setdefault(plain(heading), heading)
    found = next((known[name] for name in NAMES if name in known), None)
    if found or whole:
        return found
    begun = (
        heading
        for first in _FIRST
        for told, heading in known.items()
        if told.split(" ")[0] == first and not _ELSE.search(told)
    )
    return next(begun, None)


def column_of_units(headings: Sequence[str]) -> str | None:
    """The heading of the column of units."""
    return next((heading for heading in headings if plain(heading) in UNITS), None)


def shown(names: pl.Series) -> pl.Series:
    """The names as a spreadsheet shows them: a link is its words, `="…"` its text."""
    text = pl.coalesce(names.str.extract(pattern) for pattern in (_LINK, _TEXT))
    return pl.select(pl.coalesce(text.str.replace_all('""', '"', literal=True), names)).to_series()


def cell_troubles(names: pl.Series) -> pl.Series:
    """Why a cell is no text that a person wrote: a formula, an error of one, or broken bytes; else null."""
    text = pl.col("text")
    return (
        pl.DataFrame({"text": names})
        .select(
            pl.when(text.str.contains("[\x00\ufffd]")).then(pl.lit(BROKEN))
            .when(text.str.contains(_ERROR)).then(pl.lit(ERROR))
            .when(text.str.contains(r"^\s*=")).then(pl.lit(FORMULA))
            .alias("trouble")
        )
        .to_series()
    )  # fmt: skip
