"""The columns of a person's table as the fields of records."""

from __future__ import annotations

import polars as pl

from flows.dedupe_columns import INN_KPP, Recognised
from flows.dedupe_numbers import NUMBERS, spelled_out

_PAIR = r"^\D*(\d{8,12})(?:[.,]0+)?\D+(\d{3,4}[0-9A-Za-z]{2}\d{3})(?:[.,]0+)?\D*$"
_GLUED = r"^\s*(\d{10}|\d{12})(\d{9})\s*$"


def records_of(cells: pl.DataFrame, recognised: Recognised) -> pl.DataFrame:
    """The rows by field; several columns become one, «ИНН/КПП» becomes two."""
    numbers = [n for field in (*NUMBERS, INN_KPP) for n in recognised.columns.get(field, ())]
    return spelled_out(cells, numbers).select(_fields(recognised))


def _fields(recognised: Recognised) -> list[pl.Expr]:
    columns = {
        field: _joined(field, [pl.col(name) for name in names])
        for field, names in recognised.columns.items()
        if field != INN_KPP
    }
    numbers = [pl.col(n) for field in ("inn", INN_KPP) for n in recognised.columns.get(field, ())]
    if numbers:
        kpp = [full(columns["kpp"])] if "kpp" in columns else []
        columns["inn"] = pl.coalesce(_inn_of(number) for number in numbers)
        columns["kpp"] = pl.coalesce(*kpp, *(_kpp_of(number) for number in numbers))
    return [value.alias(field) for field, value in columns.items()]


def full(text: pl.Expr) -> pl.Expr:
    """The text, null where nothing stands in it."""
    return pl.when(text.str.contains(r"\S")).then(text)


def _joined(field: str, texts: list[pl.Expr]) -> pl.Expr:
    if len(texts) == 1:
        return texts[0]
    filled = [full(text) for text in texts]
    if field == "address":
        return pl.coalesce(filled)
    several = pl.concat_str(filled, separator=", ", ignore_nulls=True)
    return pl.when(several != "").then(several)


def _inn_of(text: pl.Expr) -> pl.Expr:
    return full(pl.coalesce(text.str.extract(_PAIR, 1), text.str.extract(_GLUED, 1), text))


def _kpp_of(text: pl.Expr) -> pl.Expr:
    return pl.coalesce(
        text.str.extract(_PAIR, 2),
        text.str.extract(_GLUED, 2),
        text.str.extract(r"^\s*[/\\]\s*(\d{9})\s*$", 1),
    )
