"""A mapping ready to run: rows of one stream in; records, refusals and left-out keys out.

Every row ends in exactly one of the three tables. What happens to a row depends on that row and its
joined partners alone, so any split into batches gives the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from mappings.at_once import TROUBLE, whole
from mappings.entity_finishers import FINISHERS, PASSES
from mappings.finish import Finishing, complete, short_enough
from mappings.letters.column import held
from mappings.reading import (
    RESERVED,
    ROW,
    SOURCE,
    Join,
    join_all,
    joins_of,
    matches,
    missing,
    reserved,
    texts,
    used_columns,
)
from mappings.registry import Registry
from mappings.spec import MappingSpec
from mappings.steps import FAULT, Fields
from mappings.verdict import (
    HASH,
    IGNORED,
    KEY_FIELD,
    LEFT_OUT,
    REJECTED,
    Mapped,
    ignored_of,
    records_of,
    rejects_of,
)
from schemas.entities import columns
from schemas.errors import RecordRejected
from schemas.reasons import REASONS
from schemas.records import DELETED, KEY
from schemas.rows import passed, picked
from schemas.rowwise.passes import FEW, Passes

SLICE_ROWS = 200_000
SLICE_LETTERS = 2_000  # so many are held at once
_NO_PARTNERS: Mapping[str, pl.DataFrame] = {}


@dataclass(frozen=True)
class CompiledMapping:
    """One stream's way to its canonical entity; `version` changes with its text or the functions."""

    spec: MappingSpec
    version: str
    registry: Registry

    @property
    def stream(self) -> str:
        """The stream whose records are mapped."""
        return self.spec.stream

    @property
    def target(self) -> str:
        """The canonical entity they become."""
        return self.spec.target

    @property
    def key(self) -> tuple[str, ...]:
        """The source columns without which a record has no key."""
        return tuple(self.spec.key)

    @cached_property
    def joins(self) -> tuple[Join, ...]:
        """The streams whose latest records `apply` wants in `joined`, by alias."""
        return joins_of(self.spec)

    def apply(
        self,
        rows: pl.DataFrame,
        connection: str = "",
        joined: Mapping[str, pl.DataFrame] = _NO_PARTNERS,
    ) -> Mapped:
        """Records (entity columns and `hash`), rejects and ignored; their heights add up to `rows`."""
        parts = [
            self._apply_slice(rows.slice(start, self._slice_rows), connection, joined)
            for start in range(0, max(rows.height, 1), self._slice_rows)
        ]
        return parts[0] if len(parts) == 1 else Mapped.together(parts)

    @cached_property
    def _slice_rows(self) -> int:
        return SLICE_LETTERS if self.letters else SLICE_ROWS

    @cached_property
    def letters(self) -> list[str]:
        """The columns of whole letters: those that functions of letters read."""
        read = [f.sources for f in self.spec.fields.values() if _is_of_letters(f.via)]
        return sorted({column for columns in read for column in columns})

    def apply_one(
        self, record: Mapping[str, Any], joined: Mapping[str, pl.DataFrame] = _NO_PARTNERS
    ) -> dict[str, Any] | RecordRejected:
        """The canonical record of one source record typed or pasted in, or why there is none."""
        given = {name: [value] for name, value in record.items()}
        kinds: dict[str, pl.DataType] = {n: pl.String() for n, v in record.items() if v is None}
        kinds |= {name: RESERVED[name] for name in given if name in RESERVED}
        mapped = self.apply(pl.DataFrame(given, schema_overrides=kinds), "", joined)
        if mapped.records.height:
            return mapped.records.row(0, named=True)
        if mapped.rejects.height:
            row = mapped.rejects.row(0, named=True)
            value = row["value"] or ""
            return RecordRejected(
                row["reason"], row["field"], value, row["message_ru"], row["message_en"]
            )
        why = mapped.ignored["reason"][0]
        return RecordRejected(IGNORED, why.partition(":")[2], "", *REASONS[IGNORED])

    def work(self, rows: pl.DataFrame, joined: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """The working frame of `rows`: source texts, given texts, values, faults, issues, left-outs."""
        finisher = FINISHERS[self.target]
        frame = self._read(rows, joined)
        absent = missing(rows, used_columns(self.spec))
        frame = complete(self._fields.fill(frame, absent), self.spec)
        finished = finisher(frame, self._finishing)
        return short_enough(finished, self.target)

    def touched_by(
        self,
        rows: pl.DataFrame,
        joined: Mapping[str, pl.DataFrame],
        changed: Mapping[str, pl.Series],
    ) -> pl.DataFrame:
        """Those of `rows` that have a partner among the `changed` keys, by name of joined stream.

        Deleted partners count: a record whose partner has gone must be mapped again.
        """
        frame = join_all(self._own(rows).lazy(), self.joins, joined, dead=True)
        hits = [
            pl.col(f"{SOURCE}{join.alias}.{KEY}").is_in(
                changed[join.stream].cast(pl.String).implode()
            )
            for join in self.joins
            if join.stream in changed
        ]
        if not hits:
            return rows.clear()
        return rows[frame.filter(pl.any_horizontal(hits)).select(ROW).collect()[ROW]]

    @cached_property
    def _fields(self) -> Fields:
        return Fields(self.spec, self.registry)

    @cached_property
    def _finishing(self) -> Finishing:
        return Finishing(self.spec.fields, self.registry)

    def _apply_slice(
        self, rows: pl.DataFrame, connection: str, joined: Mapping[str, pl.DataFrame]
    ) -> Mapped:
        with held(rows, self.letters) as light:
            few = rows.height <= FEW and not self.joins
            if few and (together := self._at_once(light, connection)) is not None:
                return together
            frame = self.work(light, joined)
        return self._parted(frame, rows, connection)

    def _parted(self, frame: pl.DataFrame, rows: pl.DataFrame, connection: str) -> Mapped:
        if all(
            frame[n].null_count() == frame.height
            for n in frame.columns
            if n[0] == FAULT or n == IGNORED
        ):
            records = records_of(frame, self.spec, connection, self.version)
            return Mapped(records, REJECTED.to_frame(), LEFT_OUT.to_frame())
        left_out = pl.col(IGNORED).is_not_null()
        refused = ~left_out & pl.any_horizontal(pl.col(f"^{FAULT}.*$").is_not_null())
        return Mapped(
            records_of(frame.filter(~left_out & ~refused), self.spec, connection, self.version),
            rejects_of(frame.filter(refused), rows, self.spec, self.version),
            ignored_of(frame.filter(left_out)),
        )

    def _at_once(self, rows: pl.DataFrame, connection: str) -> Mapped | None:
        """The answer for a few rows, if it is a record for each of them and can be had so."""
        if self.target not in PASSES:
            return None
        place = (connection, tuple(rows.schema.items()))
        if place not in self._wholes:
            before = [self._reading(rows), *self._marks.passes, *self._fields.passes()]
            after = PASSES[self.target](self._finishing).passes
            self._wholes[place] = whole(
                rows.schema, self.spec, before, after, connection, self.version
            )
        found = self._wholes[place].over(rows)
        if found is None:
            return None
        records = pl.DataFrame(found)
        if records.drop_in_place(TROUBLE).null_count() < rows.height:
            return None
        wanted = [*columns(self.target), HASH]
        return Mapped(records[wanted], REJECTED.to_frame(), LEFT_OUT.to_frame())

    @cached_property
    def _wholes(self) -> dict[tuple[str, tuple[tuple[str, pl.DataType], ...]], Passes]:
        """All passes over rows of each schema seen, by connection."""
        return {}

    def _own(self, rows: pl.DataFrame) -> pl.DataFrame:
        schema = tuple(rows.schema.items())
        if schema not in self._readings:
            self._readings[schema] = Passes(self._reading(rows))
        return picked(rows, self._readings[schema]).with_row_index(ROW)

    @cached_property
    def _readings(self) -> dict[tuple[tuple[str, pl.DataType], ...], Passes]:
        """How rows of each schema seen are read: made once, a stream has few."""
        return {}

    def _reading(self, rows: pl.DataFrame) -> list[pl.Expr]:
        aliases = tuple(f"{join.alias}." for join in self.spec.joins)
        own = [
            name for name in used_columns(self.spec) if not (aliases and name.startswith(aliases))
        ]
        return [*reserved(rows), *texts(rows, own)]

    def _read(self, rows: pl.DataFrame, joined: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        frame = self._own(rows)
        if self.joins:
            frame = join_all(frame.lazy(), self.joins, joined).collect()
        return passed(frame, self._marks)

    @cached_property
    def _marks(self) -> Passes:
        """Which rows are passed over, or have no key, and what their key is."""
        marks = [self._left_out().alias(IGNORED), self._keyless().alias(FAULT + KEY_FIELD)]
        return Passes(marks, [self._key().alias(KEY)])

    def _left_out(self) -> pl.Expr:
        """Why the mapping passes a record over; a deletion that tells no more than its key is kept."""
        bare = [
            pl.col(DELETED) & pl.col(f"{SOURCE}{column}").is_null()
            for column in (*self.spec.keep, *self.spec.skip)
        ]
        rules = [
            (f"keep:{column}", ~matches(column, values))
            for column, values in self.spec.keep.items()
        ] + [
            (f"skip:{column}", matches(column, values)) for column, values in self.spec.skip.items()
        ]
        found = [
            pl.when(applies & ~empty).then(pl.lit(code))
            for (code, applies), empty in zip(rules, bare, strict=True)
        ]
        return pl.coalesce(*found, pl.lit(None, pl.String))

    def _keyless(self) -> pl.Expr:
        absent = [pl.col(f"{SOURCE}{column}").is_null() & ~pl.col(DELETED) for column in self.key]
        missing = pl.any_horizontal(*absent, self._stated_key().is_null())
        return pl.when(missing).then(pl.lit("key_missing"))

    def _stated_key(self) -> pl.Expr:
        if not self.key:
            return pl.col(KEY)
        parts = [pl.col(f"{SOURCE}{column}") for column in self.key]
        return pl.coalesce(KEY, pl.concat_str(parts, separator="|"))

    def _key(self) -> pl.Expr:
        place = pl.concat_str("_landing_id", "_landing_row", separator=":")
        return pl.coalesce(self._stated_key(), place)


def _is_of_letters(via: Sequence[str]) -> bool:
    return bool(via) and via[0].startswith("letter_")
