"""What is left to map of one stream, cut into portions that are read only when their turn comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from flows.corrected import Corrections
from flows.house import House
from flows.map_portion import Joined
from flows.partner_history import as_they_were
from mappings.compile import CompiledMapping
from schemas.records import KEY, Cursor
from store import checkpoints, landing
from store.landing import LANDING_ID, LandingBatch

STAGE = "map"
PORTION_ROWS = 200_000
PORTION_LETTERS = 10_000  # they are read one by one: what a kill undoes is done again in seconds
PORTION_BYTES = 64 << 20  # letters with their files are no rows of a register


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream is mapped: landing id done, by which mapping, partners seen up to which id."""

    landing_id: int
    mapping: str
    partners: int

    def cursor(self) -> Cursor:
        """The position as a checkpoint."""
        return Cursor(
            {"landing": self.landing_id, "mapping": self.mapping, "partners": self.partners}
        )

    @classmethod
    def of(cls, cursor: Cursor | None) -> Position:
        """The position a checkpoint holds; the very beginning without one."""
        if cursor is None:
            return cls(0, "", 0)
        value = cursor.expect(1)
        return cls(int(value["landing"] or 0), str(value["mapping"]), int(value["partners"] or 0))


@dataclass(frozen=True, slots=True)
class Portion:
    """Rows to map together (`read` gives them) and the position that is true once they are stored."""

    rows: int
    read: Callable[[], pl.DataFrame]
    after: Position


@dataclass(frozen=True, slots=True)
class Plan:
    """The portions, and whether no key occurs in them twice."""

    portions: list[Portion]
    distinct: bool

    @property
    def rows(self) -> int:
        """Rows in all portions."""
        return sum(portion.rows for portion in self.portions)


def is_done(house: House, connection: str, mapping: CompiledMapping) -> bool:
    """Whether nothing landed since, of the stream or of what is joined to it, and the mapping is the same.

    Asked before `partners` and `plan`, which read every landed row of the joined streams.
    """
    with house.store.read() as reader:
        before = Position.of(checkpoints.get(reader, STAGE, connection, mapping.stream))
        newest = landing.newest(reader, connection, [mapping.stream])
        joined = landing.newest(reader, connection, [join.stream for join in mapping.joins])
    if not before.landing_id:
        return not newest
    done = newest <= before.landing_id and joined <= before.partners
    return done and before.mapping == mapping.version


def partners(house: House, connection: str, mapping: CompiledMapping) -> dict[str, pl.DataFrame]:
    """The latest landed rows of each joined stream, by alias, as people corrected them."""
    told = Corrections.of(house, connection, [join.stream for join in mapping.joins])
    with house.store.read() as reader:
        found = {
            join.alias: (join.stream, landing.latest(house.store, reader, connection, join.stream))
            for join in mapping.joins
        }
    return {alias: told.apply(stream, rows).rows for alias, (stream, rows) in found.items()}


def plan(house: House, connection: str, mapping: CompiledMapping, joined: Joined) -> Plan:
    """Everything to do for a stream: what landed since, and what a new mapping or partner asks again."""
    with house.store.read() as reader:
        before = Position.of(checkpoints.get(reader, STAGE, connection, mapping.stream))
        pending = landing.pending(reader, connection, mapping.stream, before.landing_id)
        keys = landing.known_keys(reader, connection, mapping.stream)
    newest = pending[-1].id if pending else before.landing_id
    seen = max((_newest(frame) for frame in joined.values()), default=0)
    after = Position(newest, mapping.version, seen)
    if before.landing_id and before.mapping != mapping.version:
        return Plan([_whole(house, connection, mapping, after)], distinct=True)
    most = PORTION_LETTERS if mapping.letters else PORTION_ROWS
    portions = _portions(house, pending, Position(0, mapping.version, before.partners), most)
    if before.landing_id and seen > before.partners:
        portions.append(_touched(house, connection, mapping, joined, before, after))
    elif portions:
        portions[-1] = Portion(portions[-1].rows, portions[-1].read, after)
    return Plan(portions, distinct=sum(batch.rows for batch in pending) == keys)


def _newest(frame: pl.DataFrame) -> int:
    return int(frame.select(pl.col(LANDING_ID).max()).item() or 0) if frame.height else 0


def _portions(
    house: House, pending: list[LandingBatch], base: Position, most: int
) -> list[Portion]:
    """Whole landed batches, together about `most` rows each, or PORTION_BYTES of files."""
    ends = [0]
    rows = size = 0
    for number, batch in enumerate(pending, start=1):
        rows += batch.rows
        size += batch.bytes
        if rows >= most or size >= PORTION_BYTES or number == len(pending):
            ends.append(number)
            rows = size = 0
    return [_portion(house, pending[start:end], base) for start, end in pairwise(ends)]


def _portion(house: House, batches: list[LandingBatch], base: Position) -> Portion:
    def read() -> pl.DataFrame:
        frames = [landing.read_batch(house.store, batch) for batch in batches]
        return pl.concat(frames, how="diagonal_relaxed")

    after = Position(batches[-1].id, base.mapping, base.partners)
    return Portion(sum(batch.rows for batch in batches), read, after)


def _latest(house: House, connection: str, stream: str) -> pl.DataFrame:
    with house.store.read() as reader:
        return landing.latest(house.store, reader, connection, stream)


def _whole(house: House, connection: str, mapping: CompiledMapping, after: Position) -> Portion:
    rows = _latest(house, connection, mapping.stream)
    return Portion(rows.height, lambda: rows, after)


def _touched(
    house: House,
    connection: str,
    mapping: CompiledMapping,
    joined: Joined,
    before: Position,
    after: Position,
) -> Portion:
    """The latest rows whose joined partners changed since they were mapped.

    A partner counts by what it was and by what it is: one that now belongs to another record, or to
    none, is missed by the record it belonged to.
    """
    changed = {
        join.stream: joined[join.alias].filter(pl.col(LANDING_ID) > before.partners)[KEY]
        for join in mapping.joins
    }
    earlier = {
        join.alias: as_they_were(
            house, connection, join.stream, joined[join.alias], before.partners
        )
        for join in mapping.joins
    }
    rows = _latest(house, connection, mapping.stream)
    mapped = rows.filter(pl.col(LANDING_ID) <= before.landing_id)
    found = [mapping.touched_by(mapped, some, changed)[KEY] for some in (earlier, joined)]
    touched = mapped.filter(pl.col(KEY).is_in(pl.concat(found).implode()))
    return Portion(touched.height, lambda: touched, after)
