"""Cleaning function for legal forms."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from mappings.functions.naming.spellings import canonical
from schemas.outcome import outcome
from schemas.rowwise.through import through


def _canonical(forms: pl.Series) -> pl.Series:
    known = forms.drop_nulls().unique()
    canons = pl.Series([canonical(text) for text in known.to_list()], dtype=pl.String)
    return forms.replace_strict(known, canons, default=None, return_dtype=pl.String)


def legal_form(expr: pl.Expr) -> pl.Expr:
    """Outcome with the canonical abbreviation of a column that holds legal forms alone.

    An unknown form is kept out with the evidence `unknown`.

    >>> import polars as pl
    >>> forms = pl.DataFrame({"f": ["Общество с ограниченной ответственностью", "pjsc", "Рога"]})
    >>> forms.select(legal_form(pl.col("f")).struct.unnest())["value"].to_list()
    ['ООО', 'ПАО', None]
    """
    canon = through(expr, _canonical, pl.String)
    unknown = canon.is_null() & (expr.str.strip_chars() != "")
    return outcome(canon, evidence=pl.when(unknown).then(pl.lit("unknown")))


FUNCTIONS: Mapping[str, Function] = {"legal_form": legal_form}
