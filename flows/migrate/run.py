"""The run of a migration: its tables layer by layer, then identities over the whole base, under one number.

Each table is read and mapped by the same stages as on any other day, with their checkpoints; what is
added is the order, the breaker of the plan and the number that holds it together. Killed anywhere, it goes
on where it was when it is started again.
"""

from __future__ import annotations

import errno
import re
from dataclasses import replace
from functools import partial

from config.connections import Breaker
from config.migration import Plan, read_plan
from flows import attend
from flows.attend import refuse_if_paused
from flows.house import House
from flows.migrate.drift import counted, drift, refuse_if_grave
from flows.migrate.layers import order
from flows.progress import Progress
from flows.run import Run, Stopped, running
from flows.sync import settle, sync
from schemas.errors import ConfigError, Conflict, KanonError, Retryable
from store import attention, migrating
from store.clock import utc_now
from store.engine import Writer

# 0.5 s doubled each time, a minute at most: together some two minutes, the night a server is restarted.
PATIENCE = 8
_FULL = re.compile(r"disk is full|no space left|SQLSTATE: 53100", re.IGNORECASE)


def prepared(house: House, plan: Plan) -> House:
    """The house with the plan's breaker and patience.

    ConfigError if a carried table has no mapping, or the source is no more what the plan was made for.
    """
    refuse_unmapped(house, plan)
    refuse_if_grave(drift(plan, house.source(plan.connection)))
    own = house.connection(plan.connection)
    strict = {
        "breaker": Breaker(rows=plan.breaker.rows, share=plan.breaker.share),
        "retries": max(own.retries, PATIENCE),
    }
    changed = {plan.connection: own.model_copy(update=strict)}
    return replace(house, connections={**house.connections, **changed})


def refuse_unmapped(house: House, plan: Plan) -> None:
    """ConfigError naming the carried tables that nothing says what becomes of."""
    mapped = house.mapped_streams(plan.connection)
    bare = [table.name for table in plan.carried if table.name not in mapped]
    if bare:
        raise ConfigError(
            f"Для таблиц {', '.join(bare)} нет отображения: напишите mappings/{plan.connection}/ТАБЛИЦА.yaml, добавьте их в streams или поставьте carry: false.",
            f"Tables {', '.join(bare)} have no mapping: write mappings/{plan.connection}/TABLE.yaml, add them to `streams`, or set carry: false.",
        )


def run(house: House, text: str, author: str, progress: Progress | None = None) -> int:
    """Carry what the plan in `text` says; the number of the migration.

    One of that name that has not ended is gone on with, by the plan as it reads now. After one that has,
    a new one begins: it brings what is new at the source and adds nothing twice.
    """
    plan = read_plan(text)
    strict = prepared(house, plan)
    refuse_if_paused(house, plan.connection)
    with running(strict, "migration", f"migration:{plan.name}", progress=progress) as own:
        number = _number(strict, plan, text, author, own.id)
        try:
            _carry(own, plan, number, progress)
        except Exception as error:
            told = _told(error)
            if told is not None:
                _note(strict, number, told)
            if told is None or told is error:
                raise
            raise told from error
    return number


def pause(house: House, name: str, reason: str, by: str) -> bool:
    """Stop a migration after the batch that is being read; False if its source was paused already."""
    return attend.pause(house, known(house, name).connection, reason, by)


def resume(house: House, name: str, author: str, progress: Progress | None = None) -> int:
    """Go on with a migration that was paused, stopped or killed, by the plan it was begun with."""
    row = known(house, name)
    if row.over:
        raise Conflict(
            f"Миграция {row.name} №{row.id} окончена. Новая выгрузка: kanon migrate run.",
            f"Migration {row.name} no. {row.id} has ended. For a newer dump: kanon migrate run.",
        )
    attend.resume(house, row.connection)
    return run(house, row.plan, author, progress)


def at_once(house: House, connection: str, number: int) -> int:
    """How many tables of a migration are to be read at the same time now."""
    with house.store.read() as reader:
        return migrating.threads(reader, number) or house.connection(connection).concurrency


