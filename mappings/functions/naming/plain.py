"""Names already written as they should be, read by one pattern instead of the whole pipeline.

Most names of a card file are of the shape «ООО "Ромашка"»: a usual form before a core of Cyrillic words,
with nothing in it that any step of `steps.STEPS` would change. What the pipeline would answer for them is
known beforehand, and a tenth as dear.
"""

from __future__ import annotations

import polars as pl

from mappings.functions.naming.forms import COMMON
from mappings.functions.naming.spellings import TAIL
from mappings.functions.naming.steps import may_hold_extracts
from schemas.name_keys import match_form

_WORD = "[А-яЁё0-9]+(?:-[А-яЁё0-9]+)*"
_WORDS = f"{_WORD}(?: {_WORD})*"
_QUOTED = f'"{_WORDS}"|«{_WORDS}»'
_INITIALS = "(?: [А-ЯЁ][.] ?[А-ЯЁ][.])?"
_SHAPE = f"^(?:{COMMON}) (?:{_QUOTED}|{_WORDS}{_INITIALS})$"
_WRITTEN = f"^{_WORDS}(?: (?:{_QUOTED}))?$"
_PERSON = "ИП"
_CLOSED = r'["»]$'


def is_plain(names: pl.Series) -> pl.Series:
    """Where a name is a usual form and a core that needs no cleaning; false for nulls."""
    shaped = names.str.contains(_SHAPE).fill_null(False)
    loose = names.str.contains(TAIL) & ~names.str.contains(_CLOSED)
    return shaped & ~may_hold_extracts(names).fill_null(True) & ~loose.fill_null(False)


def is_written(names: pl.Series) -> pl.Series:
    """Where a name has nothing but Cyrillic words, the last of them perhaps in quotes; false for nulls."""
    return names.str.contains(_WRITTEN).fill_null(False)


def chevrons(name: pl.Expr) -> pl.Expr:
    """A plain name with its straight quotes made «chevrons»."""
    return name.str.replace(' "', " «", literal=True).str.replace('"', "»", literal=True)


def plain_parts(names: pl.Series) -> pl.DataFrame:
    """Columns name, full_name, legal_form and name_core of names that are all plain."""
    halves = names.str.splitn(" ", 2).struct.unnest().rename({"field_0": "form", "field_1": "rest"})
    frame = halves.with_columns(names.alias("given"), core=pl.col("rest").str.strip_chars('"«»'))
    form, core = pl.col("form"), pl.col("core")
    return frame.select(
        name=pl.when(form == _PERSON)
        .then(pl.concat_str(form, core, separator=" "))
        .otherwise(pl.concat_str(form, pl.lit(" «"), core, pl.lit("»"))),
        full_name=chevrons(pl.col("given")),
        legal_form=form,
        name_core=match_form(core),
    )
