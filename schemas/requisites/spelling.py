"""How cells spell a requisite: Excel's apostrophes and floats, labels, spaces, and `INN/KPP` in one cell.

Only spellings that lose no digit are undone; `7.70708E+09` lost four and stays unreadable.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from schemas.outcome import EVIDENCE, REASON, VALUE
from schemas.rows import apart, change_where, nulls, picked
from schemas.rowwise.passes import Passes
from schemas.rowwise.through import through

APOSTROPHE, FLOAT, SCIENTIFIC, SPACES = "apostrophe", "float_spelling", "scientific", "spaces"
LABEL, COMBINED, LOST_ZERO, EMPTY_MARKER = "label", "combined", "lost_zero", "empty_marker"

EMPTY_MARKERS = frozenset(
    str.split(
        "- -- — – _ . ? / * x х нет н/д нд б/н отсутствует неизвестно неуказан неприсвоен n/a na none null nan"
    )
)
_LABEL = r"^(?i:инн|кпп|огрнип|огрн|окпо|бик|inn|kpp|ogrnip|ogrn|okpo|bik)[:.№#=]*"
_FLOAT = r"^([0-9]+)[.,]0+$"
_SCIENTIFIC = r"^([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})$"
_APOSTROPHES = r"['’‘ʼ`´\"]"
_WHITE = r"[\s\p{Cf}]"

OUTCOME = pl.Struct({VALUE: pl.String, REASON: pl.String, EVIDENCE: pl.String})
_NOTHING = pl.Series([dict.fromkeys((VALUE, REASON, EVIDENCE))], dtype=OUTCOME)
_DIGITS = r"^[0-9]{1,18}$"
_ODD = Passes([~pl.col("text").str.contains(_DIGITS).fill_null(True)])
Rule = Callable[[pl.DataFrame], pl.DataFrame]


def _expanded(text: pl.Expr) -> pl.Expr:
    """The digits of scientific spelling, null where it is another spelling or digits are missing."""
    parts = text.str.extract_groups(_SCIENTIFIC).struct
    fraction = parts.field("2").fill_null("")
    exponent = parts.field("3").cast(pl.Int64)
    missing = exponent - fraction.str.len_chars().cast(pl.Int64)
    digits = (parts.field("1") + fraction).str.pad_end(exponent + 1, "0")
    return pl.when(missing.is_between(0, 2)).then(digits)


def _half(text: pl.Expr, part: int) -> pl.Expr:
    return text.str.extract(r"^([0-9]{9,12})[/\\,;|]([0-9\p{L}]{8,9})$", part + 1)


def _respell(part: int) -> Callable[[pl.DataFrame], pl.DataFrame]:
    raw, text = pl.col("raw"), pl.col("text")
    bare = raw.str.normalize("NFKC").str.replace_all(_WHITE, "")
    unquoted = bare.str.replace_all(_APOSTROPHES, "")
    unlabelled = unquoted.str.replace(_LABEL, "")
    half, whole, expanded = _half(text, part), text.str.extract(_FLOAT, 1), _expanded(text)

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        stripped = frame.with_columns(text=unlabelled, unquoted=unquoted, bare=bare)
        empty = (text == "") | text.str.to_lowercase().is_in(EMPTY_MARKERS)
        return stripped.with_columns(
            text=pl.when(empty).then(None).otherwise(pl.coalesce(half, whole, expanded, text)),
            evidence=pl.when((text == "") & (bare == ""))
            .then(None)
            .when(empty)
            .then(pl.lit(EMPTY_MARKER))
            .when(expanded.is_not_null())
            .then(pl.lit(SCIENTIFIC))
            .when(whole.is_not_null())
            .then(pl.lit(FLOAT))
            .when(half.is_not_null())
            .then(pl.lit(COMBINED))
            .when(pl.col("unquoted") != bare)
            .then(pl.lit(APOSTROPHE))
            .when(text != pl.col("unquoted"))
            .then(pl.lit(LABEL))
            .when(bare != raw)
            .then(pl.lit(SPACES)),
        )

    return change


def tidy(cells: pl.Series, part: int = 0) -> pl.DataFrame:
    """Columns text, evidence and number (UInt64, null unless the text is 1 to 18 digits).

    `part` says which half of a cell «ИНН/КПП» is meant: 0 the first, 1 the second.
    """
    odd = picked(cells.to_frame("text"), _ODD).to_series()
    texts = [cells.alias("text"), nulls(len(cells)).alias("evidence")]
    if not odd.any():
        return pl.DataFrame([*texts, cells.cast(pl.UInt64, strict=False).alias("number")])
    frame = pl.DataFrame([cells.alias("raw"), *texts])
    tidied = change_where(frame, odd, _respell(part)).drop("raw")
    number = tidied["text"].cast(pl.UInt64, strict=False)
    number = number.set(~tidied["text"].str.contains(_DIGITS).fill_null(False), None)
    return tidied.with_columns(number=number)


def judged(cell: pl.Expr, rule: Rule, part: int = 0) -> pl.Expr:
    """The outcome of `rule` over tidied cells; the rule answers columns value, reason, evidence."""

    def judge(cells: pl.Series) -> pl.Series:
        verdict = rule(tidy(cells, part))[[VALUE, REASON, EVIDENCE]]
        return verdict.to_struct(cells.name).cast(OUTCOME)

    def answer(cells: pl.Series) -> pl.Series:
        empty = cells.null_count()
        if not empty:
            return judge(cells)
        if empty == len(cells):
            return _silent(cells).rename(cells.name)
        return apart(cells, cells.is_null(), _silent, judge)

    return through(cell.cast(pl.String), answer, OUTCOME, elementwise=False)


def _silent(cells: pl.Series) -> pl.Series:
    return _NOTHING.new_from_index(0, len(cells))


def verdict(value: pl.Expr, reason: pl.Expr, evidence: pl.Expr) -> list[pl.Expr]:
    """The three columns of an outcome; a refused text has no value."""
    refused = reason.is_not_null()
    return [
        pl.when(~refused).then(value).alias(VALUE),
        reason.alias(REASON),
        evidence.alias(EVIDENCE),
    ]
