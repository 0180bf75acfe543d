"""Migrations as the store keeps them: one plan under one number, a part per table, in layers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, delete, func, insert, select, update

from schemas.errors import KanonError
from store import checkpoints
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import (
    checkpoint,
    landing_batch,
    migration,
    migration_part,
    migration_signature,
    run,
    run_count,
)

# `withdrawn`: rolled back as a whole. All but `done` and `withdrawn` can be gone on with.
State = Literal["running", "paused", "stopped", "done", "withdrawing", "withdrawn"]
PARAMETER = "migration"


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration: the plan it goes by, how it stands, and the run it is or was last under way in.

    `act` is the last reconciliation made of it, as JSON; `threads` tables are read at once, None as many as the
    connection says.
    """

    id: int
    name: str
    connection: str
    plan: str
    state: str
    author: str
    started_at: datetime
    finished_at: datetime | None
    run_id: int | None
    error_ru: str | None
    error_en: str | None
    act: str | None
    threads: int | None = None

    @property
    def over(self) -> bool:
        """Whether it can not be gone on with."""
        return self.state in ("done", "withdrawing", "withdrawn")


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a migration. `rows` are those the source counted when its turn came.

    `landed_before` is the last landed batch of before it: what came with the migration came after.
    """

    migration_id: int
    stream: str
    layer: int
    state: str
    rows: int | None
    read_before: str | None
    mapped_before: str | None
    landed_before: int
    started_at: datetime | None
    finished_at: datetime | None


def begin(
    writer: Writer,
    name: str,
    connection: str,
    plan: str,
    author: str,
    layers: Sequence[Sequence[str]],
) -> int:
    """The number of a new migration, its parts waiting, with where each stream stood before it."""  # fmt: skip
    number = writer.next("migration")
    writer.execute(
        insert(migration).values(
            id=number, name=name, connection=connection, plan=plan, state="running", author=author,
            started_at=utc_now(),
        )
    )  # fmt: skip
    last = int(writer.scalar(select(func.max(landing_batch.c.id))) or 0)
    for layer, streams in enumerate(layers, start=1):
        for stream in streams:
            place = {"migration_id": number, "stream": stream, "layer": layer, "state": "waiting"}
            before = {
                "read_before": _cursor(writer, "extract", connection, stream),
                "mapped_before": _cursor(writer, "map", connection, stream),
                "landed_before": last,
            }
            writer.execute(insert(migration_part).values(**place, **before))
    return number


def _cursor(reader: Reader, stage: str, connection: str, stream: str) -> str | None:
    c = checkpoint.c
    place = (c.stage == stage, c.connection == connection, c.stream == stream)
    found: str | None = reader.scalar(select(c.cursor).where(*place, c.name == checkpoints.LIVE))
    return found


def of_name(reader: Reader, name: str) -> Migration | None:
    """The last migration of that name, or the one of that number; None if there is none."""
    m = migration.c
    wanted = m.id == int(name) if name.isdigit() and len(name) < 19 else m.name == name
    found = _migrations(reader, select(migration).where(wanted).order_by(m.id.desc()).limit(1))
    return found[0] if found else None


def recent(reader: Reader, limit: int = 20) -> list[Migration]:
    """The last migrations, newest first."""
    return _migrations(reader, select(migration).order_by(migration.c.id.desc()).limit(limit))


def _migrations(reader: Reader, wanted: Select[Any]) -> list[Migration]:
    return [Migration(**row._mapping) for row in reader.rows(wanted)]


def parts(reader: Reader, number: int) -> list[Part]:
    """The parts of a migration in the order of their layers."""
    p = migration_part.c
    wanted = select(migration_part).where(p.migration_id == number).order_by(p.layer, p.stream)
    return [Part(**row._mapping) for row in reader.rows(wanted)]


def go_on(writer: Writer, number: int, plan: str, run_id: int) -> None:
    """Note that a migration is under way in a run, by the plan as it reads now."""
    told = {"state": "running", "plan": plan, "run_id": run_id, "error_ru": None, "error_en": None}
    writer.execute(update(migration).values(**told).where(migration.c.id == number))


def set_threads(writer: Writer, number: int, threads: int | None) -> None:
    """Have so many tables read at once, None as many as the connection says."""
    writer.execute(update(migration).values(threads=threads).where(migration.c.id == number))


def threads(reader: Reader, number: int) -> int | None:
    """How many tables are to be read at once; None if nobody said."""
    found: int | None = reader.scalar(select(migration.c.threads).where(migration.c.id == number))
    return found


def end(writer: Writer, number: int, state: State, error: KanonError | None = None) -> None:
    """Note how a migration ended, or why it waits."""
    told = {"error_ru": error.ru, "error_en": error.en} if error else {}
    done = {"finished_at": utc_now()} if state in ("done", "withdrawn") else {}
    writer.execute(
        update(migration).values(state=state, **told, **done).where(migration.c.id == number)
    )


def note_part(writer: Writer, number: int, stream: str, **values: Any) -> None:
    """Change what is known of a part."""
    p = migration_part.c
    place = (p.migration_id == number, p.stream == stream)
    writer.execute(update(migration_part).values(**values).where(*place))


def told(number: int) -> Mapping[str, str]:
    """The parameter by which a run says whose part it is."""
    return {PARAMETER: str(number)}


def _mark(number: int) -> str:
    return json.dumps(told(number))


def runs_of(reader: Reader, number: int) -> list[int]:
    """The runs of a migration, those that were killed too."""
    wanted = select(run.c.id).where(run.c.parameters == _mark(number)).order_by(run.c.id)
    return [int(row.id) for row in reader.rows(wanted)]


def counts(reader: Reader, number: int, since_run: int) -> dict[tuple[str, str, str], int]:
    """(stream, stage, name) → number, over all runs of a migration, those that were killed too."""
    own = select(run.c.id).where(run.c.id >= since_run, run.c.parameters == _mark(number))
    c = run_count.c
    summed = select(c.stream, c.stage, c.name, func.sum(c.value).label("n"))
    rows = reader.rows(summed.where(c.run_id.in_(own)).group_by(c.stream, c.stage, c.name))
    return {(row.stream, row.stage, row.name): int(row.n) for row in rows}


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed an act, in which place, and the digest of what was signed."""

    migration_id: int
    place: str
    author: str
    digest: str
    created_at: datetime


def keep_act(writer: Writer, number: int, act: str) -> None:
    """Keep the reconciliation of a migration, in place of the one before."""
    writer.execute(update(migration).values(act=act).where(migration.c.id == number))


def signatures(reader: Reader, number: int) -> list[Signature]:
    """The signatures under the act of a migration, also those under an earlier state of it."""
    s = migration_signature.c
    wanted = select(migration_signature).where(s.migration_id == number).order_by(s.created_at)
    return [Signature(**row._mapping) for row in reader.rows(wanted)]


def sign(writer: Writer, number: int, place: str, author: str, digest: str) -> None:
    """Put a signature, in place of one under an earlier state of the act."""
    s = migration_signature.c
    writer.execute(delete(migration_signature).where(s.migration_id == number, s.place == place))
    values = {"migration_id": number, "place": place, "author": author, "digest": digest}
    writer.execute(insert(migration_signature).values(**values, created_at=utc_now()))
