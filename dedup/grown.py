"""A matched base with changed records in their places: what it was, what it is, and which row became which."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.anew import ROW
from dedup.blocking import KEYLESS, NODE
from dedup.bonds import BONDS, FIRST, FIRST_KEYLESS, GROUP, OWN, OWN_KEYLESS, ties
from dedup.evidence import evidence_keys
from dedup.refs import REF
from dedup.snapshot import NUMBERS, PLACED, Base, Ints, frame_of, index, marks_of, matrix

NOWHERE = -1
_TYPES = {FIRST: pl.UInt32(), FIRST_KEYLESS: pl.Boolean(), KEYLESS: pl.Boolean(), NODE: pl.UInt32()}
_OWN = {OWN: NODE, OWN_KEYLESS: KEYLESS}


@dataclass(slots=True)
class Grown:
    """`was` and `now`: row, NUMBERS and BONDS of the records of the base before and today, by ref, with
    node and keyless as if nobody had decided anything.

    `came`: where each row of `was` stands now; that of a deleted record is NOWHERE. `changed`: the rows of
    `was` that are no more or say something else, `fresh` those of `now` that are new or do. Of fresh rows
    the evidence is new and the rest is what it was. Groups are numbered as before, and null for new records.
    """

    was: pl.DataFrame
    now: pl.DataFrame
    came: Ints
    changed: Ints
    fresh: Ints
    text: npt.NDArray[np.uint8]
    ends: Ints
    marks: Ints

    def refs(self, rows: Ints) -> list[str]:
        """The refs of rows of `now`."""
        rows = rows.astype(np.int64)
        starts = np.where(rows > 0, self.ends[rows - 1], 0)
        spans = zip(starts.tolist(), self.ends[rows].tolist(), strict=True)
        return [bytes(self.text[start:end]).decode() for start, end in spans]


def grown(base: Base, told: pl.DataFrame) -> Grown:
    """`base` with the canonical records `told` (by ref, with deleted and hash) instead of those of before."""
    if told.is_empty():
        was, nothing = _told(base), np.empty(0, dtype=np.int64)
        return Grown(
            was, was, np.arange(base.size), nothing, nothing, base.text, base.ends, base.marks
        )
    places, there = _places(base, told[REF].to_list())
    dead = told["deleted"].to_numpy()
    kept = np.ones(base.size, dtype=np.bool_)
    kept[places[there]] = False
    before = np.concatenate([[0], np.cumsum(kept)])
    living = np.flatnonzero(~dead)
    fresh = before[places[living]] + np.arange(len(living))
    shift = np.searchsorted(places[living], np.arange(base.size), side="right")
    came = before[:-1] + shift
    came[~kept] = NOWHERE
    stays = there & ~dead
    came[places[stays]] = fresh[stays[~dead]]
    size = int(kept.sum()) + len(living)
    was = _told(base)
    now = _moved(was, told.filter(~pl.col("deleted")), came, kept, fresh, places[there], size)
    text, ends = _joined(base, told[REF].to_list(), places, there, dead)
    marks = np.empty(size, dtype=np.int64)
    marks[came[kept]] = base.marks[kept]
    marks[fresh] = marks_of(told.filter(~pl.col("deleted")))
    return Grown(was, now, came, places[there], fresh, text, ends, marks)


def _places(base: Base, refs: list[str]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Where each of the sorted `refs` stands in the base, or would, and whether it does."""
    found, there, low = [], [], 0
    rows = range(base.size)
    for ref in refs:
        name = ref.encode()
        low = bisect_left(rows, name, lo=low, key=base.named)
        found.append(low)
        there.append(low < base.size and base.named(low) == name)
    return np.array(found, dtype=np.int64), np.array(there, dtype=np.bool_)


def _told(base: Base) -> pl.DataFrame:
    bonds = frame_of(np.asarray(base.bonds), BONDS)
    numbers = frame_of(np.asarray(base.numbers), NUMBERS)
    told = pl.concat([numbers, bonds.rename(_OWN)], how="horizontal")
    kinds = {name: kind for name, kind in _TYPES.items() if told.schema[name] != kind}
    return told.cast(pl.Schema(kinds)).with_row_index(ROW)


