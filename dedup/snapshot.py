"""What a matched base says, as arrays: enough to find one record's likes without reading the base.

Arrays are plain numbers and one long text, so that they can lie in files, be mapped into memory and be
asked by several processes at once; a question touches the few pages it needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.blocking import BLOCK_KEYS, KEYLESS, NODE
from dedup.evidence import CARRIED, KEYS, KEYS_OF, evidence_keys
from dedup.name_evidence import other_names
from dedup.refs import REF
from dedup.team import ALONE, Team
from schemas.keys import key_of
from schemas.rowwise.columns import column_of
from schemas.rowwise.passes import FEW

FORMAT = 8  # rises when arrays of before cannot be read as those of now
OTHER_NAMES = ("full", "layout")
NUMBERS = (*KEYS[1:], *OTHER_NAMES)
PLACED = (NODE, KEYLESS)
_TYPES: dict[str, pl.DataType] = {KEYLESS: pl.Boolean(), NODE: pl.UInt32()}
NOTHING = int(np.iinfo(np.int64).min)  # stands for null
_SLICE = 100_000
_STRIP = 4_096
Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.uint32]


def _same_columns(kind: str) -> bool:
    own = BLOCK_KEYS.get(kind, ((), ()))[0]
    return [key.meta.output_name() for key in own] == list(CARRIED[kind])


# Where the carriers of a value are looked up: with the block keys, or by themselves.
CARRIER_SPANS = {kind: kind if _same_columns(kind) else f"carried {kind}" for kind in CARRIED}
MORE = "+"  # after the kind: keys that only records without requisites have


@dataclass(frozen=True, slots=True)
class Base:
    """Records in the order of their refs: `numbers` (record × NUMBERS), `places` (record × PLACED), and
    refs between `ends`.

    `values` and `rows`, sorted inside each of `spans`: which records carry a value of that kind. Span
    `node` holds the clusters of several records. `marks` tell whether a record has changed. `bonds`
    (record × BONDS) and `pairs` (pair × PAIR) tell what to match anew when some records change.
    """

    numbers: Ints
    places: Ints
    text: npt.NDArray[np.uint8]
    ends: Ints
    values: Ints
    rows: Rows
    marks: Ints
    bonds: Ints
    pairs: Ints
    spans: Mapping[str, tuple[int, int]]

    @property
    def size(self) -> int:
        """How many records."""
        return len(self.numbers)

    def carrying(self, span: str, value: int) -> Rows:
        """The rows of the records with this value; none if it is nowhere."""
        start, end = self.spans.get(span, (0, 0))
        part = self.values[start:end]
        first, last = np.searchsorted(part, [value, value + 1])
        return self.rows[start + int(first) : start + int(last)]

    def present(self, span: str, values: Ints) -> list[int]:
        """Those of `values` that some record carries, in order."""
        start, end = self.spans.get(span, (0, 0))
        part = self.values[start:end]
        first, last = (np.searchsorted(part, values, side=side) for side in ("left", "right"))
        return sorted(set(values[first < last].tolist()))

    def column(self, name: str, rows: Rows) -> Ints:
        """One of NUMBERS or PLACED of the records in `rows`."""
        held, names = (self.places, PLACED) if name in PLACED else (self.numbers, NUMBERS)
        found: Ints = held[rows, names.index(name)]
        return found

    def members(self, node: int) -> Rows:
        """The rows of the records of a cluster, in their order."""
        several = self.carrying(NODE, node)
        return several if len(several) else np.array([node], dtype=np.uint32)

    def evidence(self, rows: Rows) -> pl.DataFrame:
        """NUMBERS and PLACED of the records in `rows`, as matching has them."""
        found = frame_of(self.numbers[rows], NUMBERS)
        return found.hstack(frame_of(self.places[rows], PLACED))

    def refs(self, rows: Rows) -> list[str]:
        """The refs of the records in `rows`."""
        return [self.named(row).decode() for row in rows]

    def named(self, row: int) -> bytes:
        """The ref of a record, as it lies in the text."""
        start = int(self.ends[row - 1]) if row else 0
        return bytes(self.text[start : self.ends[row]])

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All of it but `spans`, by name; what `Base` is made of again."""
        names = ("numbers", "places", "text", "ends", "values", "rows", "marks", "bonds", "pairs")
        return {name: getattr(self, name) for name in names}


