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
    "18": "16.3", "20": "18.4", "22": "21.0", "24": "24.0", "27": "27.7", "30": "31.8", "33": "36.5",
    "36": "41.9", "40": "48.3",
}  # fmt: skip
# ГОСТ 8239-89, kg/m, of beams told by a number alone.
_BEAMS = {
    "10": "9.46", "12": "11.5", "14": "13.7", "16": "15.9", "18": "18.4", "20": "21.0", "22": "24.0",
    "24": "27.3", "27": "31.5", "30": "36.5", "33": "42.2", "36": "48.6", "40": "57.0", "45": "66.5",
    "50": "78.5", "55": "92.6", "60": "108",
}  # fmt: skip
# ГОСТ 3262-75, table 1: the outside diameter in millimetres of a water and gas pipe by its bore.
_BORES = {
    "6": "10.2", "8": "13.5", "10": "17", "15": "21.3", "20": "26.8", "25": "33.5", "32": "42.3",
    "40": "48", "50": "60", "65": "75.5", "80": "88.5", "90": "101.3", "100": "114", "125": "140",
    "150": "165",
}  # fmt: skip
_OF_BORES, _WATER_GAS, _ALUMINIUM = "ГОСТ 3262", "ВГП", "алюм"
# ГОСТ 8509-93, kg/m, by leg and thickness of equal angles.
_ANGLES = {
    ("20", "3"): "0.89", ("20", "4"): "1.15", ("25", "3"): "1.12", ("25", "4"): "1.46",
    ("28", "3"): "1.27", ("30", "3"): "1.36", ("30", "4"): "1.78", ("32", "3"): "1.46",
    ("32", "4"): "1.91", ("35", "3"): "1.60", ("35", "4"): "2.10", ("35", "5"): "2.58",
    ("40", "3"): "1.85", ("40", "4"): "2.42", ("40", "5"): "2.98", ("45", "3"): "2.08",
    ("45", "4"): "2.73", ("45", "5"): "3.37", ("50", "3"): "2.32", ("50", "4"): "3.05",
    ("50", "5"): "3.77", ("50", "6"): "4.47", ("56", "4"): "3.44", ("56", "5"): "4.25",
    ("63", "4"): "3.90", ("63", "5"): "4.81", ("63", "6"): "5.72", ("70", "4.5"): "4.87",
    ("70", "5"): "5.38", ("70", "6"): "6.39", ("70", "7"): "7.39", ("70", "8"): "8.37",
    ("75", "5"): "5.80", ("75", "6"): "6.89", ("75", "7"): "7.96", ("75", "8"): "9.02",
    ("75", "9"): "10.07", ("80", "5.5"): "6.78", ("80", "6"): "7.36", ("80", "7"): "8.51",
    ("80", "8"): "9.65", ("90", "6"): "8.33", ("90", "7"): "9.64", ("90", "8"): "10.93",
    ("90", "9"): "12.20", ("100", "6.5"): "10.06", ("100", "7"): "10.79", ("100", "8"): "12.25",
    ("100", "10"): "15.10", ("100", "12"): "17.90", ("100", "14"): "20.63",
    ("100", "16"): "23.30", ("110", "7"): "11.89", ("110", "8"): "13.50", ("125", "8"): "15.46",
    ("125", "9"): "17.30", ("125", "10"): "19.10", ("125", "12"): "22.68", ("125", "14"): "26.20",
    ("125", "16"): "29.65", ("140", "9"): "19.41", ("140", "10"): "21.45", ("140", "12"): "25.50",
    ("160", "10"): "24.67", ("160", "11"): "27.02", ("160", "12"): "29.35",
    ("160", "14"): "33.97", ("160", "16"): "38.52", ("160", "18"): "43.01",
    ("160", "20"): "47.44", ("180", "11"): "30.47", ("180", "12"): "33.12",
    ("200", "12"): "36.97", ("200", "13"): "39.92", ("200", "14"): "42.80",
    ("200", "16"): "48.65", ("200", "20"): "60.08", ("200", "25"): "74.02",
    ("200", "30"): "87.56",
}  # fmt: skip


