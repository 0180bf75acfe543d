"""Patterns looked for in few texts or in many.

Polars compiles a pattern anew whenever thirty-two others came between: half a millisecond for a short one,
ten for all legal forms, more than the search itself where texts are few. Python compiles it once for the
life of the process. Both answer alike for texts of ordinary signs; where there are others, Polars is asked.
The longest patterns say nothing of letters, digits or borders of words as such: they are alike to both on
nearly every text, and worth it for more of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import polars as pl

from schemas.rowwise.columns import column_of
from schemas.rowwise.through import through

_FEW = 500
_LONG, FEW_FOR_LONG = 1000, 3000
# Of these, what is a letter, a digit, a space, a border of a word or a capital is the same to both.
_STRANGE = "[^ -~А-яЁё«»№–—]"
_ordinary = re.compile(r"[ -~А-яЁё«»№–—]*").fullmatch
# Spaces are the same to both but for these; and to Python `$` is also before a last line's end.
_unlike = re.compile(r"[\n\x1c-\x1f]").search
_OF_SIGNS_ALONE = re.compile(r"(?:[^\\(]|\((?!\?)|\(\?:|\\[s.&|+*?()\[\]{}/-])*").fullmatch
_LETTER_CLASSES = {r"\p{L}": "A-Za-zА-яЁё", r"\p{N}": "0-9", r"\p{Cyrillic}": "А-яЁё"}
_PIECE = re.compile(r"\\p\{(?:L|N|Cyrillic)\}|\\.|.", re.DOTALL)
Change = tuple[str, str]
"""A pattern, which must not match nothing, and what stands in its place; `$1` is its first group."""


@cache
def as_python(pattern: str) -> re.Pattern[str]:
    """The pattern as Python spells it: `\\p{L}` is a class of its own or a part of one."""
    inside, done = False, []
    for piece in _PIECE.findall(pattern):
        signs = _LETTER_CLASSES.get(piece)
        done.append(piece if signs is None else signs if inside else f"[{signs}]")
        inside = piece == "[" or (inside and piece != "]")
    return re.compile("".join(done))


@cache
def template(new: str) -> str:
    """What Polars puts in a match's place, as Python spells it."""
    return re.sub(r"\$\{?([0-9])\}?", r"\\g<\1>", new.replace("\\", r"\\"))


@cache
def _is_long(pattern: str) -> bool:
    return len(pattern) > _LONG and _OF_SIGNS_ALONE(pattern) is not None


def is_ordinary(text: str) -> bool:
    """Whether Polars and Python see the same letters, digits, spaces and borders in the text."""
    return _ordinary(text) is not None


def _few(texts: pl.Series | list[str], pattern: str = "") -> Sequence[str | None] | None:
    """The texts, if they are few and of signs that mean the same to both."""
    long = _is_long(pattern)
    if len(texts) > (FEW_FOR_LONG if long else _FEW):
        return None
    listed = texts if isinstance(texts, list) else texts.to_list()
    if long:
        alike = not _unlike("".join(filter(None, listed)))
    else:
        alike = all(text is None or _ordinary(text) for text in listed)
    return listed if alike else None


def extraordinary(texts: pl.Series) -> pl.Series:
    """Where a text has other than ordinary signs; false for nulls."""
    if len(texts) > _FEW:
        return texts.str.contains(_STRANGE).fill_null(False)
    answers = [text is not None and not is_ordinary(text) for text in texts.to_list()]
    return column_of(texts.name, answers, pl.Boolean)


def found(texts: pl.Series, pattern: str) -> pl.Series:
    """Whether `pattern` occurs in each text; null for nulls."""
    few = _few(texts, pattern)
    if few is None:
        return texts.str.contains(pattern)
    look = as_python(pattern).search
    answers = [None if text is None else look(text) is not None for text in few]
    return column_of(texts.name, answers, pl.Boolean)


def without(texts: pl.Series, pattern: str) -> pl.Series:
    """Each text without the first match of `pattern`."""
    few = _few(texts, pattern)
    if few is None:
        return texts.str.replace(pattern, "")
    cut = as_python(pattern).sub
    answers = [text if text is None else cut("", text, 1) for text in few]
    return column_of(texts.name, answers, pl.String)


def rewritten(texts: pl.Series, changes: Sequence[Change], *, once: bool = False) -> pl.Series:
    """Each text after the `changes` in their order, everywhere or at the first place only."""
    few = _few(texts)
    if few is None:
        for pattern, new in changes:
            texts = texts.str.replace(pattern, new) if once else texts.str.replace_all(pattern, new)
        return texts
    told = [text if text is None else _rewritten(text, changes, int(once)) for text in few]
    return column_of(texts.name, told, pl.String)


def _rewritten(text: str, changes: Sequence[Change], times: int) -> str:
    for pattern, new in changes:
        text = as_python(pattern).sub(template(new), text, times)
    return text


def extracted(texts: pl.Series, pattern: str) -> pl.Series:
    """The first group of the first match in each text; null where there is none."""
    few = _few(texts)
    if few is None:
        return texts.str.extract(pattern)
    look = as_python(pattern).search
    matches = [None if text is None else look(text) for text in few]
    return column_of(texts.name, [m.group(1) if m else None for m in matches], pl.String)


def counted(texts: pl.Series, pattern: str) -> pl.Series:
    """How often `pattern` occurs in each text; null for nulls."""
    few = _few(texts)
    if few is None:
        return texts.str.count_matches(pattern)
    find = as_python(pattern).findall
    counts = [None if text is None else len(find(text)) for text in few]
    return column_of(texts.name, counts, pl.UInt32)


def occurs(text: pl.Expr, pattern: str) -> pl.Expr:
    """`found` as an expression."""

    def one(text: str) -> Any:
        pieces = _few([text], pattern)
        return NotImplemented if pieces is None else as_python(pattern).search(text) is not None

    return through(text, lambda texts: found(texts, pattern), pl.Boolean, one=one)


def cut(text: pl.Expr, pattern: str) -> pl.Expr:
    """`without` as an expression."""

    def one(text: str) -> Any:
        pieces = _few([text], pattern)
        return NotImplemented if pieces is None else as_python(pattern).sub("", text, 1)

    return through(text, lambda texts: without(texts, pattern), one=one)


def taken(text: pl.Expr, pattern: str) -> pl.Expr:
    """`extracted` as an expression."""

    def one(text: str) -> Any:
        if not is_ordinary(text):
            return NotImplemented
        match = as_python(pattern).search(text)
        return match.group(1) if match else None

    return through(text, lambda texts: extracted(texts, pattern), one=one)


def changed(text: pl.Expr, *changes: Change, once: bool = False) -> pl.Expr:
    """`rewritten` as an expression."""

    def one(text: str) -> Any:
        return _rewritten(text, changes, int(once)) if is_ordinary(text) else NotImplemented

    return through(text, lambda texts: rewritten(texts, changes, once=once), one=one)
