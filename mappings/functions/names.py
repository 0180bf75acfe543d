"""Cleaning functions for names of organizations."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from mappings.functions.naming.party_name import (
    PARTY_NAME,
    WRITTEN,
    clean_names,
    party_name,
    written_series,
)
from mappings.functions.naming.step import Step
from mappings.functions.naming.steps import STEPS, count_steps
from schemas.outcome import outcome
from schemas.rowwise.through import through

__all__ = [
    "FUNCTIONS",
    "PARTY_NAME",
    "STEPS",
    "Step",
    "clean_names",
    "count_steps",
    "full_name",
    "name",
    "party_name",
]


def name(expr: pl.Expr) -> pl.Expr:
    """Outcome with the display name: legal form and «core»; refused as `mojibake` if misread.

    >>> import polars as pl
    >>> pl.select(name(pl.lit('Oбщество с ограниченной ответственностью "Ромашка"'))).item()["value"]
    'ООО «Ромашка»'
    """
    taken = party_name(expr).struct
    return outcome(taken.field("name"), taken.field("reason"))


def full_name(expr: pl.Expr) -> pl.Expr:
    """Outcome with the whole name, cleaned of writing only; refused as `mojibake` if misread.

    >>> import polars as pl
    >>> pl.select(full_name(pl.lit('Акционерное  общество ""Прибор""'))).item()["value"]
    'Акционерное общество «Прибор»'
    """
    return through(expr, written_series, WRITTEN)


FUNCTIONS: Mapping[str, Function] = {"name": name, "full_name": full_name}
