"""Theoretical mass of rolled steel, and quantities from one unit to another by it.

Steel of 7 850 kg/m³, as in ГОСТ 2590, 5781, 8732, 10704, 19903 and their tables. Angles, channels,
beams and hollow sections follow the table of their standard only, never a formula: a beam 20Б1 has
another mass in another standard, so without a table there is no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

import polars as pl

# The attributes of one good as Decimals by name, or of many as columns: a formula serves both.
Told: TypeAlias = Callable[[str], Any]
PI = Decimal("3.14159265358979")
DENSITY = Decimal("0.00785")
"""Kilograms of a millimetre by a millimetre by a metre of steel."""
TONNE, KILOGRAM, METRE, RUNNING_METRE, SQUARE_METRE, PIECE, KILOMETRE = (
    "168", "166", "006", "018", "055", "796", "008",
)  # fmt: skip
# ГОСТ 8240-97, tables 1 and 2, kg/m.
_CHANNELS = {
    "5": "4.84", "6.5": "5.90", "8": "7.05", "10": "8.59", "12": "10.4", "14": "12.3", "16": "14.2",
    "18": "16.3", "20": "18.4", "22": "21.0", "24": "24.0", "27": "27.7", "30": "31.8",
}  # fmt: skip
# ГОСТ 8509-93, kg/m, by leg and thickness of equal angles.
_ANGLES = {
    ("25", "3"): "1.12", ("25", "4"): "1.46", ("32", "3"): "1.46", ("32", "4"): "1.91",
    ("40", "4"): "2.42", ("45", "4"): "2.73", ("50", "4"): "3.05", ("50", "5"): "3.77",
    ("63", "5"): "4.81", ("63", "6"): "5.72", ("75", "6"): "6.89", ("90", "7"): "9.64",
    ("100", "8"): "12.25",
}  # fmt: skip


def per_metre(item_class: str, attributes: Mapping[str, str]) -> Decimal | None:
    """Kilograms of a metre of a good, None where neither a formula nor a table gives it.

    >>> per_metre("steel_round", {"d": "40"}).quantize(Decimal("0.001"))
    Decimal('9.865')
    """
    try:
        if item_class in _PER_METRE:
            return _decimal(_PER_METRE[item_class](lambda name: Decimal(attributes[name])))
        found = _TABLES[item_class](attributes) if item_class in _TABLES else None
        return Decimal(found) if found else None
    except (KeyError, ArithmeticError):
        return None


def _decimal(value: Any) -> Decimal:
    return Decimal(value)


def per_square_metre(item_class: str, attributes: Mapping[str, str]) -> Decimal | None:
    """Kilograms of a square metre of plain sheet: 7.85 for every millimetre."""
    if (
        item_class != "steel_sheet"
        or "t" not in attributes
        or attributes.get("state") in {"рифл", "ПВ"}
    ):
        return None
    return Decimal("7.85") * Decimal(attributes["t"])


def per_piece(item_class: str, attributes: Mapping[str, str]) -> Decimal | None:
    """Kilograms of one bar, pipe or sheet whose length is known."""
    if item_class == "steel_sheet":
        square = per_square_metre(item_class, attributes)
        if square is None or not {"w", "l"} <= attributes.keys():
            return None
        return square * Decimal(attributes["w"]) * Decimal(attributes["l"]) / 1_000_000
    metre = per_metre(item_class, attributes)
    return metre * Decimal(attributes["l"]) / 1000 if metre and "l" in attributes else None


def converted(
    quantity: Decimal, unit: str, into: str, item_class: str, attributes: Mapping[str, str]
) -> Decimal | None:
    """A quantity in another unit, both OKEI codes, to 6 decimals; None where nothing says how many.

    What goes through mass is theoretical: a source's own factor is always better.
    """
    kilograms = _kilograms(item_class, attributes)
    if unit == into:
        return quantity
    if {unit, into} <= _LENGTHS.keys():
        return _rounded(quantity * _LENGTHS[unit] / _LENGTHS[into])
    one, other = kilograms.get(unit), kilograms.get(into)
    return _rounded(quantity * one / other) if one and other else None


_LENGTHS = {METRE: Decimal(1), RUNNING_METRE: Decimal(1), KILOMETRE: Decimal(1000)}


def _kilograms(item_class: str, attributes: Mapping[str, str]) -> dict[str, Decimal | None]:
    metre = per_metre(item_class, attributes)
    return {
        KILOGRAM: Decimal(1),
        TONNE: Decimal(1000),
        METRE: metre,
        RUNNING_METRE: metre,
        KILOMETRE: metre * 1000 if metre else None,
        SQUARE_METRE: per_square_metre(item_class, attributes),
        PIECE: per_piece(item_class, attributes),
    }


def _rounded(quantity: Decimal) -> Decimal:
    return quantity.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _round(told: Told) -> Any:
    return DENSITY * PI / 4 * told("d") ** 2


def _square(told: Told) -> Any:
    return DENSITY * told("a") ** 2


def _hexagon(told: Told) -> Any:
    return DENSITY * Decimal("0.8660254037844") * told("s") ** 2


def _strip(told: Told) -> Any:
    return DENSITY * told("w") * told("t")


def _tube(told: Told) -> Any:
    return DENSITY * PI * (told("d") - told("t")) * told("t")


def _channel(told: Mapping[str, str]) -> str | None:
    """Series У and П of one number differ in the third figure only where the table says so."""
    return _CHANNELS.get(told["number"]) if told.get("series", "П") in {"У", "П"} else None


def _angle(told: Mapping[str, str]) -> str | None:
    return _ANGLES.get((told["a"], told["t"])) if told["a"] == told["b"] else None


_PER_METRE: Mapping[str, Callable[[Told], Any]] = {
    "steel_round": _round, "rebar": _round, "wire_rod": _round, "wire": _round,
    "steel_square": _square, "steel_hexagon": _hexagon, "steel_strip": _strip, "pipe_round": _tube,
}  # fmt: skip
_TABLES: Mapping[str, Callable[[Mapping[str, str]], str | None]] = {
    "steel_channel": _channel,
    "steel_angle": _angle,
}


def masses(goods: pl.DataFrame) -> pl.DataFrame:
    """`goods` (`item_class`, `attributes` as «d=40») with kilograms of a metre, a square metre and a piece.

    The columns `kg_metre`, `kg_square` and `kg_piece`, null where `per_metre` and its like give None.
    """
    kind, length = pl.col("item_class"), _number("l") / 1000
    square = pl.when((kind == "steel_sheet") & ~_text("state").is_in(["рифл", "ПВ"]).fill_null(value=False)).then(
        _number("t") * 7.85
    )  # fmt: skip
    formulas = [pl.when(kind == name).then(made(_number)) for name, made in _PER_METRE.items()]
    tables = [_of_channel(kind), _of_angle(kind)]
    weighed = goods.with_columns(
        pl.coalesce(*formulas, *tables).cast(pl.Float64).alias("kg_metre"),
        square.cast(pl.Float64).alias("kg_square"),
    )
    sheet = pl.col("kg_square") * _number("w") / 1000 * length
    piece = pl.when(kind == "steel_sheet").then(sheet).otherwise(pl.col("kg_metre") * length)
    return weighed.with_columns(piece.alias("kg_piece"))


def _text(name: str) -> pl.Expr:
    told = pl.element().str.extract(f"^{name}=(.*)$")
    return pl.col("attributes").list.eval(told).list.drop_nulls().list.first()


def _number(name: str) -> pl.Expr:
    return _text(name).cast(pl.Float64, strict=False)


def _of_channel(kind: pl.Expr) -> pl.Expr:
    here = (kind == "steel_channel") & _text("series").fill_null("П").is_in(["У", "П"])
    return pl.when(here).then(_looked_up(_text("number"), _CHANNELS))


def _of_angle(kind: pl.Expr) -> pl.Expr:
    here = (kind == "steel_angle") & (_text("a") == _text("b"))
    table = {"|".join(place): mass for place, mass in _ANGLES.items()}
    return pl.when(here).then(_looked_up(_text("a") + "|" + _text("t"), table))


def _looked_up(place: pl.Expr, table: Mapping[str, str]) -> pl.Expr:
    known = {name: float(mass) for name, mass in table.items()}
    return place.replace_strict(known, default=None, return_dtype=pl.Float64)
