"""Letters in a column of MIME as base64, read once however many of their fields are asked for.

Reading MIME is no work for columns, so here, and nowhere else, rows are gone through one by one; what was
read lately is kept.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

import polars as pl

from mappings.letters.letter import Letter, parsed

LETTERS_KEPT = 2_000
_TEXT, _MANY = pl.String(), pl.List(pl.String)
_read: OrderedDict[bytes, Letter] = OrderedDict()
_lock = Lock()


def told(cell: pl.Expr, tell: Callable[[Letter], str]) -> pl.Expr:
    """What `tell` says of each letter; null where it says nothing."""

    def each(cells: pl.Series) -> pl.Series:
        found = [None if one is None else (tell(_letter(one)) or None) for one in cells]
        return pl.Series(cells.name, found, dtype=_TEXT)

    return cell.cast(pl.String).map_batches(each, return_dtype=_TEXT, is_elementwise=True)


def told_many(cell: pl.Expr, tell: Callable[[Letter], Sequence[str]]) -> pl.Expr:
    """The list `tell` gives of each letter."""

    def each(cells: pl.Series) -> pl.Series:
        found = [None if one is None else list(tell(_letter(one))) for one in cells]
        return pl.Series(cells.name, found, dtype=_MANY)

    return cell.cast(pl.String).map_batches(each, return_dtype=_MANY, is_elementwise=True)


def _letter(mime: str) -> Letter:
    mark = hashlib.blake2b(mime.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    with _lock:
        if mark in _read:
            _read.move_to_end(mark)
            return _read[mark]
    letter = parsed(_octets(mime))
    with _lock:
        _read[mark] = letter
        while len(_read) > LETTERS_KEPT:
            _read.popitem(last=False)
    return letter


def _octets(mime: str) -> bytes:
    try:
        return base64.b64decode(mime)
    except (binascii.Error, ValueError):
        return b""
