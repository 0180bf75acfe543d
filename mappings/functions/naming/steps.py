"""The pipeline of handbook 2.5 in its order, run and counted.

Two steps stand earlier than the handbook numbers them: requisites and markers are read before the
remarks in brackets are taken out, because they may stand in brackets; and the legal form goes last,
because it is recognised at the ends of the name, which the other steps lay bare.
"""

from __future__ import annotations

import polars as pl

from mappings.functions.naming.characters import CHARACTER_STEPS
from mappings.functions.naming.extracts import (
    BRACKETS,
    BRANCHES,
    GARBAGE,
    MARKS,
    QUALIFIERS,
    REQUISITES,
    SEPARATE_UNITS,
    TREASURY,
)
from mappings.functions.naming.forms import SPLIT, split_form
from mappings.functions.naming.rows import on_rows
from mappings.functions.naming.step import WORKING, Step
from schemas.patterns import changed, found
from schemas.rows import nulls
from schemas.rowwise.through import through

TEXT = pl.col("text")
_SINGLE_PAIR = changed(TEXT, (r'^"([^"]*)"$', "$1")).str.strip_chars(" ,;:/|-")
_SPLIT = through(TEXT, split_form, SPLIT)

WRITING: tuple[Step, ...] = (*CHARACTER_STEPS[:-1], BRACKETS, CHARACTER_STEPS[-1])
EXTRACTS: tuple[Step, ...] = (
    TREASURY,
    REQUISITES,
    MARKS,
    QUALIFIERS,
    GARBAGE,
    SEPARATE_UNITS,
    BRANCHES,
)
FORMS: tuple[Step, ...] = (
    Step("unwrapped", "Кавычки вокруг всего имени", "Quotes around the whole name",
         {"text": _SINGLE_PAIR}, trigger='^"'),
    Step("legal_form", "Правовая форма", "Legal form",
         {"legal_form": pl.coalesce(pl.col("split").struct.field("form"), "legal_form"),
          "text": pl.col("split").struct.field("rest")},
         parts={"split": _SPLIT}),
)  # fmt: skip
FULL_NAME = Step("full_name", "Полное наименование", "Full name", {"full_name": TEXT})
STEPS: tuple[Step, ...] = (*WRITING, FULL_NAME, *EXTRACTS, *FORMS)
# What shows that a name put together again would be read otherwise than the one it came from.
UNSETTLED = r"""« |«[«»]|«[^»]*$|^[^«]*»|»»|["']|""" + "|".join(
    f"(?:{step.trigger})" for step in (*WRITING, TREASURY, REQUISITES, QUALIFIERS, GARBAGE, SEPARATE_UNITS, BRANCHES)
    if step.trigger and step.name not in ("quotes", "mojibake", "characters")
)  # fmt: skip


# A literal out of every trigger would miss nothing too, but lets by names such as «Филиппов» and «Инна».
_EXTRACT = "|".join(f"(?:{step.trigger})" for step in EXTRACTS)


def may_hold_extracts(text: pl.Series) -> pl.Series:
    """True where some step of `EXTRACTS` has work to do; null for nulls."""
    return found(text, _EXTRACT)


def working(text: pl.Series) -> pl.DataFrame:
    """The columns the steps work on, filled with nothing but the names."""
    nothing = nulls(len(text))
    empty = [nothing.alias(name) for name in WORKING if name != "text"]
    return pl.DataFrame([text.cast(pl.String).alias("text"), *empty])[list(WORKING)]


def _run(frame: pl.DataFrame, steps: tuple[Step, ...]) -> pl.DataFrame:
    for step in steps:
        frame = step.run(frame)
    return frame


def write(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame after the steps that mend the writing and keep every word."""
    return _run(frame, (*WRITING, FULL_NAME))


def run(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame after all `STEPS`."""
    frame = write(frame)
    frame = on_rows(frame, may_hold_extracts(frame["text"]), lambda rows: _run(rows, EXTRACTS))
    return _run(frame, FORMS)


def count_steps(names: pl.DataFrame, column: str = "name") -> pl.DataFrame:
    """How many rows each step changed: columns step, ru, en, rows_changed, in the order of the steps."""
    frame = working(names[column])
    counts = []
    for step in STEPS:
        after = step.run(frame)
        if step is not FULL_NAME:
            changed = pl.any_horizontal(pl.col(c).ne_missing(after[c]) for c in frame.columns)
            counts.append((step.name, step.ru, step.en, frame.select(changed.sum()).item()))
        frame = after
    schema = {"step": pl.String, "ru": pl.String, "en": pl.String, "rows_changed": pl.Int64}
    return pl.DataFrame(counts, schema=schema, orient="row")
