"""Names already written as they should be, read by one pattern instead of the whole pipeline.

Most names of a card file are of the shape «ООО "Ромашка"»: a form before a core of Cyrillic words, or
a person's name, with nothing in it that any step of `steps.STEPS` would change. What the pipeline would answer for them is
known beforehand, and a tenth as dear.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from mappings.functions.naming.forms import COMMON
from mappings.functions.naming.spellings import HEAD, TAIL, WEAK_HEAD
from mappings.functions.naming.steps import may_hold_extracts
from schemas.name_keys import match_form
from schemas.patterns import found
from schemas.rows import picked, widened
from schemas.rowwise.passes import Passes

_WORD = "[А-яЁё0-9]+(?:-[А-яЁё0-9]+)*"
WORDS = f"{_WORD}(?: (?:№ )?{_WORD})*"
QUOTED = f'"{WORDS}"|«{WORDS}»'
_INITIALS = "(?: [А-ЯЁ][.] ?[А-ЯЁ][.])?"
LOOSE = f"{WORDS}{_INITIALS}"
# Other forms that stand before quotes and are spelt as they are shown.
STATED = f"{COMMON}|ОДО|НАО|АНО|НКО|ТСЖ|ТСН|СНТ|МУП|ГУП|ФГУП|ГБУ|МБУ|ФГБУ|ГБУЗ|МБОУ|ГКУ|МКУ|ФКУ"
_WHOLE = f"^(?:{STATED}) (?:{QUOTED})$"
_FORMED = f"^(?:{COMMON}) {LOOSE}$"
_FORMLESS = f"^{LOOSE}$"
_WRITTEN = f"^{LOOSE}(?: (?:{QUOTED}))?$"
_PERSON = "ИП"


def is_plain(names: pl.Series) -> pl.Series:
    """Where a name is a form and a core, or a core alone, that needs no cleaning; false for nulls."""
    whole, loose = _sure(found(names, _WHOLE)), _sure(found(names, _FORMLESS))
    if loose.any():
        plain = _is_plainly_loose(names.filter(loose))
        loose = loose.scatter(loose.arg_true(), plain)
    shaped = whole | loose
    return shaped & ~_sure(may_hold_extracts(_as_shown(names))) if shaped.any() else shaped


def _as_shown(names: pl.Series) -> pl.Series:
    """A person's name loses its quotes, and what they hid may be read: «ИП "ОП"»."""
    quoted = _sure(found(names, f'^{_PERSON} ["«]'))
    if not quoted.any():
        return names
    bare = names.filter(quoted).str.replace_all('["«»]', "")
    return names.clone().scatter(quoted.arg_true(), bare)


def _sure(answer: pl.Series) -> pl.Series:
    return answer.fill_null(value=False) if answer.null_count() else answer


def _is_plainly_loose(names: pl.Series) -> pl.Series:
    """Where a name without quotes opens with a common form, or with none, and ends with none."""
    low = names.str.to_lowercase()
    formless = ~found(names, _FORMED)
    plain = ~found(low, TAIL)
    if not formless.any():
        return plain
    begun = low.filter(formless)
    beginning = found(begun, HEAD) | found(begun, WEAK_HEAD)
    return plain & ~formless.scatter(formless.arg_true(), beginning)


def is_written(names: pl.Series) -> pl.Series:
    """Where a name is Cyrillic words, the last of them perhaps in quotes; false for nulls."""
    return _sure(found(names, _WRITTEN))


def chevrons(name: pl.Expr) -> pl.Expr:
    """A plain name with its straight quotes made «chevrons»."""
    return name.str.replace(' "', " «", literal=True).str.replace('"', "»", literal=True)


def plain_parts(names: pl.Series) -> pl.DataFrame:
    """Columns name, full_name, legal_form and name_core of names that are all plain."""
    formed = found(names, f"{_WHOLE}|{_FORMED}").alias("formed")
    frame = pl.DataFrame([names.alias("given"), formed])
    return picked(widened(frame, _halves()), _parts())


@cache
def _halves() -> Passes:
    given, formed = pl.col("given"), pl.col("formed")
    halves = given.str.splitn(" ", 2).struct
    bare = halves.field("field_1").str.strip_chars('"«»')
    return Passes(
        [
            pl.when(formed).then(halves.field("field_0")).alias("form"),
            pl.when(formed).then(bare).otherwise(given).alias("core"),
        ]
    )


@cache
def _parts() -> Passes:
    form, core = pl.col("form"), pl.col("core")
    return Passes(
        [
            shown(form, core).alias("name"),
            chevrons(pl.col("given")).alias("full_name"),
            form.alias("legal_form"),
            match_form(core).alias("name_core"),
        ]
    )


def shown(form: pl.Expr, core: pl.Expr) -> pl.Expr:
    """A plain core as people see it: quoted after its form, a person's bare, alone without a form."""
    return (
        pl.when(form.is_null())
        .then(core)
        .when(form == _PERSON)
        .then(pl.concat_str(form, core, separator=" "))
        .otherwise(pl.concat_str(form, pl.lit(" «"), core, pl.lit("»")))
    )
