"""Requisites and phones that a spreadsheet made into numbers: spelled out again, or told as cut."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

NUMBERS = ("inn", "kpp", "ogrn", "phones")
CUT = "digits_cut"
_E = "[eEеЕ]"
_FLOAT = r"^\s*\+?(\d{3,})[.,]0+\s*$"
_SCIENTIFIC = rf"^\s*(\d)[.,]?(\d*){_E}\+?(\d{{1,2}})\s*$"
# After the point Excel shows five digits at most. Of several numbers in a cell each may be such a one.
_CUT = rf"(^|[\s,;/])\d(?:[.,]\d{{1,5}})?{_E}\+?(?:0?[6-9]|1\d)($|[\s,;/])"


def spelled_out(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Whole numbers written as a fraction or with an exponent as their digits, other texts as they are.

    >>> cells = pl.DataFrame({"phones": ["79161234567.0", "7,9161234567E+10", "7,91612E+10"]})
    >>> spelled_out(cells, ["phones"])["phones"].to_list()
    ['79161234567', '79161234567', '7,91612E+10']
    """
    return frame.with_columns(
        _spelled(pl.col(name)).alias(name)
        for name in names
        if frame[name].str.contains(rf"{_FLOAT}|{_SCIENTIFIC}").any()
    )


def _spelled(text: pl.Expr) -> pl.Expr:
    lead, fraction, exponent = (text.str.extract(_SCIENTIFIC, part) for part in (1, 2, 3))
    whole = fraction.str.len_bytes() == exponent.cast(pl.Int64)
    return pl.coalesce(text.str.extract(_FLOAT, 1), pl.when(whole).then(lead + fraction), text)


def without_cut(raw: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The rows with numbers spelled out, those with digits gone taken out; of each, `field:digits_cut`.

    `7,91612E+10` is a number of eleven digits, of which five are not known any more.

    >>> rows, notes = without_cut(pl.DataFrame({"inn": ["7,70708E+09", "7.707083893E9"]}))
    >>> rows["inn"].to_list(), notes.to_list()
    ([None, '7707083893'], [['inn:digits_cut'], []])
    """
    spelled = spelled_out(raw, [name for name in NUMBERS if name in raw.columns])
    cut = {n: spelled[n].str.contains(_CUT) for n in NUMBERS if n in raw.columns}
    some = {name: gone for name, gone in cut.items() if gone.any()}
    kept = spelled.with_columns(
        pl.when(gone).then(_left(name)).otherwise(name).alias(name) for name, gone in some.items()
    )
    if not some:
        return kept, pl.Series("cut", [[]] * raw.height, pl.List(pl.String))
    notes = [pl.when(gone).then(pl.lit(f"{name}:{CUT}")) for name, gone in some.items()]
    noted = raw.select(pl.concat_list(notes).list.drop_nulls().alias("cut"))
    return kept, noted.to_series()


def _left(name: str) -> pl.Expr:
    """What stands beside a cut number in its cell."""
    text = pl.col(name).str.replace_all(_CUT, "$1$2").str.strip_chars(" ,;/")
    return pl.when(text != "").then(text)