def per_metre(item_class: str, attributes: Mapping[str, str]) -> Decimal | None:
    """Kilograms of a metre of a good, None where neither a formula nor a table gives it.

    >>> per_metre("steel_round", {"d": "40"}).quantize(Decimal("0.001"))
    Decimal('9.865')
    """
    if not _is_steel(attributes):
        return None
    try:
        if item_class in _PER_METRE:
            told = _outside(attributes) if item_class == "pipe_round" else attributes
            return _decimal(_PER_METRE[item_class](lambda name: Decimal(told[name])))
        found = _TABLES[item_class](attributes) if item_class in _TABLES else None
        return Decimal(found) if found else None
    except (KeyError, ArithmeticError):
        return None


def _is_steel(attributes: Mapping[str, str]) -> bool:
    return "metal" not in attributes and attributes.get("state") != _ALUMINIUM


def _outside(attributes: Mapping[str, str]) -> Mapping[str, str]:
    """The attributes of a pipe with the outside diameter of one that is told by its bore."""
    if not _is_by_bore(attributes):
        return attributes
    bore = attributes.get("dn") or attributes["d"]
    return {**attributes, "d": _BORES[bore]}


def _is_by_bore(attributes: Mapping[str, str]) -> bool:
    by_standard = attributes.get("standard", "").startswith(_OF_BORES)
    return attributes.get("kind") == _WATER_GAS or by_standard


def _decimal(value: Any) -> Decimal:
    return Decimal(value)


def per_square_metre(item_class: str, attributes: Mapping[str, str]) -> Decimal | None:
    """Kilograms of a square metre of plain sheet: 7.85 for every millimetre."""
    if (
        item_class != "steel_sheet"
        or "t" not in attributes
        or not _is_steel(attributes)
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


def _beam(told: Mapping[str, str]) -> str | None:
    return _BEAMS.get(told["profile"])


_PER_METRE: Mapping[str, Callable[[Told], Any]] = {
    "steel_round": _round, "rebar": _round, "wire_rod": _round, "wire": _round,
    "steel_square": _square, "steel_hexagon": _hexagon, "steel_strip": _strip, "pipe_round": _tube,
}  # fmt: skip
_TABLES: Mapping[str, Callable[[Mapping[str, str]], str | None]] = {
    "steel_channel": _channel,
    "steel_angle": _angle,
    "steel_beam": _beam,
}


def masses(goods: pl.DataFrame) -> pl.DataFrame:
    """`goods` (`item_class`, `attributes` as «d=40») with kilograms of a metre, a square metre and a piece.

    The columns `kg_metre`, `kg_square` and `kg_piece`, null where `per_metre` and its like give None.
    """
    kind, length = pl.col("item_class"), _number("l") / 1000
    steel = _text("metal").is_null() & (_text("state") != _ALUMINIUM).fill_null(value=True)
    plain = ~_text("state").is_in(["рифл", "ПВ"]).fill_null(value=False)
    square = pl.when((kind == "steel_sheet") & plain).then(_number("t") * 7.85)
    formulas = [
        pl.when(kind == name).then(made(_of_pipe if name == "pipe_round" else _number))
        for name, made in _PER_METRE.items()
    ]
    tables = [_of_channel(kind), _of_angle(kind), _of_beam(kind)]
    weighed = goods.with_columns(
        pl.when(steel).then(pl.coalesce(*formulas, *tables)).cast(pl.Float64).alias("kg_metre"),
        pl.when(steel).then(square).cast(pl.Float64).alias("kg_square"),
    )
    sheet = pl.col("kg_square") * _number("w") / 1000 * length
    piece = pl.when(kind == "steel_sheet").then(sheet).otherwise(pl.col("kg_metre") * length)
    return weighed.with_columns(piece.alias("kg_piece"))


def _text(name: str) -> pl.Expr:
    told = pl.element().str.extract(f"^{name}=(.*)$")
    return pl.col("attributes").list.eval(told).list.drop_nulls().list.first()


def _number(name: str) -> pl.Expr:
    return _text(name).cast(pl.Float64, strict=False)


def _of_pipe(name: str) -> pl.Expr:
    """A number of a pipe, the outside diameter of one that is told by its bore."""
    if name != "d":
        return _number(name)
    by_bore = (_text("kind") == _WATER_GAS) | _text("standard").str.starts_with(_OF_BORES)
    bore = _looked_up(pl.coalesce(_text("dn"), _text("d")), _BORES)
    return pl.when(by_bore.fill_null(value=False)).then(bore).otherwise(_number("d"))


def _of_beam(kind: pl.Expr) -> pl.Expr:
    return pl.when(kind == "steel_beam").then(_looked_up(_text("profile"), _BEAMS))


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
