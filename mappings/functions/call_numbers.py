"""Numbers as a switch writes them: a phone, an extension, a service, or a word (handbook 5.1)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from mappings.functions.phones import phone
from schemas.outcome import VALUE


def call_number(cell: pl.Expr) -> pl.Expr:
    """The phone as E.164, null for an extension or a service: a call has those by right.

    >>> pl.select(call_number(pl.lit("89277489621"))).item()
    '+79277489621'
    >>> pl.select(call_number(pl.lit("101"))).item() is None
    True
    """
    return phone(cell).struct.field(VALUE)


FUNCTIONS: Mapping[str, Function] = {"call_number": call_number}
