"""Functions that make one value of several source columns; they may only come first in `via`.

Blank cells are null by the time they arrive here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import polars as pl

from mappings.functions.addressing.words import KIND_OF_WORD, TOKENS

# «Г», «ПР-КТ», «Р-Н»; not the country, which is a whole part.
_TYPE_WORDS = sorted(
    {word for word, kind in KIND_OF_WORD.items() if kind != "country"}
    | {word.rstrip(".") for word, token in TOKENS.items() if token.strip() in KIND_OF_WORD}
    - {"российская федерация"}
)
Combiner = Callable[[Sequence[pl.Expr]], pl.Expr]


def _joined(parts: Sequence[pl.Expr], separator: str) -> pl.Expr:
    text = pl.concat_str(parts, separator=separator, ignore_nulls=True)
    return pl.when(text != "").then(text)


def first_of(columns: Sequence[pl.Expr]) -> pl.Expr:
    """The first column that is not empty, as in COALESCE.

    >>> pl.select(first_of([pl.lit(None, pl.String), pl.lit("7707083893")])).item()
    '7707083893'
    """
    return pl.coalesce(columns)


def words(columns: Sequence[pl.Expr]) -> pl.Expr:
    """The columns that are not empty, with a space between.

    >>> pl.select(words([pl.lit("Иванова"), pl.lit(None, pl.String), pl.lit("Анна")])).item()
    'Иванова Анна'
    """
    return _joined([part.str.strip_chars() for part in columns], " ")


def listed(columns: Sequence[pl.Expr]) -> pl.Expr:
    """The columns that are not empty, with a semicolon between: several phones or mails in one text.

    >>> pl.select(listed([pl.lit("a@example.ru"), pl.lit("b@example.ru")])).item()
    'a@example.ru; b@example.ru'
    """
    return _joined([part.str.strip_chars() for part in columns], "; ")


def join_address(columns: Sequence[pl.Expr]) -> pl.Expr:
    """The parts of an address from the largest to the smallest, with commas between.

    Registers keep the type of a part in a column of its own; a part that is nothing but a type word
    goes before the next one without a comma.

    >>> pl.select(join_address([pl.lit("455000"), pl.lit("г. Магнитогорск"), pl.lit("ул. Кирова, 93")])).item()
    '455000, г. Магнитогорск, ул. Кирова, 93'
    >>> pl.select(join_address([pl.lit("Г."), pl.lit("ЯРОСЛАВЛЬ"), pl.lit("ПР-КТ"), pl.lit("МОСКОВСКИЙ"), pl.lit("Д. 125")])).item()
    'Г. ЯРОСЛАВЛЬ, ПР-КТ МОСКОВСКИЙ, Д. 125'
    """
    parts = [part.str.strip_chars(" ,;\t\n") for part in columns]
    ended = [
        part + pl.when(_is_type_word(part)).then(pl.lit(" ")).otherwise(pl.lit(", "))
        for part in parts
    ]
    text = pl.concat_str(ended, ignore_nulls=True).str.strip_chars_end(", ")
    return pl.when(text != "").then(text)


def _is_type_word(part: pl.Expr) -> pl.Expr:
    bare = part.str.to_lowercase().str.strip_chars_end(".")
    return bare.is_in(_TYPE_WORDS)


def join_phone(columns: Sequence[pl.Expr]) -> pl.Expr:
    """Country code, area code, number and extension (in this order, later ones optional) as one number.

    A number that already carries its country keeps it, whatever the other cells say (handbook 3.2).

    >>> pl.select(join_phone([pl.lit("7"), pl.lit("3519"), pl.lit("24-40-09"), pl.lit("12")])).item()
    '+7 (3519) 24-40-09 доб. 12'
    >>> pl.select(join_phone([pl.lit("7"), pl.lit("3519"), pl.lit("+7 3519 244009")])).item()
    '+7 3519 244009'
    """
    nothing = pl.lit(None, pl.String)
    country, area, number, extension = [*columns, *[nothing] * 4][:4]
    whole = number.str.strip_chars().str.starts_with("+")
    prefix = [
        pl.when(~whole).then("+" + country.str.strip_chars(" +")),
        pl.when(~whole).then("(" + area.str.strip_chars(" ()") + ")"),
    ]
    parts = [*prefix, number.str.strip_chars(), "доб. " + extension.str.strip_chars()]
    return pl.when(number.is_not_null()).then(_joined(parts, " "))


COMBINERS: Mapping[str, Combiner] = MappingProxyType(
    {
        "first_of": first_of,
        "coalesce": first_of,
        "words": words,
        "concat": words,
        "listed": listed,
        "join_address": join_address,
        "join_phone": join_phone,
    }
)
