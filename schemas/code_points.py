"""Character-by-character work on a whole text column at once, as one array of code points."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.rowwise.columns import column_of

Codes = npt.NDArray[np.uint32]
# Scripts above this are left alone; the table below covers every alphabet used in business names.
_COVERED = 0x3000
_ROW_END = "\x00"
_FEW = 64  # rows up to here cost less one by one


def table(changes: Mapping[str, str], *, lower: bool = False) -> Codes:
    """Look-up table that replaces single characters, after lower-casing if asked."""
    codes = np.arange(_COVERED, dtype=np.uint32)
    for code in range(1, _COVERED):
        low = chr(code).lower() if lower else chr(code)
        new = changes.get(low, low)
        if len(new) == 1:
            codes[code] = ord(new)
    return codes


def per_character(texts: pl.Series, work: Callable[[Codes], Codes]) -> pl.Series:
    """The column after `work` on the code points of all its rows, each row ended by 0.

    `work` must keep the zeros in place; nulls stay null.
    """
    if len(texts) <= _FEW:
        return _of_few(texts, work)
    clean = texts.str.replace_all(_ROW_END, " ", literal=True).fill_null("")
    whole = clean.str.join(_ROW_END).item()
    codes = work(np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32))
    done = codes.tobytes().decode("utf-32-le")
    rows = pl.Series(texts.name, [done]).str.split(_ROW_END).explode(empty_as_null=False)
    return rows.set(texts.is_null(), None) if texts.null_count() else rows


def _of_few(texts: pl.Series, work: Callable[[Codes], Codes]) -> pl.Series:
    """The same, put together and taken apart without an engine that is made for many rows."""
    given = texts.to_list()
    if not given:
        return texts
    whole = _ROW_END.join((text or "").replace(_ROW_END, " ") for text in given)
    codes = work(np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32))
    rows = codes.tobytes().decode("utf-32-le").split(_ROW_END)
    told = [None if text is None else row for text, row in zip(given, rows, strict=True)]
    return column_of(texts.name, told, pl.String)


def translated(texts: pl.Series, codes: Codes) -> pl.Series:
    """The column with every character replaced by the look-up table `codes`.

    >>> translated(pl.Series(["АБ-в", None]), table({"-": " "}, lower=True)).to_list()
    ['аб в', None]
    """
    return per_character(texts, lambda given: _looked_up(given, codes))


def one_translated(codes: Codes) -> Callable[[str], str]:
    """What `translated` does, for one text.

    >>> one_translated(table({"-": " "}, lower=True))("АБ-в")
    'аб в'
    """
    changed = np.flatnonzero(codes != np.arange(len(codes)))
    signs = {int(code): int(codes[code]) for code in changed}
    return lambda text: text.replace(_ROW_END, " ").translate(signs)


def _looked_up(given: Codes, codes: Codes) -> Codes:
    if not len(given) or given.max() < _COVERED:
        known: Codes = codes[given]
        return known
    changed: Codes = np.where(given < _COVERED, codes[np.minimum(given, _COVERED - 1)], given)
    return changed


def initials(texts: pl.Series) -> pl.Series:
    """First characters of the words of each row, put together.

    >>> initials(pl.Series(["один два", "три", ""])).to_list()
    ['од', 'т', '']
    """

    def first_only(given: Codes) -> Codes:
        gap = (given == ord(" ")) | (given == 0)
        before = np.concatenate((np.ones(1, dtype=np.bool_), gap[:-1]))
        kept: Codes = given[(before & ~gap) | (given == 0)]
        return kept

    return per_character(texts, first_only)