def taken(
    placed: pl.DataFrame,
    parties: pl.DataFrame,
    before: Base | None = None,
    *,
    bonds: pl.DataFrame | None = None,
    pairs: pl.DataFrame | None = None,
) -> Base:
    """The base of the records `parties`, whose evidence keys with node and keyless are `placed`.

    What `before` says of a record that has not changed since is taken from there. For `bonds` and `pairs`
    see `dedup.bonds`.
    """
    marks = marks_of(parties)
    at, old = _known(marks, before)
    numbers = np.full((placed.height, len(NUMBERS)), NOTHING, dtype=np.int64)
    looked = np.zeros(placed.height, dtype=np.bool_)
    if before is not None and len(at):
        numbers[at] = before.numbers[old]
        looked[at] = before.places[old, PLACED.index(KEYLESS)] == 1
    # Further names were made of records without requisites alone.
    bare = np.flatnonzero(placed[KEYLESS].to_numpy() & ~looked)
    _fill(numbers, bare, other_names(parties[bare]))
    _fill(numbers, np.arange(placed.height), placed.drop(REF, "row", *PLACED))
    told = frame_of(numbers, NUMBERS).hstack(placed.select("row", *PLACED))
    values, rows, spans = index(told)
    text, ends = _written(parties)
    bound, alike = (_nothing() if part is None else matrix(part) for part in (bonds, pairs))
    places = matrix(placed.select(PLACED))
    return Base(numbers, places, text, ends, values, rows, marks, bound, alike, spans)


def _nothing() -> Ints:
    return np.empty((0, 0), dtype=np.int64)


def keys_of(parties: pl.DataFrame, before: Base | None = None, team: Team = ALONE) -> pl.DataFrame:
    """`evidence_keys` of records with a `ref`, made by `team`, those of unchanged ones taken from `before`."""
    at, old = _known(marks_of(parties), before) if before is not None else (None, None)
    if before is None or at is None or not len(at):
        return team.over(evidence_keys, parties.select(KEYS_OF))
    names = KEYS[1:]
    numbers = np.empty((parties.height, len(names)), dtype=np.int64)
    numbers[at] = before.numbers[old, : len(names)]
    fresh = np.ones(parties.height, dtype=np.bool_)
    fresh[at] = False
    made = team.over(evidence_keys, parties.select(KEYS_OF).filter(pl.Series(fresh)))
    numbers[fresh] = matrix(made.drop(REF))
    return frame_of(numbers, names).insert_column(0, parties[REF])


def marks_of(parties: pl.DataFrame) -> Ints:
    """A number per record that changes with its content; NOTHING where the content has no `hash`."""
    if "hash" not in parties.columns:
        return np.full(parties.height, NOTHING, dtype=np.int64)
    text = pl.concat_str([pl.col(REF), pl.col("hash")], separator="/")
    return parties.select(key_of(text, "mark")).to_series().fill_null(NOTHING).to_numpy()


def _known(marks: Ints, before: Base | None) -> tuple[Rows, Rows]:
    """Where the records that `before` knows stand now, and where they stood."""
    stood = pl.DataFrame({"mark": [] if before is None else before.marks}, {"mark": pl.Int64})
    now = pl.DataFrame({"mark": marks}).with_row_index("at").filter(pl.col("mark") != NOTHING)
    both = now.join(stood.with_row_index("old"), on="mark", maintain_order="left")
    return both["at"].to_numpy(), both["old"].to_numpy()


def matrix(numbers: pl.DataFrame) -> Ints:
    """Columns as whole numbers, NOTHING for null."""
    found = np.empty(numbers.shape, dtype=np.int64)
    whole = pl.all().cast(pl.Int64).fill_null(NOTHING)
    for start in range(0, numbers.height, _SLICE):
        part = numbers.slice(start, _SLICE).select(whole)
        found[start : start + part.height] = part.to_numpy(order="c")
    return found


def _fill(numbers: Ints, rows: Ints, told: pl.DataFrame) -> None:
    for column in told:
        numbers[rows, NUMBERS.index(column.name)] = matrix(column.to_frame())[:, 0]


