"""Splits the legal form off a name, at its head or its tail, longest spelling first (handbook 2.4)."""

from __future__ import annotations

from functools import cache

import polars as pl

from mappings.functions.naming.rows import on_rows
from mappings.functions.naming.spellings import HEAD, TAIL, WEAK_HEAD, canonical
from schemas.patterns import found, without
from schemas.rows import nulls, picked, widened
from schemas.rowwise.passes import Passes
from schemas.rowwise.through import through

SPLIT = pl.Struct({"form": pl.String, "rest": pl.String})
# Nine names in ten open with one of these; the long alternation then need not look at them.
COMMON = "ООО|ИП|АО|ЗАО|ПАО|ОАО"
_COMMON = f"^({COMMON}) "
_FEW = 64
SIGNIFICANT = r"[\p{L}\p{N}]"


def _canon(spelling: pl.Series) -> pl.Series:
    if len(spelling) <= _FEW:
        found = [None if text is None else canonical(text) for text in spelling.to_list()]
        return pl.Series(spelling.name, found, dtype=pl.String)
    known = spelling.drop_nulls().unique()
    forms = [canonical(text) for text in known.to_list()]
    return spelling.replace_strict(
        known, pl.Series(forms, dtype=pl.String), default=None, return_dtype=pl.String
    )


def _take(text: pl.Series, pattern: str) -> pl.DataFrame:
    """The form `pattern` finds and the text without it; a text that is nothing but a form stays whole.

    What was found is what is missing from the rest: a capturing group would cost seven times more.
    """
    low = text.str.to_lowercase()
    rest = without(low, pattern)
    size = picked(pl.DataFrame([low.alias("low"), rest.alias("rest")]), _LONG).to_series()
    frame = pl.DataFrame([text.alias("text"), size.alias("size")])
    empty = pl.DataFrame([nulls(len(text)).alias("form"), text.alias("rest")])
    at_head = pattern.startswith("^")
    return on_rows(empty, size > 0, lambda _: _taken(frame.filter(size > 0), at_head))


def _taken(frame: pl.DataFrame, at_head: bool) -> pl.DataFrame:
    return picked(picked(frame, _halves(at_head)), _KEPT_OF_TEXT)


@cache
def _halves(at_head: bool) -> Passes:
    text, size = pl.col("text").str, pl.col("size")
    if at_head:
        taken, rest = text.head(size), text.slice(size)
    else:
        taken, rest = text.tail(size), text.head(text.len_chars() - size)
    bare = rest.str.strip_chars_start(" ,./:-").str.strip_chars_end(" ,/:-")
    form = through(taken, _canon, one=canonical)
    return Passes([pl.col("text"), form.alias("form"), bare.alias("bare")])


def _kept(bare: str) -> Passes:
    """The form that was found and the rest, where that is a name; else the text as it was."""
    keep = pl.col("form").is_not_null() & pl.col(bare).str.contains(SIGNIFICANT)
    return Passes(
        [
            pl.when(keep).then("form").alias("form"),
            pl.when(keep).then(bare).otherwise("text").alias("rest"),
        ]
    )


_LONG = Passes([pl.col("low").str.len_chars() - pl.col("rest").str.len_chars()])
_COMMON_FORM = Passes(
    [
        pl.col("text").str.replace(_COMMON, "").str.strip_chars_start(" ,./:-").alias("rest"),
        pl.col("text").str.extract(_COMMON).alias("form"),
    ]
)
_KEPT_OF_TEXT, _KEPT_OF_REST = _kept("bare"), _kept("rest")


def _heads(text: pl.Series) -> pl.DataFrame:
    frame = picked(widened(text.to_frame("text"), _COMMON_FORM), _KEPT_OF_REST)
    return on_rows(frame, frame["form"].is_null(), lambda rows: _take(rows["rest"], HEAD))


def _without_tails(frame: pl.DataFrame) -> pl.DataFrame:
    """Further forms at the tail go too («ИП Иванова /ПБОЮЛ»), unless quotes hold the name together."""
    while True:
        loose = frame["form"].is_not_null() & ~frame["rest"].str.ends_with('"')
        tailed = loose & found(frame["rest"].str.to_lowercase(), TAIL)
        after = on_rows(
            frame, tailed, lambda rows: _take(rows["rest"], TAIL).with_columns(rows["form"])
        )
        if after["rest"].equals(frame["rest"]):
            return frame
        frame = after


def split_form(text: pl.Series) -> pl.Series:
    """Struct {form, rest} of each cleaned name: canonical abbreviation or null, and what is left.

    A form before the name wins over one after it; «Фонд», «Союз», «ПК» and the like count only when
    there is no other («Фонд развития ООО» is an ООО).
    """
    frame = _heads(text)
    frame = on_rows(frame, frame["form"].is_null(), lambda rows: _take(rows["rest"], TAIL))
    frame = on_rows(frame, frame["form"].is_null(), lambda rows: _take(rows["rest"], WEAK_HEAD))
    return _without_tails(frame).to_struct(text.name)
