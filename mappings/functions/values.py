"""Plain values: texts, empty references, numbers, yes and no, barcodes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from schemas.outcome import EVIDENCE, REASON, VALUE, outcome
from schemas.requisites.checksums import weighted
from schemas.rows import change_where
from schemas.rowwise.through import through

_EMPTY_REF = "00000000-0000-0000-0000-000000000000"
_YES = ["true", "да", "yes", "y", "1", "истина", "д", "t"]
_NO = ["false", "нет", "no", "n", "0", "ложь", "н", "f"]
_NUMBER = pl.Decimal(38, 9)
_NUMBER_OUTCOME = pl.Struct({VALUE: _NUMBER, REASON: pl.String, EVIDENCE: pl.String})
_VISIBLE = "[!-~А-Яа-яЁё№«»–—]+"
_CLEAN = rf"^(?:{_VISIBLE} )*{_VISIBLE}$"
_STRANGE = "[^ !-~А-Яа-яЁё№«»–—]"
_INVISIBLE = r"[\p{Cf}\p{Cc}]"
# Everything Unicode calls white space, the no-break space of Word and Excel first of all.
_SPACES = [
    *"\t\n\x0b\x0c\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000",
    *map(chr, range(0x2000, 0x200B)),
]


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def strip(cell: pl.Expr) -> pl.Expr:
    """The text without spaces at its ends; an empty one is null.

    >>> pl.select(strip(pl.lit(" a ")), strip(pl.lit("  ")).alias("empty")).row(0)
    ('a', None)
    """
    return _filled(cell.str.strip_chars())


def _cleaned(cells: pl.Series) -> pl.Series:
    cell = pl.col("cell")
    frame = cells.alias("cell").to_frame()
    even = cell.str.replace_many(_SPACES, [" "] * len(_SPACES))
    visible = even.str.normalize("NFC").str.replace_all(_INVISIBLE, "")
    strange = cells.str.contains(_STRANGE).fill_null(False)
    frame = change_where(frame, strange, lambda rows: rows.select(cell=visible))
    odd = ~frame["cell"].str.contains(_CLEAN).fill_null(True)
    single = strip(cell.str.replace_all(" {2,}", " "))
    return change_where(frame, odd, lambda rows: rows.select(cell=single))["cell"]


def text(cell: pl.Expr) -> pl.Expr:
    """Unicode in normal form C, no invisible characters, single spaces; an empty one is null.

    Form KC would turn № into No and ² into 2.

    >>> pl.select(text(pl.lit("  Иван\\u00a0 Петров\\u200b "))).item()
    'Иван Петров'
    """
    return through(cell, _cleaned, pl.String)


def upper(cell: pl.Expr) -> pl.Expr:
    """The text in capitals.

    >>> pl.select(upper(pl.lit("ммк"))).item()
    'ММК'
    """
    return cell.str.to_uppercase()


def lower(cell: pl.Expr) -> pl.Expr:
    """The text in small letters.

    >>> pl.select(lower(pl.lit("ММК"))).item()
    'ммк'
    """
    return cell.str.to_lowercase()


def empty_ref(cell: pl.Expr) -> pl.Expr:
    """The reference, null if it is 1C's empty one (all zeros) or blank.

    >>> pl.select(empty_ref(pl.lit("00000000-0000-0000-0000-000000000000"))).item() is None
    True
    """
    bare = strip(cell)
    return pl.when(bare != _EMPTY_REF).then(bare)


def spaced(cell: pl.Expr) -> pl.Expr:
    """A name of 1C that stands for a value, as a phrase; a text with spaces stays as it is.

    >>> pl.select(spaced(pl.lit("КВыполнению"))).item()
    'К выполнению'
    """
    ended = cell.str.replace_all(r"(\p{Ll})(\p{Lu})", "$1 $2")
    parted = ended.str.replace_all(r"(\p{Lu})(\p{Lu}\p{Ll})", "$1 $2")
    phrase = parted.str.slice(0, 1) + parted.str.slice(1).str.to_lowercase()
    return pl.when(cell.str.contains(r"^\p{Lu}\p{L}*\p{Ll}$")).then(phrase).otherwise(cell)


def _respelled(rows: pl.DataFrame) -> pl.DataFrame:
    """Grouping removed, a decimal point, no plus; texts that are no number stay as they are."""
    bare = pl.col("cell").str.replace_all(r"[\s'’]", "")
    grouped = bare.str.contains(r"^-?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+$")
    plain = (
        pl.when(grouped).then(bare.str.replace_all(",", "")).otherwise(bare.str.replace(",", "."))
    )
    return rows.select(cell=_filled(plain.str.strip_prefix("+")))


def _numbers(cells: pl.Series) -> pl.Series:
    plain = cells.str.contains(r"^-?[0-9]{1,28}(\.[0-9]+)?$").fill_null(True)
    cell = pl.col("cell")
    frame = change_where(cells.alias("cell").to_frame(), ~plain, _respelled)
    readable = cell.str.contains(r"^-?([0-9]{1,28}(\.[0-9]*)?|\.[0-9]+)$")
    scientific = cell.str.contains(r"^-?[0-9](\.[0-9]+)?[eE][+-]?[0-9]{1,2}$")
    exact = pl.when(readable).then(cell).cast(_NUMBER, strict=False)
    frame = frame.with_columns(value=exact)
    spelled = (
        pl.when(scientific).then(cell).cast(pl.Float64, strict=False).cast(_NUMBER, strict=False)
    )
    unread = frame["value"].is_null() & frame["cell"].is_not_null()
    frame = change_where(frame, unread, lambda rows: rows.with_columns(value=spelled))
    wrong = cell.is_not_null() & pl.col("value").is_null()
    reason = pl.when(wrong).then(pl.lit("number_unreadable"))
    return frame.select(outcome(pl.col("value"), reason).cast(_NUMBER_OUTCOME)).to_series()


def number(cell: pl.Expr) -> pl.Expr:
    """The outcome for a number (Decimal, 9 places): spaces group digits, a comma or a point divides.

    A comma that groups thousands next to a decimal point is dropped.

    >>> pl.select(number(pl.lit("1 234,56"))).item()["value"]
    Decimal('1234.560000000')
    >>> pl.select(number(pl.lit("много"))).item()["reason"]
    'number_unreadable'
    """
    return through(cell.cast(pl.String), _numbers, _NUMBER_OUTCOME)


def yes_no(cell: pl.Expr) -> pl.Expr:
    """The outcome for a Boolean: да/нет, Y/N, true/false, 1/0, истина/ложь in any case.

    >>> pl.select(yes_no(pl.lit("Да"))).item()["value"]
    True
    """
    bare = _filled(cell.cast(pl.String).str.strip_chars().str.to_lowercase())
    value = pl.when(bare.is_in(_YES)).then(True).when(bare.is_in(_NO)).then(False)
    wrong = bare.is_not_null() & value.is_null()
    return outcome(value, pl.when(wrong).then(pl.lit("yes_no_unreadable")))


def barcode(cell: pl.Expr) -> pl.Expr:
    """The outcome for a GTIN of 8, 12, 13 or 14 digits whose check digit holds (GS1).

    >>> pl.select(barcode(pl.lit("4006381333931"))).item()["value"]
    '4006381333931'
    >>> pl.select(barcode(pl.lit("4006381333932"))).item()["reason"]
    'barcode_checksum'
    """
    bare = _filled(cell.str.replace_all(r"[\s'’\-]", "").str.replace(r"\.0$", ""))
    digits = pl.when(bare.str.contains(r"^([0-9]{8}|[0-9]{12,14})$")).then(bare)
    number = digits.cast(pl.UInt64, strict=False)
    holds = weighted(number, (3, 1) * 6 + (3, 1)) % 10 == 0
    wrong = bare.is_not_null() & ~(holds & (number > 0)).fill_null(False)
    return outcome(pl.when(~wrong).then(bare), pl.when(wrong).then(pl.lit("barcode_checksum")))


FUNCTIONS: Mapping[str, Function] = {
    "strip": strip,
    "text": text,
    "upper": upper,
    "lower": lower,
    "empty_ref": empty_ref,
    "spaced": spaced,
    "number": number,
    "yes_no": yes_no,
    "barcode": barcode,
}
