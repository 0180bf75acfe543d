"""Splits the legal form off a name, at its head or its tail, longest spelling first (handbook 2.4)."""

from __future__ import annotations

import polars as pl

from mappings.functions.naming.rows import on_rows
from mappings.functions.naming.spellings import HEAD, TAIL, WEAK_HEAD, canonical

SPLIT = pl.Struct({"form": pl.String, "rest": pl.String})
# Nine names in ten open with one of these; the long alternation then need not look at them.
COMMON = "ООО|ИП|АО|ЗАО|ПАО|ОАО"
_COMMON = f"^({COMMON}) "
SIGNIFICANT = r"[\p{L}\p{N}]"


def _canon(spelling: pl.Series) -> pl.Series:
    known = spelling.drop_nulls().unique()
    forms = [canonical(text) for text in known.to_list()]
    return spelling.replace_strict(
        known, pl.Series(forms, dtype=pl.String), default=None, return_dtype=pl.String
    )


def _take(text: pl.Series, pattern: str) -> pl.DataFrame:
    """The form `pattern` finds and the text without it; a text that is nothing but a form stays whole.

    What was found is what is missing from the rest: a capturing group would cost seven times more.
    """
    rest = text.str.replace(pattern, "")
    frame = pl.DataFrame({"text": text, "rest": rest})
    hit = rest.str.len_bytes() < text.str.len_bytes()
    empty = frame.select(form=pl.lit(None, pl.String), rest="text")
    return on_rows(empty, hit, lambda _: _taken(frame.filter(hit)))


def _taken(frame: pl.DataFrame) -> pl.DataFrame:
    found = pl.col("text").str.strip_suffix(pl.col("rest"))
    found = (
        pl.when(found == pl.col("text"))
        .then(pl.col("text").str.strip_prefix(pl.col("rest")))
        .otherwise(found)
    )
    bare = pl.col("rest").str.strip_chars_start(" ,./:-").str.strip_chars_end(" ,/:-")
    found_form = found.map_batches(_canon, return_dtype=pl.String, is_elementwise=True)
    keep = pl.col("form").is_not_null() & bare.str.contains(SIGNIFICANT)
    return frame.with_columns(form=found_form).select(
        form=pl.when(keep).then("form"), rest=pl.when(keep).then(bare).otherwise("text")
    )


def _heads(text: pl.Series) -> pl.DataFrame:
    rest = pl.col("text").str.replace(_COMMON, "").str.strip_chars_start(" ,./:-").alias("rest")
    frame = text.to_frame("text").with_columns(rest, form=pl.col("text").str.extract(_COMMON))
    keep = pl.col("form").is_not_null() & pl.col("rest").str.contains(SIGNIFICANT)
    frame = frame.select(
        form=pl.when(keep).then("form"), rest=pl.when(keep).then("rest").otherwise("text")
    )
    return on_rows(frame, frame["form"].is_null(), lambda rows: _take(rows["rest"], HEAD))


def _without_tails(frame: pl.DataFrame) -> pl.DataFrame:
    """Further forms at the tail go too («ИП Иванова /ПБОЮЛ»), unless quotes hold the name together."""
    while True:
        loose = frame["form"].is_not_null() & ~frame["rest"].str.ends_with('"')
        found = loose & frame["rest"].str.contains(TAIL)
        after = on_rows(
            frame, found, lambda rows: _take(rows["rest"], TAIL).with_columns(rows["form"])
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
