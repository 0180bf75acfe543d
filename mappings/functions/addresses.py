"""Cleaning functions for addresses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from mappings.functions.addressing.parse import PARTS, parse
from mappings.functions.function import Function
from schemas.outcome import outcome
from schemas.patterns import extraordinary, found
from schemas.rows import apart, widened
from schemas.rowwise.passes import Passes
from schemas.rowwise.through import through

ADDRESS_PARTS = pl.Struct(dict.fromkeys(("postal_code", *PARTS, "address_key"), pl.String))

_NOWHERE = pl.Series([dict.fromkeys(("postal_code", *PARTS, "address_key"))], dtype=ADDRESS_PARTS)
_STRANGE_SPACE = r"[[\s\p{Cc}\p{Zs}]--[ ]]"
_UNTIDY = r"  | ,|,[^ ]|^[ ,;]|[ ,;]$|^$"


def _parts(texts: pl.Series) -> pl.Series:
    if texts.null_count() == len(texts):
        return _NOWHERE.new_from_index(0, len(texts)).rename(texts.name)
    frame = parse(texts)
    return widened(frame, _whole()).to_struct(texts.name)


@cache
def _whole() -> Passes:
    whole = pl.concat_str([pl.col(part).fill_null("") for part in PARTS], separator="|")
    placed = pl.col("settlement").is_not_null() & pl.col("house").is_not_null()
    return Passes([pl.when(placed).then(whole).alias("address_key")])


def address_parts(expr: pl.Expr) -> pl.Expr:
    """Struct of postal code, region code, settlement, street, house, building and the match key.

    >>> import polars as pl
    >>> raw = pl.DataFrame({"a": ["455000, Магнитогорск г, Кирова ул, 93", "г. Москва, ул. Лесная, д. 12к2с3"]})
    >>> raw.select(address_parts(pl.col("a")).struct.field("address_key"))["address_key"].to_list()
    ['74|магнитогорск|кирова|93|', '77|москва|лесная|12|К2С3']
    """
    return through(expr, _parts, ADDRESS_PARTS, elementwise=False)


def address_key(expr: pl.Expr) -> pl.Expr:
    """«region|settlement|street|house|building»; null unless settlement and house are known.

    >>> import polars as pl
    >>> pl.select(address_key(pl.lit("г. Магнитогорск, ул. Кирова, д. 93"))).item()
    '74|магнитогорск|кирова|93|'
    """
    return address_parts(expr).struct.field("address_key")


def region(expr: pl.Expr) -> pl.Expr:
    """Region code 01-99, from the region's name or from a city big enough to tell.

    >>> import polars as pl
    >>> pl.select(region(pl.lit("Респ Татарстан, г Арск"))).item()
    '16'
    """
    return address_parts(expr).struct.field("region")


def postal_code(expr: pl.Expr) -> pl.Expr:
    """The six digits of the postal code, null if there are none.

    >>> import polars as pl
    >>> pl.select(postal_code(pl.lit("455000, Челябинская обл"))).item()
    '455000'
    """
    return expr.str.extract(r"(?:^|[^0-9])([1-6][0-9]{5})(?:[^0-9]|$)")


def address(expr: pl.Expr) -> pl.Expr:
    """Outcome with the address as written, without empty parts and stray spaces and commas.

    >>> import polars as pl
    >>> pl.select(address(pl.lit("455000, Челябинская обл, , Магнитогорск г,,Кирова ул ,93, , "))).item()["value"]
    '455000, Челябинская обл, Магнитогорск г, Кирова ул, 93'
    """
    return outcome(through(expr, _tidied, pl.String))


def tidied(texts: pl.Series) -> pl.Series:
    """Each text with single spaces, one comma and a space between its parts; null if nothing is left."""
    whole = (
        texts.str.replace_all(r"[\s\p{Cc}\p{Zs}]+", " ")
        .str.replace_all(r" ?,[ ,]*", ", ")
        .str.strip_chars(" ,;")
    )
    return whole.set(whole == "", None)


def _tidied(texts: pl.Series) -> pl.Series:
    if texts.null_count() == len(texts):
        return texts
    strange = extraordinary(texts)
    if strange.any():
        strange = strange & texts.str.contains(_STRANGE_SPACE).fill_null(False)
    untidy = found(texts, _UNTIDY)
    untidy = untidy.fill_null(False) if untidy.null_count() else untidy
    return apart(texts, strange | untidy, tidied, lambda tidy: tidy)


FUNCTIONS: Mapping[str, Function] = {
    "address": address,
    "address_key": address_key,
    "postal_code": postal_code,
    "region": region,
}
