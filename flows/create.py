"""Create: a counterparty typed by a person or sent by a system becomes a source record of the hub."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from config.connections import ENQUIRIES, HUB, PARTIES
from dedup.identity import first_id
from flows.gate import Answer, Duplicate, Record, answer, cleaned, near
from flows.hits import Similar
from flows.house import House
from flows.map import map_stream
from flows.map_plan import STAGE, Position
from flows.map_portion import storable
from flows.progress import Progress
from flows.run import running
from mappings.compile import CompiledMapping
from schemas.errors import Conflict
from schemas.records import CHANGED_AT, DELETED, KEY, Batch
from store import canonical, checkpoints, exact, landing, runs
from store.clock import utc_now
from store.engine import Writer

NAMESPACE = uuid.UUID("6b616e6f-6e00-4000-8000-637265617465")


@dataclass(frozen=True, slots=True)
class Created:
    """The golden id the record has or will have once matched, its ref, and whether it was there before.

    `joined` says that it became a unit of a legal entity that was known already. `similar` are companies
    that a new one may be; matching joins it to the sure one, a person judges the others.
    """

    id: str
    ref: str
    joined: bool = False
    repeated: bool = False
    similar: tuple[Similar, ...] = ()


def create(house: House, fields: Mapping[str, Any], *, request: str | None = None) -> Created:
    """A new counterparty, or Duplicate if it is there already; RecordRejected for wrong requisites.

    Asking and writing are one transaction that no other creation can enter, so of simultaneous ones
    only the first creates. `request` names the attempt: the same one again creates nothing and answers
    the same; Conflict if it was used for other fields.
    """
    record = cleaned(house, fields)
    key = str(uuid.uuid5(NAMESPACE, request)) if request else str(uuid.uuid4())
    ref = f"{HUB}/{PARTIES}/{key}"
    with house.store.write() as writer:
        writer.next("gate")
        repeated = exact.is_landed(writer, HUB, PARTIES, key)
        if repeated:
            _refuse_other_fields(writer, key, fields)
        found = answer(writer, record, besides=ref)
        settled = exact.golden_id(writer, HUB, PARTIES, key)
        if not repeated:
            _refuse(found)
            store_record(house, writer, PARTIES, key, fields)
    joined = found.verdict == "new_unit"
    promised = found.hits[0].id if joined else first_id("legal_entity", ref)
    alike = () if joined or settled else _similar(house, record, promised)
    return Created(settled or promised, ref, joined=joined, repeated=repeated, similar=alike)


def _similar(house: House, record: Record, own: str) -> tuple[Similar, ...]:
    """Its likes but itself, which may have been matched this very moment."""
    with house.store.read() as reader:
        return tuple(one for one in near(reader, record) if one.id != own)


def settled_id(house: House, made: Created) -> str | None:
    """The golden id a created record bears by now; None before it was matched."""
    with house.store.read() as reader:
        return exact.golden_id(reader, HUB, PARTIES, made.ref.rpartition("/")[2])


def _refuse_other_fields(writer: Writer, key: str, fields: Mapping[str, Any]) -> None:
    landed = landing.latest(writer, writer, HUB, PARTIES, [key]).row(0, named=True)
    if any(landed.get(name) != value for name, value in fields.items()):
        raise Conflict(
            "Этот ключ запроса уже использован для другого контрагента. Дайте новому запросу свой ключ.",
            "This request key was used for another counterparty already. Give a new request a key of its own.",
        )


def _refuse(found: Answer) -> None:
    if found.verdict == "duplicate":
        first = found.hits[0]
        raise Duplicate(
            f"Такой контрагент уже есть: {first.name or first.id}, {first.why_ru}. Исправьте реквизиты или откажитесь от создания.",
            f"This counterparty is there already: {first.name or first.id}, {first.why_en}. Correct the requisites or give it up.",
            found,
        )
    if found.verdict == "contradiction":
        first = found.hits[0]
        raise Duplicate(
            f"Реквизиты спорят с контрагентом {first.name or first.id}: {first.why_ru}. Сверьте их с выпиской ЕГРЮЛ/ЕГРИП.",
            f"The requisites contradict {first.name or first.id}: {first.why_en}. Check them against the state register.",
            found,
        )


def store_record(
    house: House, writer: Writer, stream: str, key: str, fields: Mapping[str, Any]
) -> None:
    """A record of the hub's own landed and mapped under a run of its own, in the caller's transaction."""
    mapping = house.mapping(HUB, stream)
    run_id = runs.start(writer, "create", connection=HUB, stream=stream)
    rows = pl.DataFrame(
        {**{name: [value] for name, value in fields.items()}, KEY: [key], CHANGED_AT: [utc_now()], DELETED: [False]},
        schema_overrides={KEY: pl.String(), CHANGED_AT: pl.Datetime("us", "UTC")},
    )  # fmt: skip
    landed = landing.land(writer, HUB, run_id, [Batch(stream, rows, None)])
    batch_id = landed.batch_ids[0]
    placed = rows.with_columns(
        pl.lit(batch_id, pl.Int64).alias(landing.LANDING_ID),
        pl.lit(0, pl.Int64).alias(landing.LANDING_ROW),
    )
    canonical.save(writer, mapping.target, mapping.apply(storable(placed), HUB).records)
    runs.count(writer, run_id, "extract", HUB, stream, received=1, landed=1)
    runs.count(writer, run_id, STAGE, HUB, stream, read=1, canonical=1, inserted=1)
    _note_mapped(writer, mapping, batch_id, run_id)
    runs.finish(writer, run_id, "succeeded")


def _note_mapped(writer: Writer, mapping: CompiledMapping, batch_id: int, run_id: int) -> None:
    """The stream is mapped up to here; by an older mapping if that is what the rows before have."""
    stream = mapping.stream
    before = Position.of(checkpoints.get(writer, STAGE, HUB, stream))
    after = Position(batch_id, before.mapping or mapping.version, 0)
    checkpoints.put(writer, STAGE, HUB, stream, after.cursor(), run_id=run_id)


def remap(house: House, *, progress: Progress | None = None) -> None:
    """Map the hub's own records again where their mapping has changed since."""
    for stream in (PARTIES, ENQUIRIES):
        mapping = house.mapping(HUB, stream)
        with house.store.read() as reader:
            before = Position.of(checkpoints.get(reader, STAGE, HUB, stream))
        if before.landing_id and before.mapping != mapping.version:
            with running(house, "map", HUB, progress=progress) as run:
                map_stream(run, HUB, mapping)
