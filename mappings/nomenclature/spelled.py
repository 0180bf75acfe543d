"""The canonical name of a good: the template of its class, then every attribute the template left out.

Two goods whose attributes differ never have one name, so what a template has no place for is told after
it by its title: «Арматура 12 А500С, длина 11700 мм».
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from mappings.nomenclature.grammar import Attribute, ItemClass

NUMBERS = ("number", "length", "size")
_PART = re.compile(r"\{([a-z_0-9]+)\}")


def all_required(item_class: ItemClass) -> pl.Expr:
    """Where every required attribute was read."""
    present = [pl.col(name).is_not_null() for name in item_class.declared.required]
    return pl.all_horizontal(present) if present else pl.lit(value=True)


def composed(template: str) -> pl.Expr:
    """The attributes of a template one after another, absent ones left out; null if all are."""
    return _of_nothing([pl.col(name) for name in _PART.findall(template)], "")


def canonical_name(item_class: ItemClass) -> pl.Expr:
    """The name of a good as its class spells it, fractions with a comma as standards write them.

    Of a good that lacks a required attribute, the title of the class and what was read by titles.
    """
    pieces = _pieces(item_class.declared.canonical)
    parts = [_first([_part(item_class, way) for way in ways]) for ways in pieces]
    whole = all_required(item_class)
    name = pl.when(whole).then(_of_nothing(parts, " ")).otherwise(pl.lit(item_class.declared.ru))
    told = [_titled(item_class, one, whole) for one in item_class.telling]
    return _of_nothing([name, *told], "")


def _pieces(template: str) -> list[list[str]]:
    """The parts between spaces, each in the ways between «|»: the first that lacks no attribute stands."""
    return [piece.split("|") for piece in template.split(" ")]


def _first(ways: Sequence[pl.Expr]) -> pl.Expr:
    return pl.coalesce(ways) if len(ways) > 1 else ways[0]


def _of_nothing(parts: Sequence[pl.Expr], gap: str) -> pl.Expr:
    return pl.concat_str(parts, separator=gap, ignore_nulls=True).replace("", None)


def _part(item_class: ItemClass, part: str) -> pl.Expr:
    pieces = re.split(r"(\{[a-z_0-9]+\})", part)
    return pl.concat_str(
        _told(item_class, piece[1:-1]) if piece.startswith("{") else pl.lit(piece.replace("_", " "))
        for piece in pieces
        if piece
    )


def _told(item_class: ItemClass, name: str) -> pl.Expr:
    """The value as it is written in a name: a grade of digits alone is a size without «ст.»."""
    value, kind = pl.col(name), item_class.attributes[name].kind
    if kind == "grade":
        return value.str.replace("^([0-9]{2})$", "ст.${1}")
    if kind in (*NUMBERS, "upper"):
        return value.str.replace_all(r"([0-9])\.([0-9])", "${1},${2}")
    return value


def _titled(item_class: ItemClass, name: str, whole: pl.Expr) -> pl.Expr:
    """«, длина 6000 мм» where the attribute was read and the template does not show it."""
    one = item_class.attributes[name]
    unit = f" {one.unit}" if one.unit else ""
    text = pl.lit(f", {title(one)} ") + _told(item_class, name) + pl.lit(unit)
    return pl.when(~(whole & _shown(item_class.declared.canonical, name))).then(text)


def title(one: Attribute) -> str:
    """The Russian title as it stands inside a sentence; abbreviations keep their capitals."""
    return one.ru if one.ru.isupper() else one.ru[:1].lower() + one.ru[1:]


def _shown(template: str, name: str) -> pl.Expr:
    """Where a part of the template with the attribute stands."""
    return pl.any_horizontal(
        pl.lit(value=False), *(_stands(ways, name) for ways in _pieces(template))
    )


def _stands(ways: Sequence[str], name: str) -> pl.Expr:
    """Where the first way that lacks nothing has the attribute."""
    found: pl.Expr = pl.lit(value=False)
    for way in reversed(ways):
        names = _PART.findall(way)
        here = pl.all_horizontal(pl.lit(value=True), *(pl.col(n).is_not_null() for n in names))
        found = pl.when(here).then(pl.lit(name in names)).otherwise(found)
    return found