def known(house: House, name: str) -> migrating.Migration:
    """The last migration of a name, or the one of a number; ConfigError if there is none."""
    with house.store.read() as reader:
        found = migrating.of_name(reader, name)
    if found is None:
        raise ConfigError(
            f"Миграции «{name}» не было. Начать: kanon migrate run plan.yaml.",
            f"There was no migration '{name}'. To begin: kanon migrate run plan.yaml.",
        )
    return found


def _number(house: House, plan: Plan, text: str, author: str, run_id: int) -> int:
    with house.store.write() as writer:
        last = migrating.of_name(writer, plan.name)
        if last is None or last.over:
            layers = order(plan).layers
            number = migrating.begin(writer, plan.name, plan.connection, text, author, layers)
        else:
            number = last.id
        migrating.go_on(writer, number, text, run_id)
    return number


def _carry(own: Run, plan: Plan, number: int, progress: Progress | None) -> None:
    house = own.house
    mark = migrating.told(number)
    with house.store.read() as reader:
        parts = [part for part in migrating.parts(reader, number) if part.state != "done"]
    for layer in sorted({part.layer for part in parts}):
        refuse_if_paused(house, plan.connection)
        _carry_layer(house, plan, [part for part in parts if part.layer == layer], progress)
        own.obey()
    refuse_if_paused(house, plan.connection)
    settle(house, progress=progress, parameters=mark)
    with house.store.write() as writer:
        migrating.end(writer, number, "done")


def _carry_layer(
    house: House, plan: Plan, parts: list[migrating.Part], progress: Progress | None
) -> None:
    """Read and map the tables of one layer; those read to their end before a kill are only mapped."""
    number = parts[0].migration_id
    with house.store.read() as reader:
        counts = migrating.counts(reader, number, 0)
    unread = [
        part.stream
        for part in parts
        if part.rows is None or counts.get((part.stream, "extract", "received"), 0) < part.rows
    ]
    _begin(house, plan, parts)
    carry = partial(
        sync, house, plan.connection, progress=progress, parameters=migrating.told(number),
        at_once=partial(at_once, house, plan.connection, number),
    )  # fmt: skip
    if unread:
        carry(streams=unread)
    read = [part.stream for part in parts if part.stream not in unread]
    if read:
        carry(streams=read, windows={})
    with house.store.write() as writer:
        for part in parts:
            ended = {"state": "done", "finished_at": utc_now()}
            migrating.note_part(writer, number, part.stream, **ended)


def _begin(house: House, plan: Plan, parts: list[migrating.Part]) -> None:
    source = house.source(plan.connection)
    rows = {
        part.stream: counted(source, part.stream) if part.rows is None else part.rows
        for part in parts
    }
    with house.store.write() as writer:
        for part in parts:
            begun = part.started_at or utc_now()
            values = {"state": "running", "started_at": begun, "rows": rows[part.stream]}
            migrating.note_part(writer, part.migration_id, part.stream, **values)


def _told(error: Exception) -> KanonError | None:
    """The error as a sentence for people; None if it is none that anybody foresaw."""
    if isinstance(error, KanonError):
        return error
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    if full or _FULL.search(str(error)):
        return Retryable(
            "Кончилось место на диске. Принятое цело. Освободите место и продолжите: kanon migrate resume.",
            "The disk is full. What was taken is safe. Make room and go on: kanon migrate resume.",
            detail=type(error).__name__,
        )
    return None


def _note(house: House, number: int, error: KanonError) -> None:
    with house.store.write() as writer:
        waits = isinstance(error, Stopped) or (
            isinstance(error, Conflict) and _paused(writer, number)
        )
        migrating.end(writer, number, "paused" if waits else "stopped", error)


def _paused(writer: Writer, number: int) -> bool:
    row = migrating.of_name(writer, str(number))
    return row is not None and row.connection in attention.pauses(writer)
