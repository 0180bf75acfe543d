"""A refused record under a person's hands: its fields, what mapping would say of other values, and saving them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from flows.correct import Fixed, correct
from flows.corrected import Corrections, text_of
from flows.house import House
from flows.map_plan import STAGE, partners
from flows.map_portion import storable
from mappings.compile import CompiledMapping
from mappings.preview import RecordPreview, preview
from mappings.reading import RESERVED
from schemas.errors import ConfigError, Conflict, KanonError
from schemas.reasons import REASONS
from schemas.records import KEY
from store import corrections, landing, quarantine


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the record: as the source sends it, as it stands corrected, whether it is to blame."""

    name: str
    sent: str | None
    value: str | None
    fault: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Where a refused field comes from, and the functions its value passes."""

    field: str
    columns: tuple[str, ...]
    functions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A refused record that can be corrected here.

    `seen` stamps what was looked at; `quick` says that checking reads this record alone.
    """

    fields: tuple[Field, ...]
    steps: tuple[Step, ...]
    seen: str
    quick: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record would still be refused."""

    field: str
    reason: str
    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What mapping says of a record with other values: refused for `faults`, or its fields as they would be."""

    changed: int
    faults: tuple[Fault, ...]
    result: tuple[tuple[str, str], ...]

    @property
    def passes(self) -> bool:
        """Whether the record would be accepted."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class _Record:
    """A landed record, its mapping, and its corrections."""

    connection: str
    key: str
    mapping: CompiledMapping
    sent: pl.DataFrame
    standing: Mapping[str, str | None]
    fields: Sequence[str]
    seen: str

    def text(self, name: str) -> str | None:
        found: str | None = self.sent.select(text_of(self.sent.schema, name)).item()
        return found

    def current(self, name: str) -> str | None:
        return self.standing[name] if name in self.standing else self.text(name)


def anatomy(house: House, row_id: int) -> Anatomy | None:
    """An open quarantine row as it can be corrected; None if it is not open or did not fail in mapping."""
    record = _record(house, row_id)
    if record is None:
        return None
    blamed = _blamed(record)
    spec = record.mapping.spec
    names = [name for name in record.sent.columns if name not in RESERVED]
    names += [name for name in blamed if name not in names]
    fields = tuple(Field(n, record.text(n), record.current(n), n in blamed) for n in names)
    steps = tuple(
        Step(name, tuple(spec.fields[name].sources), tuple(spec.fields[name].via))
        for name in record.fields
        if name in spec.fields
    )
    return Anatomy(fields, steps, record.seen, not record.mapping.joins)


def check(house: House, row_id: int, values: Mapping[str, str]) -> Verdict:
    """What mapping would say of the record of an open row with these values; nothing is kept."""
    record = _required(house, row_id)
    return _verdict(house, record, _edits(record, values))


def mend(
    house: House, row_id: int, values: Mapping[str, str], seen: str, by: str, reason: str | None
) -> tuple[Verdict, Fixed | None]:
    """Keep these values as corrections if the record passes with them; else only the verdict.

    Conflict if the record is otherwise than when the person saw it (`seen` of `anatomy`).
    """
    record = _required(house, row_id)
    if record.seen != seen:
        raise _moved()
    edits = _edits(record, values)
    verdict = _verdict(house, record, edits)
    if not edits:
        raise ConfigError(
            "Ни одно поле не изменено: впишите верное значение и сохраните снова.",
            "No field was changed: enter the right value and save again.",
        )
    if not verdict.passes:
        return verdict, None
    rows = [
        (record.connection, record.mapping.stream, record.key, name, record.text(name), value)
        for name, value in edits.items()
    ]
    frame = pl.DataFrame(rows, schema=corrections.EDIT, orient="row")
    return verdict, correct(house, frame, by, reason)


def _moved() -> KanonError:
    return Conflict(
        "Пока вы смотрели, запись изменилась или уже принята. Ничего не сохранено: откройте её заново.",
        "While you looked, the record changed or was accepted. Nothing was saved: open it again.",
    )


def _required(house: House, row_id: int) -> _Record:
    record = _record(house, row_id)
    if record is None:
        raise _moved()
    return record


def _record(house: House, row_id: int) -> _Record | None:
    with house.store.read() as reader:
        row = quarantine.get(reader, row_id)
        if row is None or row.state not in quarantine.HELD or row.stage != STAGE:
            return None
        sent = landing.latest(house.store, reader, row.connection, row.stream, [row.key])
    if sent.is_empty():
        return None
    try:
        mapping = house.mapping(row.connection, row.stream)
    except KanonError:
        return None
    stands = Corrections.of(house, row.connection, [row.stream]).standing.filter(key=row.key)
    standing = dict(stands.select("field", "value").iter_rows())
    told = (row.state, *sent.select("_landing_id", "_landing_row").row(0), sorted(stands["id"]))
    seen = hashlib.sha256(repr(told).encode()).hexdigest()[:16]
    faulty = (row.field or "").split(", ")
    return _Record(row.connection, row.key, mapping, storable(sent), standing, faulty, seen)


def _blamed(record: _Record) -> list[str]:
    """The columns the refused fields were read from: those with a value, else the first of each."""
    blamed: list[str] = []
    for name in record.fields:
        spec = record.mapping.spec.fields.get(name)
        own = [c for c in spec.sources if "." not in c and "/" not in c] if spec else []
        said = [column for column in own if record.current(column) is not None]
        blamed += said or own[:1]
    return blamed


def _edits(record: _Record, values: Mapping[str, str]) -> dict[str, str | None]:
    """The values that differ from how the record stands now; blank ones are null, as mapping reads them."""
    edits: dict[str, str | None] = {}
    for name, given in values.items():
        if name in RESERVED:
            continue
        text = _plain(given)
        now = record.current(name)
        if text != (None if now is None else _plain(now)):
            edits[name] = text
    return edits


def _plain(given: str) -> str | None:
    """A text as forms send it back, however its lines ended; null if blank."""
    text = given.replace("\r\n", "\n")
    return text if text.strip() else None


def _verdict(house: House, record: _Record, edits: Mapping[str, str | None]) -> Verdict:
    meant = {**record.standing, **edits}
    rows = record.sent.with_columns(pl.lit(v, pl.String).alias(n) for n, v in meant.items())
    joined = partners(house, record.connection, record.mapping)
    found = preview(record.mapping, rows, joined, 1)[0]
    return Verdict(len(edits), _faults(found), _result(found))


def _faults(found: RecordPreview) -> tuple[Fault, ...]:
    if found.ending != "rejected":
        return ()
    by_field = {one.field: one.reason for one in found.fields if one.reason}
    named = by_field or {KEY: found.reason or ""}
    return tuple(
        Fault(field, reason, *REASONS.get(reason, (reason, reason)))
        for field, reason in named.items()
    )


def _result(found: RecordPreview) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.field, _shown(one.result)) for one in found.fields if one.result not in (None, [], "")
    )


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