def frame_of(numbers: Ints, names: Sequence[str]) -> pl.DataFrame:
    """The columns of a matrix, nothing as null, in the types matching has them in."""
    if len(numbers) <= FEW:
        return pl.DataFrame([_few(name, numbers[:, n]) for n, name in enumerate(names)])
    told = pl.DataFrame(dict(zip(names, _turned(numbers), strict=True)))
    missing = [(told[name] == NOTHING).any() for name in names]
    holes = [
        pl.col(n).replace(NOTHING, None) for n, lacks in zip(names, missing, strict=True) if lacks
    ]
    kinds = {name: kind for name, kind in _TYPES.items() if name in names}
    return told.with_columns(holes).cast(pl.Schema(kinds))


def _turned(numbers: Ints) -> Ints:
    """The columns of a matrix as rows; in strips, or each column would be fetched through all the memory."""
    found = np.empty(numbers.shape[::-1], dtype=np.int64)
    for start in range(0, len(numbers), _STRIP):
        strip = numbers[start : start + _STRIP]
        found[:, start : start + len(strip)] = strip.T
    return found


def _few(name: str, numbers: Ints) -> pl.Series:
    kind = _TYPES.get(name, pl.Int64())
    told = [None if number == NOTHING else number for number in numbers.tolist()]
    if kind == pl.Boolean:
        return column_of(name, [None if one is None else bool(one) for one in told], kind)
    return column_of(name, told, kind)


def index(
    every: pl.DataFrame, before: Base | None = None
) -> tuple[Ints, Rows, dict[str, tuple[int, int]]]:
    """Values, rows and spans of all kinds of keys, of carried values, and of clusters.

    `before` is a base of the very same records, of which at most the places and further names are others.
    """
    parts: list[tuple[Ints, Rows]] = []
    spans: dict[str, tuple[int, int]] = {}
    start = 0
    for span, columns, mask in _kinds():
        part = _again(before, span) if mask is None and before else _sorted(every, columns, mask)
        spans[span] = (start, start + len(part[0]))
        start += len(part[0])
        parts.append(part)
    values, rows = (np.concatenate([part[n] for part in parts]) for n in range(2))
    return values, rows, spans


def _again(before: Base, span: str) -> tuple[Ints, Rows]:
    start, end = before.spans[span]
    return before.values[start:end], before.rows[start:end]


def _kinds() -> list[tuple[str, list[pl.Expr], pl.Expr | None]]:
    """(span, its values, which records have it: all of them, if it does not say) of all spans."""
    found: list[tuple[str, Sequence[pl.Expr], pl.Expr | None]] = []
    for kind, (own, more) in BLOCK_KEYS.items():
        found.append((kind, own, None))
        found += [(kind + MORE, more, pl.col(KEYLESS))] if more else []
    for kind, span in CARRIER_SPANS.items():
        found += [] if span == kind and kind in BLOCK_KEYS else [
            (span, [pl.col(name) for name in CARRIED[kind]], None)
        ]  # fmt: skip
    found.append((NODE, [pl.col(NODE).cast(pl.Int64)], pl.len().over(NODE) > 1))
    return [(span, [e.alias(str(n)) for n, e in enumerate(own)], m) for span, own, m in found]


def _sorted(every: pl.DataFrame, columns: list[pl.Expr], mask: pl.Expr | None) -> tuple[Ints, Rows]:
    there = pl.lit(value=True) if mask is None else mask
    held = every.select("row", *columns, there.alias("there")).filter("there")
    names = [f"{n}" for n in range(len(columns))]
    long = pl.concat([held.select(value=name, row="row").drop_nulls("value") for name in names])
    found = long.sort("value", maintain_order=True)
    return found["value"].to_numpy(), found["row"].to_numpy()


def _written(parties: pl.DataFrame) -> tuple[npt.NDArray[np.uint8], Ints]:
    """The refs of all records one after another in UTF-8, and where each ends."""
    refs = parties[REF]
    slices = (refs.slice(start, _SLICE) for start in range(0, len(refs), _SLICE))
    text = b"".join(part.str.join("").item().encode() for part in slices)
    ends = refs.str.len_bytes().cast(pl.Int64).cum_sum().to_numpy()
    return np.frombuffer(text, dtype=np.uint8), ends
