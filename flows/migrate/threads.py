"""How many tables of a migration are read at once, changed while it runs."""

from __future__ import annotations

from flows.sync import MOST_AT_ONCE
from schemas.errors import ConfigError, Conflict
from store import migrating
from store.engine import Writer
from store.migrating import Migration


def change(writer: Writer, name: str, threads: int | None) -> Migration:
    """Have so many tables read at once, None as many as the connection says; the migration as it was before.

    A run under way obeys as soon as a table is through, and begins more of them within a second. ConfigError
    if there is no such migration or the number is none; Conflict if it has ended.
    """
    if threads is not None and not 1 <= threads <= MOST_AT_ONCE:
        raise ConfigError(
            f"Сразу читают от 1 до {MOST_AT_ONCE} таблиц.",
            f"From 1 to {MOST_AT_ONCE} tables are read at once.",
        )
    row = migrating.of_name(writer, name)
    if row is None:
        raise ConfigError(f"Миграции «{name}» не было.", f"There was no migration '{name}'.")
    if row.over:
        raise Conflict(
            f"Миграция {row.name} №{row.id} окончена: читать больше нечего.",
            f"Migration {row.name} no. {row.id} has ended: nothing is left to read.",
        )
    migrating.set_threads(writer, row.id, threads)
    return row