def _moved(
    was: pl.DataFrame, living: pl.DataFrame, came: Ints, kept: npt.NDArray[np.bool_],
    fresh: Ints, changed: Ints, size: int,
) -> pl.DataFrame:  # fmt: skip
    """The records of today: those of `was` where they came to, and the `living` ones told anew."""
    before = pl.DataFrame({"old": changed, "at": came[changed]}).filter(pl.col("at") != NOWHERE)
    group = pl.DataFrame({"at": fresh}).join(
        before.with_columns(group=was[GROUP].gather(before["old"])), on="at", how="left",
        maintain_order="left",
    )["group"]  # fmt: skip
    new = pl.concat([evidence_keys(living).drop(REF), ties(living)], how="horizontal")
    new = new.with_columns(group.alias(GROUP))
    order = np.empty(size, dtype=np.int64)
    stay = np.flatnonzero(kept)
    order[came[stay]] = np.arange(len(stay))
    order[fresh] = len(stay) + np.arange(len(fresh))
    every = pl.concat([was[stay].drop(ROW), new], how="diagonal")[order]
    rows = pl.Series(np.where(came == NOWHERE, 0, came)).cast(pl.UInt32)
    remapped = [rows.gather(every[name]).alias(name) for name in (NODE, FIRST)]
    return every.with_columns(remapped).with_row_index(ROW)


def _joined(
    base: Base, refs: list[str], places: Ints, there: npt.NDArray[np.bool_],
    dead: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.uint8], Ints]:  # fmt: skip
    """The refs of today one after another, and where each ends."""
    lengths = np.diff(base.ends, prepend=0)
    starts = base.ends - lengths
    pieces: list[bytes | npt.NDArray[np.uint8]] = []
    sizes: list[npt.NDArray[np.int64]] = []
    done = 0
    for ref, place, known, gone in zip(
        refs, places.tolist(), there.tolist(), dead.tolist(), strict=True
    ):
        if place > done:
            pieces.append(base.text[starts[done] : base.ends[place - 1]])
            sizes.append(lengths[done:place])
        if not gone:
            name = ref.encode()
            pieces.append(np.frombuffer(name, dtype=np.uint8))
            sizes.append(np.array([len(name)], dtype=np.int64))
        done = max(done, place + known)
    if done < base.size:
        pieces.append(base.text[starts[done] :])
        sizes.append(lengths[done:])
    text = np.concatenate(pieces) if pieces else np.empty(0, dtype=np.uint8)
    ends = np.cumsum(np.concatenate(sizes)) if sizes else np.empty(0, dtype=np.int64)
    return text, ends


def as_base(base: Base, grown: Grown, under: pl.DataFrame, pairs: pl.DataFrame) -> Base:
    """The base of today, once all of `grown` is known: its evidence `under` decisions, the `pairs` that
    matter without them (see `dedup.bonds`). It is `base` itself where that says the same.
    """
    if _says_the_same(base, grown, under):
        return base
    untold = not len(grown.fresh) and not len(grown.changed)
    values, rows, spans = index(under, base if untold else None)
    own = grown.now.with_columns(pl.col(name).alias(own) for own, name in _OWN.items())
    told_alike = untold and under.select(NUMBERS).equals(grown.was.select(NUMBERS))
    numbers = base.numbers if told_alike else matrix(under.select(NUMBERS))
    places, alike = matrix(under.select(PLACED)), matrix(pairs)
    told = (numbers, places, grown.text, grown.ends, values, rows, grown.marks)
    return Base(*told, matrix(own.select(BONDS)), alike, spans)


def _says_the_same(base: Base, grown: Grown, under: pl.DataFrame) -> bool:
    """Whether no record was told, and decisions leave the clusters and groups they left before."""
    if len(grown.fresh) or len(grown.changed):
        return False
    held = [
        (base.places, PLACED, under, PLACED),
        (base.bonds, BONDS, grown.now, (GROUP,)),
    ]
    return all(
        np.array_equal(matrix(frame.select(name))[:, 0], numbers[:, names.index(name)])
        for numbers, names, frame, columns in held
        for name in columns
    )
