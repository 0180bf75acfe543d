"""Taking a whole migration back: records as before it, golden records and feed told, landing only marked.

Landing never changes, ids are for ever and the feed is not rewritten (design, laws 1 and 8): what came is
marked as withdrawn, ids that nobody bears any more are retired, and subscribers are told so.
"""

from __future__ import annotations

from config.migration import read_plan
from flows.house import House
from flows.map import map_stream
from flows.migrate.run import known
from flows.progress import Progress
from flows.run import running
from flows.sync import settle
from schemas.errors import Conflict
from store import migrating, taking_back
from store.engine import Writer
from store.journal import Act, note
from store.migrating import Migration


def rollback(house: House, name: str, author: str, progress: Progress | None = None) -> int:
    """Take the last migration of that name back as a whole; its number.

    Killed on the way, it goes on when called again. Conflict if something of its tables landed since, or
    landed with it that is no table of the plan.
    """
    row = known(house, name)
    if row.state == "withdrawn":
        raise Conflict(
            f"Миграция {row.name} № {row.id} уже отозвана.",
            f"Migration {row.name} no. {row.id} is withdrawn already.",
        )
    plan = read_plan(row.plan)
    mark = migrating.told(row.id)
    with running(house, "rollback", plan.connection, progress=progress, parameters=mark) as run:
        mappings = [house.mapping(plan.connection, table.name) for table in plan.carried]
        if row.state != "withdrawing":
            with house.store.write() as writer:
                _take_back(house, writer, row, author)
        for mapping in mappings:
            map_stream(run, plan.connection, mapping)
    settle(house, progress=progress, parameters=mark)
    with house.store.write() as writer:
        migrating.end(writer, row.id, "withdrawn")
    return row.id


def _take_back(house: House, writer: Writer, row: Migration, author: str) -> None:
    runs = migrating.runs_of(writer, row.id)
    parts = migrating.parts(writer, row.id)
    beside = taking_back.brought(writer, runs) - {part.stream for part in parts}
    if beside:
        named = ", ".join(sorted(beside))
        raise Conflict(
            f"Вместе с миграцией прочитаны {named}, которых нет в плане: откатить её целиком нельзя.",
            f"Read along with the migration were {named}, which are not in the plan: it cannot be taken back as a whole.",
        )
    for part in parts:
        if taking_back.foreign(writer, row.connection, part.stream, part.landed_before, runs):
            raise Conflict(
                f"После миграции в {part.stream} уже принято новое: сначала откатите то, что пришло позже.",
                f"Newer rows of {part.stream} landed since the migration: take back what came later first.",
            )
    keys = {}
    for part in parts:
        entity = house.mapping(row.connection, part.stream).target
        keys[part.stream] = taking_back.take_back(
            writer, row.connection, part.stream, entity, row.id, runs, read_before=part.read_before
        )
    migrating.end(writer, row.id, "withdrawing")
    note(writer, Act(author, "withdrawn_whole", "migration", str(row.id), after=keys))
