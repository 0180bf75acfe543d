"""Names dressed in one of a few usual ways, undressed without the whole pipeline.

«"Ромашка", ООО», «Ромашка ООО», «Общество с ограниченной ответственностью "Ромашка"», the Latin «OOO»,
each perhaps followed by «(г. Тула)»; «ООО "Ромашка" ОП Тула» and «Филиал ООО "Ромашка" г. Тула». A name
whose parts might be read in another way too is left to the pipeline; the others are answered as there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from mappings.functions.addressing.regions import CITIES
from mappings.functions.naming.forms import COMMON
from mappings.functions.naming.plain import LOOSE, STATED, WORDS, shown
from mappings.functions.naming.spellings import HEAD, TAIL, canonical
from mappings.functions.naming.steps import may_hold_extracts
from schemas.legal_forms import FORMS
from schemas.lookups import looked_up
from schemas.name_keys import match_form
from schemas.patterns import cut, occurs
from schemas.patterns import found as matched
from schemas.rows import picked, widened
from schemas.rowwise.passes import Passes

_PHRASES: Mapping[str, str] = {
    phrase.lower(): canonical(phrase) or form.canon
    for form in FORMS
    if form.canon in COMMON.split("|")
    for phrase in form.full
}
_SPELT = "(?i:" + "|".join(sorted(map(re.escape, _PHRASES), key=len, reverse=True)) + ")"
_CITY = "(?P<city>[А-ЯЁ][А-яЁё-]+(?: [А-ЯЁ][А-яЁё-]+)?)"
_REMARK = rf"(?: \(г\. ?{_CITY}\))"
_QUOTED = f'(?:"(?P<straight>{WORDS})"|«(?P<chevron>{WORDS})»)'
_FORM, _LOOSE = f"(?P<form>{STATED})", f"(?P<loose>{LOOSE})"
# Capitals of the Latin alphabet that look like «ООО».
_LATIN = "OOO"
_UNIT = "филиал"

_CANONICAL = {**_PHRASES, _LATIN.lower(): "ООО"}

_form, _core, _city = pl.col("form"), pl.col("core"), pl.col("city")
_low = _core.str.to_lowercase()
_quoted = pl.col("loose").is_null()
_no_tail = _quoted | ~occurs(_low, TAIL)


def _is_tail() -> pl.Expr:
    """Where the form alone, and no longer spelling with a word before it, ends «core form»."""
    whole = pl.concat_str(_low, _form.str.to_lowercase(), separator=" ")
    alone = cut(whole, TAIL) == _low
    return alone & ~occurs(_low, TAIL) & ~occurs(whole, HEAD)


def _is_spelt() -> pl.Expr:
    """Where the spelt form alone opens the name."""
    rest = pl.when(_quoted).then(pl.concat_str(pl.lit('"'), _low)).otherwise(_low)
    whole = pl.concat_str(_form.str.to_lowercase(), rest, separator=" ")
    return (cut(whole, HEAD) == rest) & _no_tail


def _is_unit() -> pl.Expr:
    """«Филиал ООО Ромашка г. Тула»: the city stays in the name, so it must not look like something else."""
    ends = pl.concat_str(_low, pl.lit(" г. "), _city.str.to_lowercase())
    adjective = _city.str.contains(r"(?:ск|цк)(?:ий|ое|ая|ого|ой)$")
    inside = _core.str.contains("(?:^| )(?:в|по)(?: |$)")
    calm = ~occurs(ends, TAIL) & ~adjective & ~inside
    return _quoted | (calm & _form.str.contains(f"^(?:{COMMON})$"))


@dataclass(frozen=True)
class Shape:
    """How a name may look; `sure` tells whether its parts can be read in this one way only."""

    pattern: str
    sure: pl.Expr
    branch: pl.Expr = _city
    remark: pl.Expr = _city


_SURE = pl.lit(value=True)
_NOTHING = pl.lit(None, pl.String)
SHAPES: tuple[Shape, ...] = (
    Shape(rf"^{_QUOTED}, {_FORM}{_REMARK}?$", ~occurs(pl.concat_str(_low, pl.lit('"')), HEAD)),
    Shape(rf"^{_FORM} {_QUOTED}{_REMARK}$", _SURE),
    Shape(rf"^{_FORM} {_QUOTED} ОП {_CITY}$", _city.is_in([c for c in CITIES if " " not in c]), remark=_NOTHING),
    Shape(rf"^Филиал {_FORM} (?:{_QUOTED}|(?P<loose>{WORDS})) (?P<unit>г\. ?){_CITY}$", _is_unit(), pl.lit(_UNIT)),
    Shape(rf"^{_LOOSE} {_FORM}{_REMARK}?$", _is_tail()),
    Shape(rf"^(?P<form>{_SPELT}) (?:{_QUOTED}|{_LOOSE}){_REMARK}?$", _is_spelt()),
    Shape(rf"^(?P<form>{_LATIN}) (?:{_QUOTED}|{_LOOSE}){_REMARK}?$", _core.str.contains("[А-яЁё]") & _no_tail),
)  # fmt: skip
_GROUPS = ("form", "straight", "chevron", "loose", "city", "unit")


def undressed(names: pl.Series) -> pl.DataFrame:
    """Row number and parts of the `names` that have one of the `SHAPES`, in the order of the rows."""
    left = names.alias("given").to_frame().with_row_index("row")
    found = []
    for shape in SHAPES:
        hit = matched(left["given"], shape.pattern)
        if hit.any():
            hit = hit.fill_null(value=False)
            found.append(_parts(left.filter(hit), shape))
            left = left.filter(~hit)
    if not found:
        return _none()
    return _answered(pl.concat(found).sort("row"))


@cache
def _none() -> pl.DataFrame:
    """What is answered where no name has a shape."""
    nobody = pl.DataFrame(schema={"row": pl.UInt32, "given": pl.String})
    return _answered(_parts(nobody, SHAPES[0]))


def _parts(rows: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    groups = rows["given"].str.extract_groups(shape.pattern).struct.unnest()
    absent = [_NOTHING.alias(name) for name in _GROUPS if name not in groups.columns]
    frame = widened(rows.hstack(groups), absent)
    frame = widened(frame, [pl.coalesce("straight", "chevron", "loose").alias("core")])
    told = [pl.col("row", "given", "form", "core", "loose", "city", "unit")]
    marks = [shape.branch.alias("branch"), shape.remark.alias("remark")]
    return picked(frame.filter(shape.sure), [*told, *marks])


def _answered(frame: pl.DataFrame) -> pl.DataFrame:
    said = picked(frame, [pl.concat_str("core", "city", separator=" ", ignore_nulls=True)])
    frame = frame.filter(~may_hold_extracts(said.to_series()))
    return picked(widened(frame, _renamed()), _answers())


@cache
def _renamed() -> Passes:
    known = looked_up(_form.str.to_lowercase(), _CANONICAL)
    loose_unit = ~_quoted & pl.col("unit").is_not_null()
    stays = pl.concat_str(_core, pl.lit(" "), "unit", _city)
    return Passes(
        [
            pl.coalesce(known, _form).alias("form"),
            pl.when(loose_unit).then(stays).otherwise(_core).alias("core"),
            pl.when(~loose_unit).then("г. " + pl.col("remark")).alias("remark"),
        ]
    )


@cache
def _answers() -> Passes:
    empty = pl.lit([], pl.List(pl.String))
    remarks = pl.when(pl.col("remark").is_not_null()).then(pl.concat_list("remark"))
    return Passes(
        [
            pl.col("row"),
            shown(_form, _core).alias("name"),
            _written().alias("full_name"),
            _form.alias("legal_form"),
            match_form(_core).alias("name_core"),
            pl.col("branch"),
            remarks.otherwise(empty).alias("qualifiers"),
        ]
    )


def _written() -> pl.Expr:
    """The whole name with «chevrons», a unit's city in brackets, the Latin form in its own letters."""
    text = (
        pl.col("given")
        .str.replace('^"', "«")
        .str.replace(' "', " «", literal=True)
        .str.replace('"', "»", literal=True)
        .str.replace(f"^{_LATIN} ", "ООО ")
    )
    bracketed = pl.concat_str(
        text.str.head(text.str.len_chars() - (pl.col("unit") + _city).str.len_chars()),
        pl.lit("("),
        "unit",
        _city,
        pl.lit(")"),
    )
    return pl.when(_quoted & pl.col("unit").is_not_null()).then(bracketed).otherwise(text)
