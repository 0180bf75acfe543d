"""Runs: when, what, how it ended, and the balance sheet that proves nothing was lost (design law 1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

import polars as pl
from sqlalchemy import Row, and_, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from schemas.errors import KanonError, Unbalanced
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import migration, run, run_count, stream_column, stream_state

State = Literal["running", "succeeded", "failed", "unbalanced", "cancelled"]
# stage → what must equal the sum of what it became
EQUATIONS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "extract": ("received", ("landed", "unchanged", "quarantined")),
        "map": ("read", ("canonical", "quarantined", "ignored")),
        "match": ("read", ("linked", "parked")),
        "offers": ("read", ("placed", "parked")),
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the balance sheet: `given` records, of which `found` are accounted for."""

    stage: str
    connection: str
    stream: str
    given: int
    found: int

    @property
    def holds(self) -> bool:
        """Whether the line adds up."""
        return self.given == self.found


def start(
    writer: Writer,
    flow: str,
    connection: str | None = None,
    stream: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> int:
    """The id of a new run in state `running`."""
    moment = now or utc_now()
    told = (
        None
        if parameters is None
        else json.dumps(dict(parameters), ensure_ascii=False, sort_keys=True)
    )
    run_id = writer.next("run")
    writer.execute(
        insert(run).values(
            id=run_id,
            flow=flow,
            connection=connection,
            stream=stream,
            state="running",
            started_at=moment,
            heartbeat_at=moment,
            parameters=told,
        )
    )
    return run_id


def tell(writer: Writer, run_id: int, more: Mapping[str, str]) -> None:
    """Add to the parameters of a run."""
    held = writer.scalar(select(run.c.parameters).where(run.c.id == run_id))
    both = {**json.loads(held or "{}"), **more}
    told = json.dumps(both, ensure_ascii=False, sort_keys=True)
    writer.execute(update(run).values(parameters=told).where(run.c.id == run_id))


def ask_stop(writer: Writer, run_id: int, by: str) -> bool:
    """Ask a run to end where nothing is half done, and the parts of the migration it carries out, too.

    False if it does not run, or was asked before.
    """
    held = get(writer, run_id)
    if held is None or held.state != "running" or held.stop_by is not None:
        return False
    number = writer.scalar(select(migration.c.id).where(migration.c.run_id == run_id))
    asked = run.c.id == run_id
    if number is not None:
        mark = json.dumps({"migration": str(number)})
        asked = or_(asked, and_(run.c.state == "running", run.c.parameters == mark))
    writer.execute(update(run).values(stop_by=by).where(asked))
    return True


def asked_to_stop(reader: Reader, run_id: int) -> str | None:
    """Who asked a run to stop; None if nobody did."""
    by: str | None = reader.scalar(select(run.c.stop_by).where(run.c.id == run_id))
    return by


def heartbeat(writer: Writer, run_id: int, now: datetime | None = None) -> None:
    """Say that the run is alive."""
    writer.execute(update(run).values(heartbeat_at=now or utc_now()).where(run.c.id == run_id))


def count(
    writer: Writer, run_id: int, stage: str, connection: str, stream: str, **values: int
) -> None:
    """Add numbers to the balance sheet, such as landed=10, quarantined=1; they accumulate."""
    if not values:
        return
    dialect = postgresql if writer.is_postgres else sqlite
    place = {"run_id": run_id, "stage": stage, "connection": connection, "stream": stream}
    rows = [{**place, "name": name, "value": value} for name, value in values.items()]
    added = dialect.insert(run_count).values(rows)
    total = run_count.c.value + added.excluded.value
    keys = [*place, "name"]
    writer.execute(added.on_conflict_do_update(index_elements=keys, set_={"value": total}))


def finish(
    writer: Writer,
    run_id: int,
    state: State,
    error: BaseException | None = None,
    now: datetime | None = None,
) -> None:
    """End a run; of an unexpected error only its kind is kept, since its text may hold personal data."""
    told: dict[str, Any] = {}
    if isinstance(error, KanonError):
        told = {"error_ru": error.ru, "error_en": error.en, "detail": error.detail or None}
    if error is not None:
        told["error_kind"] = type(error).__name__
    ended = update(run).values(state=state, finished_at=now or utc_now(), **told)
    writer.execute(ended.where(run.c.id == run_id))


def abandon(writer: Writer, silent_for: timedelta, now: datetime | None = None) -> int:
    """Mark as failed the runs whose heartbeat stopped `silent_for` ago or longer; how many."""
    moment = now or utc_now()
    silent = (run.c.state == "running", run.c.heartbeat_at <= moment - silent_for)
    told = {
        "error_kind": "Abandoned",
        "error_ru": "Запуск прервался, не завершившись. Запустите снова: он продолжит с контрольной точки.",
        "error_en": "The run broke off. Start it again: it resumes from the checkpoint.",
    }
    return writer.execute(
        update(run).values(state="failed", finished_at=moment, **told).where(*silent)
    )


def get(reader: Reader, run_id: int) -> Row[Any] | None:
    """One run, or None."""
    found = reader.rows(select(run).where(run.c.id == run_id))
    return found[0] if found else None


def page(
    reader: Reader, before: int | None = None, limit: int = 50, **filters: Any
) -> pl.DataFrame:
    """Up to `limit` runs, newest first, with an id below `before`; filters are column=value."""
    statement = select(run).where(*(run.c[n] == v for n, v in filters.items() if v is not None))
    if before is not None:
        statement = statement.where(run.c.id < before)
    return reader.frame(statement.order_by(run.c.id.desc()).limit(limit))


def received_before(
    reader: Reader, connection: str, stream: str, run_id: int, limit: int = 30
) -> list[int]:
    """Records received by the last `limit` runs before `run_id` that read the stream, newest first."""
    c = run_count.c
    place = (c.stage == "extract", c.connection == connection, c.stream == stream)
    wanted = (*place, c.name == "received", c.run_id < run_id)
    found = reader.rows(select(c.value).where(*wanted).order_by(c.run_id.desc()).limit(limit))
    return [int(row.value) for row in found]


def counts(reader: Reader, run_id: int) -> pl.DataFrame:
    """stage, connection, stream, name, value of a run, sorted."""
    c = run_count.c
    by = (c.stage, c.connection, c.stream, c.name)
    return reader.frame(select(*by, c.value).where(c.run_id == run_id).order_by(*by))


def balance(reader: Reader, run_id: int) -> list[Line]:
    """The balance sheet: a line per stage and stream for which an equation is known."""
    by = ["stage", "connection", "stream"]
    lines = []
    for (stage, connection, stream), part in counts(reader, run_id).group_by(
        by, maintain_order=True
    ):
        if str(stage) in EQUATIONS:
            whole, parts = EQUATIONS[str(stage)]
            values = dict(part.select("name", "value").iter_rows())
            found = sum(values.get(name, 0) for name in parts)
            lines.append(
                Line(str(stage), str(connection), str(stream), values.get(whole, 0), found)
            )
    return lines


def require_balance(reader: Reader, run_id: int) -> None:
    """Unbalanced, naming the first line that does not add up, if there is one."""
    for line in balance(reader, run_id):
        if not line.holds:
            raise Unbalanced(
                f"Не сходится {line.stage}, {line.connection}/{line.stream}: было {line.given}, "
                f"учтено {line.found}. Запуск не засчитан; сообщите разработчикам.",
                f"{line.stage}, {line.connection}/{line.stream} does not balance: {line.given} given, "
                f"{line.found} accounted for. The run does not count; report it.",
            )


def was_read(reader: Reader, connection: str, stream: str) -> bool:
    """Whether a stream was ever read to its end."""
    s = stream_state.c
    wanted = select(s.stream).where(s.connection == connection, s.stream == stream)
    return reader.scalar(wanted) is not None


def note_stream(
    writer: Writer,
    connection: str,
    stream: str,
    run_id: int,
    rows: int,
    lag: timedelta | None = None,
    now: datetime | None = None,
) -> None:
    """Remember how the last read of a stream went; `lag` is how far behind the source it ended."""
    dialect = postgresql if writer.is_postgres else sqlite
    values = {
        "last_run": run_id,
        "last_rows": rows,
        "last_at": now or utc_now(),
        "lag": None if lag is None else int(lag.total_seconds()),
    }
    noted = dialect.insert(stream_state).values(connection=connection, stream=stream, **values)
    writer.execute(
        noted.on_conflict_do_update(index_elements=["connection", "stream"], set_=values)
    )


def note_columns(
    writer: Writer,
    connection: str,
    stream: str,
    schema: pl.Schema,
    run_id: int | None = None,
    now: datetime | None = None,
) -> list[str]:
    """Remember a stream's columns; those seen for the first time although the stream was known: drift."""
    c = stream_column.c
    known = select(c.column).where(c.connection == connection, c.stream == stream)
    before = {row.column for row in writer.rows(known)}
    moment = now or utc_now()
    fresh = [name for name in schema if name not in before]
    place = {"connection": connection, "stream": stream}
    seen = {"first_run": run_id, "first_seen": moment, "last_seen": moment}
    if fresh:
        rows = [{**place, "column": name, "dtype": str(schema[name]), **seen} for name in fresh]
        writer.execute(insert(stream_column).values(rows))
    return fresh if before else []
