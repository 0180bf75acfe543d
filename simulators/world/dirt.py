"""Labelled dirt: what happens to a record between the company and the screen it was typed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from simulators.world import words
from simulators.world.chance import chance
from simulators.world.labels import bit, carries
from simulators.world.numbers import PLACEHOLDERS, inn_holds

POSITION = "_position"
_TRUE = pl.lit(True)


@dataclass(frozen=True)
class Dirt:
    """One way to spoil a record: how often, where it can happen, and what each column becomes."""

    label: str
    rate: float
    change: Mapping[str, pl.Expr]
    where: pl.Expr = field(default_factory=lambda: _TRUE)


def soil(
    frame: pl.DataFrame, group: Sequence[Dirt], rates: Mapping[str, float], seed: int, name: str
) -> pl.DataFrame:
    """`frame` after a group of dirt of which a record gets one kind at most; its label is or-ed to `kinds`.

    `rates` multiplies a dirt's own rate by label, "*" for all others. A change that would leave the
    record as it was is not labelled.
    """
    chances = chance(seed, name)
    draws = {
        "_u": chances.random(frame.height),
        POSITION: chances.integers(0, 1 << 30, frame.height),
    }
    frame = frame.with_columns(**draws)
    low = 0.0
    for dirt in group:
        high = low + dirt.rate * rates.get(dirt.label, rates.get("*", 1.0))
        frame = _soil_one(frame, dirt, (pl.col("_u") >= low) & (pl.col("_u") < high))
        low = high
    return frame.drop("_u", POSITION)


def _soil_one(frame: pl.DataFrame, dirt: Dirt, drawn: pl.Expr) -> pl.DataFrame:
    # Only the rows that were drawn are worked on: most dirt touches a hundredth of them.
    rows = frame.select((drawn & dirt.where).fill_null(False).arg_true()).to_series()
    if not len(rows):
        return frame
    touched = list(dirt.change)
    before = frame[rows]
    after = before.with_columns(**dirt.change)
    differs = pl.any_horizontal(pl.col(c).ne_missing(before[c]) for c in touched)
    changed = after.with_columns(
        kinds=pl.when(differs).then(pl.col("kinds") | bit(dirt.label)).otherwise("kinds")
    )
    source = pl.int_range(frame.height, eager=True).scatter(
        rows, range(frame.height, frame.height + len(rows))
    )
    renewed = [pl.concat([frame[c], changed[c]]).gather(source) for c in (*touched, "kinds")]
    return frame.with_columns(renewed)


def _swapped(column: str, at: pl.Expr) -> pl.Expr:
    text = pl.col(column)
    return (
        text.str.slice(0, at)
        + text.str.slice(at + 1, 1)
        + text.str.slice(at, 1)
        + text.str.slice(at + 2)
    )


def _typed(column: str) -> pl.Expr:
    text = pl.col(column)
    at = 6 + pl.col(POSITION) % (text.str.len_chars().cast(pl.Int64) - 9).clip(1)
    dropped = text.str.slice(0, at) + text.str.slice(at + 1)
    return pl.when(pl.col(POSITION) % 2 == 0).then(_swapped(column, at)).otherwise(dropped)


def _spoilt_digit() -> pl.Expr:
    digit = (pl.col("inn").str.slice(-1).cast(pl.Int64) + 1 + pl.col(POSITION) % 8) % 10
    return pl.col("inn").str.slice(0, pl.col("inn").str.len_chars() - 1) + digit.cast(pl.String)


def unless_valid(changed: pl.Expr) -> pl.Expr:
    holds = changed.map_batches(inn_holds, return_dtype=pl.Boolean, is_elementwise=True)
    return pl.when(holds).then("inn").otherwise(changed)


def _chosen(values: Sequence[str]) -> pl.Expr:
    return (pl.col(POSITION) % len(values)).replace_strict(
        dict(enumerate(values)), return_dtype=pl.String
    )


def _mapped(table: Mapping[str, str], *columns: str) -> dict[str, pl.Expr]:
    return {column: pl.col(column).str.replace_many(dict(table)) for column in columns}


_FIRM = pl.col("kind") == "organization"
_INN = pl.col("inn").is_not_null()
_PERSON = pl.col("kind").is_in(["sole_trader", "person"])
_INITIALS = (
    pl.col("last")
    + " "
    + pl.col("first").str.slice(0, 1)
    + "."
    + pl.col("middle").str.slice(0, 1)
    + "."
)
_ACRONYM = pl.col("core").str.extract_all(r"\b\p{L}").list.join("").str.to_uppercase()
_WORDS = pl.col("core").str.count_matches(" ") + 1

FORM = (
    Dirt(
        "renamed_form", 0.25, {"form": pl.col("former_form")}, pl.col("former_form").is_not_null()
    ),
    Dirt(
        "full_form",
        0.03,
        {"form": pl.col("form").replace(words.FULL_FORMS)},
        pl.col("form").is_not_null(),
    ),
    Dirt("latin_form", 0.02, {"form": pl.col("form").replace(words.LATIN_FORMS)}),
)
CORE = (
    Dirt("abbreviation", 0.2, {"core": _ACRONYM}, _FIRM & (_WORDS >= 3)),
    Dirt("initials", 0.15, {"core": _INITIALS}, _PERSON),
)
NAME = (
    Dirt("typo", 0.03, {"name": _typed("name")}, pl.col("name").str.len_chars() > 12),
    Dirt("homoglyph", 0.02, _mapped(words.LOOKALIKES, "name")),
    Dirt("transliteration", 0.01, _mapped(words.TRANSLIT, "name")),
    Dirt("keyboard_layout", 0.003, _mapped(words.KEYBOARD, "name")),
    Dirt("mojibake", 0.003, _mapped(words.MOJIBAKE, "name", "full_name")),
)
MARKS = (
    Dirt("garbage_marker", 0.008, {"name": _chosen(words.GARBAGE) + pl.col("name")}),
    Dirt("inn_in_name", 0.01, {"name": pl.col("name") + " ИНН " + pl.col("inn")}, _INN),
)
INN = (
    Dirt("lost_zero", 0.1, {"inn": pl.col("inn").str.slice(1)}, pl.col("inn").str.starts_with("0")),
    Dirt("swapped_inn", 0.004, {"inn": unless_valid(_swapped("inn", 2 + pl.col(POSITION) % 6))}, _INN),
    Dirt("bad_checksum", 0.006, {"inn": unless_valid(_spoilt_digit())}, _INN),
    Dirt("placeholder_inn", 0.004, {"inn": _chosen(PLACEHOLDERS)}, _FIRM),
    Dirt("missing_inn", 0.04, {"inn": pl.lit(None, pl.String), "kpp": pl.lit(None, pl.String)}),
    Dirt("foreign_number_as_inn", 0.3, {"inn": pl.col("national")}, pl.col("country") == "KZ"),
    Dirt(
        "copied_requisites",
        0.35,
        {name: pl.col("other_" + name) for name in ("inn", "kpp", "ogrn")},
        pl.col("other_inn").is_not_null() & (pl.col("role") == "head"),
    ),
)  # fmt: skip
KPP = (
    Dirt("kpp_largest", 0.4, {"kpp": pl.col("kpp_largest")}, pl.col("kpp_largest").is_not_null()),
    Dirt("missing_kpp", 0.05, {"kpp": pl.lit(None, pl.String)}),
    Dirt(
        "kpp_relocation",
        0.35,
        {"kpp": pl.col("kpp_old"), "address": pl.col("old_address")},
        carries("relocated") & pl.col("kpp").is_not_null() & ~carries("copied_requisites") & pl.col("kpp_old").is_not_null(),
    ),
)  # fmt: skip
CONTACTS = (
    Dirt("two_phones_in_cell", 0.08, {"phones": pl.col("phones") + "; 8-" + pl.col("mobile")}),
    Dirt(
        "missing_contacts",
        0.15,
        {"phones": pl.lit(None, pl.String), "emails": pl.lit(None, pl.String)},
    ),
)
