"""Names already written as they should be, read by one pattern instead of the whole pipeline.

Most names of a card file are of the shape «ООО "Ромашка"»: a form before a core of Cyrillic words, or
a person's name, with nothing in it that any step of `steps.STEPS` would change. What the pipeline would answer for them is
known beforehand, and a tenth as dear.
"""

from __future__ import annotations

import polars as pl

from mappings.functions.naming.forms import COMMON
from mappings.functions.naming.spellings import HEAD, TAIL, WEAK_HEAD
from mappings.functions.naming.steps import may_hold_extracts
from schemas.name_keys import match_form

_WORD = "[А-яЁё0-9]+(?:-[А-яЁё0-9]+)*"
_WORDS = f"{_WORD}(?: (?:№ )?{_WORD})*"
_QUOTED = f'"{_WORDS}"|«{_WORDS}»'
_INITIALS = "(?: [А-ЯЁ][.] ?[А-ЯЁ][.])?"
_LOOSE = f"{_WORDS}{_INITIALS}"
# Other forms that stand before quotes and are spelt as they are shown.
_STATED = f"{COMMON}|ОДО|НАО|АНО|НКО|ТСЖ|ТСН|СНТ|МУП|ГУП|ФГУП|ГБУ|МБУ|ФГБУ|ГБУЗ|МБОУ|ГКУ|МКУ|ФКУ"
_WHOLE = f"^(?:{_STATED}) (?:{_QUOTED})$"
_FORMED = f"^(?:{COMMON}) {_LOOSE}$"
_FORMLESS = f"^{_LOOSE}$"
_WRITTEN = f"^{_LOOSE}(?: (?:{_QUOTED}))?$"
_PERSON = "ИП"


def is_plain(names: pl.Series) -> pl.Series:
    """Where a name is a form and a core, or a core alone, that needs no cleaning; false for nulls."""
    texts = names.fill_null("")
    whole = texts.str.contains(_WHOLE)
    loose = ~whole & texts.str.contains(_FORMLESS)
    loose = loose & ~_among(texts, loose, TAIL)
    formless = loose & ~texts.str.contains(_FORMED)
    beginning = _among(texts, formless, HEAD) | _among(texts, formless, WEAK_HEAD)
    shaped = (whole | loose) & ~beginning
    return shaped & ~may_hold_extracts(texts)


def _among(texts: pl.Series, mask: pl.Series, pattern: str) -> pl.Series:
    """Where `pattern` occurs, looked for in the rows of `mask` alone."""
    wanted = pl.select(pl.when(mask).then(texts)).to_series()
    return wanted.str.to_lowercase().str.contains(pattern).fill_null(False)


def is_written(names: pl.Series) -> pl.Series:
    """Where a name is Cyrillic words, the last of them perhaps in quotes; false for nulls."""
    return names.str.contains(_WRITTEN).fill_null(False)


def chevrons(name: pl.Expr) -> pl.Expr:
    """A plain name with its straight quotes made «chevrons»."""
    return name.str.replace(' "', " «", literal=True).str.replace('"', "»", literal=True)


def plain_parts(names: pl.Series) -> pl.DataFrame:
    """Columns name, full_name, legal_form and name_core of names that are all plain."""
    halves = names.str.splitn(" ", 2).struct.unnest().rename({"field_0": "form", "field_1": "rest"})
    formed = names.str.contains(f"{_WHOLE}|{_FORMED}")
    given, form, core = pl.col("given"), pl.col("form"), pl.col("core")
    frame = halves.select(
        names.alias("given"),
        form=pl.when(formed).then("form"),
        core=pl.when(formed).then(pl.col("rest").str.strip_chars('"«»')).otherwise(names),
    )
    return frame.select(
        name=pl.when(form.is_null())
        .then(given)
        .when(form == _PERSON)
        .then(pl.concat_str(form, core, separator=" "))
        .otherwise(pl.concat_str(form, pl.lit(" «"), core, pl.lit("»"))),
        full_name=chevrons(given),
        legal_form=form,
        name_core=match_form(core),
    )
