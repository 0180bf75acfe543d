"""Parts of an address told apart by their type words, in whatever order they come (handbook 2.6).

Segments repeat a lot, so each distinct one is understood once; which piece of an address counts for which
part is then settled on numbers alone.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from mappings.functions.addressing.pieces import TOLD, understood
from schemas.lookups import looked_up
from schemas.patterns import rewritten
from schemas.rows import nulls, only_where, picked
from schemas.rowwise.columns import column_of
from schemas.rowwise.passes import Passes

PARTS = ("region", "settlement", "street", "house", "building")
_CITY_OF_FEDERAL = {"77": "москва", "78": "санкт-петербург", "92": "севастополь"}
_BREAK = "\x1f"
_OTHER_COMMAS = r"[;()\n]"
_KINDS = pl.Enum(TOLD)
_CODES = {kind: code for code, kind in enumerate(TOLD)}
_SAID = ("name", "core", "code", "number", "inner", "building")
_FEW = 64  # from here on an engine made for many rows is worth its price
_SEGMENTS = [
    pl.col("text")
    .str.replace_all(",", _BREAK + ",", literal=True)
    .str.split(_BREAK)
    .alias("segments")
]
_SIZES = [pl.col("segments"), pl.col("segments").list.len().fill_null(0).alias("size")]
_SILENT = pl.DataFrame({name: [None] for name in _SAID}, schema=dict.fromkeys(_SAID, pl.String))
Numbers = npt.NDArray[np.int64]


def parse(texts: pl.Series) -> pl.DataFrame:
    """Columns postal_code, region, settlement, street, house, building; nulls where nothing is said."""
    return _told(_Pieces(texts))


class _Pieces:
    """The pieces of every address, in order, as numbers of lines in the table of `understood` ones."""

    def __init__(self, texts: pl.Series) -> None:
        self.height = len(texts)
        segments, sizes = _segments(_commas(texts))
        distinct, which = _numbered(segments)
        lines = understood(distinct)
        first, count = _places(lines["nth"], len(distinct))
        self.kinds = _codes(lines["kind"])
        self.present = {name: _present(lines[name]) for name in _SAID}
        # The line after the last one says nothing: it is what an address without such a piece gets.
        self.table = lines[list(_SAID)].vstack(_SILENT)
        self.nothing = lines.height
        self.silent = nulls(self.height)
        pieces = count[which]
        rows = np.repeat(np.arange(self.height), sizes)
        self.rows = np.repeat(rows, pieces)
        begins = np.cumsum(pieces) - pieces
        within = np.arange(len(self.rows)) - np.repeat(begins, pieces)
        self.lines = np.repeat(first[which], pieces) + within

    def said(self, column: str, kind: str) -> Numbers:
        """Places of the pieces of this kind that have a value in `column`."""
        fits = (self.kinds == _CODES[kind]) & self.present[column]
        found: Numbers = np.flatnonzero(fits[self.lines])
        return found

    def first(self, column: str, kind: str) -> pl.Series:
        """The first value of each address."""
        return self.values(column, self.said(column, kind)[::-1])

    def last(self, column: str, kind: str) -> pl.Series:
        """The last value of each address."""
        return self.values(column, self.said(column, kind))

    def second(self, column: str, kind: str) -> pl.Series:
        """The second value of each address."""
        found = self.said(column, kind)
        rows = self.rows[found]
        again = np.flatnonzero(rows[1:] == rows[:-1]) + 1
        return self.values(column, found[again][::-1])

    def joined(self, column: str, kind: str) -> pl.Series:
        """All values of each address, put together."""
        found = self.said(column, kind)
        if not len(found):
            return self.silent
        values = self.table[column].gather(self.lines[found])
        frame = pl.DataFrame({"row": self.rows[found], "value": values})
        whole = frame.group_by("row").agg(pl.col("value").str.join(""))
        return self.silent.clone().scatter(whole["row"], whole["value"])

    def values(self, column: str, found: Numbers) -> pl.Series:
        """The value of each address among the places `found`; of several the last one wins."""
        if not len(found):
            return self.silent
        chosen = np.full(self.height, self.nothing, dtype=np.int64)
        chosen[self.rows[found]] = self.lines[found]
        if self.height > _FEW:
            return self.table[column].gather(chosen)
        known = self.table[column].to_list()
        return column_of(column, [known[line] for line in chosen.tolist()], pl.String)


def _commas(texts: pl.Series) -> pl.Series:
    if len(texts) <= _FEW:
        return rewritten(texts, [(_OTHER_COMMAS, ",")])
    return only_where(texts, _OTHER_COMMAS, lambda s: s.str.replace_all(_OTHER_COMMAS, ","))


def _segments(texts: pl.Series) -> tuple[pl.Series, Numbers]:
    """The pieces between commas of all texts, each but the first with its comma, and how many each has."""
    if len(texts) > _FEW:
        cut = texts.to_frame("text").select(_SEGMENTS).select(_SIZES)
        found = cut["segments"].explode(empty_as_null=False, keep_nulls=False)
        return found, cut["size"].to_numpy()
    listed = [
        [] if t is None else t.replace(",", _BREAK + ",").split(_BREAK) for t in texts.to_list()
    ]
    pieces = [piece for some in listed for piece in some]
    sizes = np.array([len(some) for some in listed], dtype=np.int64)
    return column_of("segments", pieces, pl.String), sizes


def _codes(kinds: pl.Series) -> npt.NDArray[Any]:
    if len(kinds) > _FEW:
        return kinds.cast(_KINDS).to_physical().to_numpy()
    return np.array([_CODES[kind] for kind in kinds.to_list()], dtype=np.int64)


def _present(values: pl.Series) -> npt.NDArray[np.bool_]:
    if len(values) > _FEW:
        return values.is_not_null().to_numpy()
    return np.array([value is not None for value in values.to_list()], dtype=np.bool_)


def _numbered(segments: pl.Series) -> tuple[pl.Series, Numbers]:
    """The distinct segments, and for each segment the number of its like."""
    if len(segments) <= _FEW:
        listed = segments.to_list()
        known = {segment: nth for nth, segment in enumerate(dict.fromkeys(listed))}
        numbers = np.array([known[segment] for segment in listed], dtype=np.int64)
        return column_of("segment", list(known), pl.String), numbers
    frame = segments.alias("segment").to_frame().with_row_index("place")
    groups = frame.group_by("segment", maintain_order=True).agg("place")
    sizes = groups["place"].list.len().to_numpy()
    which = np.empty(len(segments), dtype=np.int64)
    which[groups["place"].explode().to_numpy()] = np.repeat(np.arange(groups.height), sizes)
    return groups["segment"], which


def _places(segments: pl.Series, count: int) -> tuple[Numbers, Numbers]:
    """Where the lines of each segment begin in the table, and how many they are."""
    counts = np.bincount(segments.to_numpy(), minlength=count)
    return np.cumsum(counts) - counts, counts


def _told(pieces: _Pieces) -> pl.DataFrame:
    """One line per address: what its pieces say. Unnamed types: first a settlement, then a street."""
    given = pl.DataFrame(
        {
            "postal_code": pieces.first("name", "postal"),
            "by_region": pieces.first("code", "region"),
            "by_city": pieces.first("code", "settlement"),
            "settlement": pieces.last("core", "settlement"),
            "street": pieces.first("core", "street"),
            "planning": pieces.first("core", "planning"),
            "loose": pieces.first("core", "untyped"),
            "loose_second": pieces.second("core", "untyped"),
            "house": pieces.first("number", "house"),
            "inner": pieces.first("inner", "house"),
            "building": pieces.joined("building", "building"),
        }
    )
    return picked(given, _answer())


@cache
def _answer() -> Passes:
    region = pl.coalesce("by_region", "by_city")
    federal = looked_up(region, _CITY_OF_FEDERAL)
    city = pl.coalesce("settlement", federal)
    street = pl.when(city.is_null()).then("loose_second").otherwise("loose")
    building = pl.concat_str("inner", "building", ignore_nulls=True)
    return Passes(
        [
            pl.col("postal_code"),
            region.alias("region"),
            pl.coalesce(city, "loose").alias("settlement"),
            pl.coalesce("street", "planning", street).alias("street"),
            pl.col("house"),
            pl.when(building != "").then(building).alias("building"),
        ]
    )
