"""`kanon runs` and `kanon quarantine`: what happened, and what waits for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import polars as pl
from cyclopts import App, Parameter

from admin.commands import mend
from admin.commands.balance import print_run
from admin.commands.inspect import Json
from admin.commands.shell import house, language, out, say, show
from schemas.errors import ConfigError
from store import quarantine as waiting
from store import runs as history

waiting_room = App(name="quarantine", result_action="return_value")


def runs(run_id: int | None = None, *, limit: int = 20, json: Json = False) -> int:
    """The latest runs, or the balance sheet of one."""
    for number in (limit, 1 if run_id is None else run_id):
        if not 0 < number < 2**63:
            raise ConfigError(
                f"Числа {number} здесь не бывает, нужно от 1. Список запусков: kanon runs.",
                f"There is no number {number} here; give 1 or more. The list of runs: kanon runs.",
            )
    with house() as opened:
        if run_id is not None:
            print_run(opened, run_id, as_json=json)
            return 0
        with opened.store.read() as reader:
            page = history.page(reader, limit=limit)
    empty = ("Запусков ещё не было.", "No runs yet.")
    show(_lines(page, as_json=json), as_json=json, empty=empty)
    return 0


def _lines(page: pl.DataFrame, *, as_json: bool) -> list[dict[str, object]]:
    """Whole moments for scripts; local time and seconds for people."""
    error = f"error_{language()}"
    if as_json:
        columns = ["id", "flow", "connection", "state", "started_at", "finished_at", error]
        return page.select(columns).to_dicts()
    return [
        {
            "id": row["id"],
            "flow": row["flow"],
            "connection": row["connection"],
            "state": row["state"],
            "started": f"{row['started_at'].astimezone():%d.%m %H:%M:%S}",
            "seconds": _seconds(row["started_at"], row["finished_at"]),
            "error": row[error] or "",
        }
        for row in page.iter_rows(named=True)
    ]


def _seconds(start: datetime, end: datetime | None) -> float | None:
    return round((end - start).total_seconds(), 1) if end else None


@waiting_room.default
def quarantine(
    *,
    rows: Annotated[bool, Parameter(negative="", help="Row by row instead of grouped.")] = False,
    connection: str | None = None,
    reason: str | None = None,
    limit: int = 50,
    json: Json = False,
) -> int:
    """What could not be accepted, grouped by source and reason; --rows lists records with their ids."""
    sentence = f"message_{language()}"
    with house() as opened, opened.store.read() as reader:
        if rows:
            found = waiting.page(
                reader, limit=limit, state="open", connection=connection, reason=reason
            )
            columns = ["id", "connection", "stream", "key", "reason", "field"]
        else:
            found = waiting.groups(reader)
            columns = ["rows", "stage", "connection", "stream", "reason"]
    told = [*columns, sentence] if json else columns
    empty = ("Карантин пуст.", "The quarantine is empty.")
    show(found.select(told).to_dicts(), as_json=json, empty=empty)
    if not json:
        for code, text in found.select("reason", sentence).unique(maintain_order=True).iter_rows():
            out.print(f"[bold]{code}[/]: {text}", soft_wrap=True)
    return 0


@waiting_room.command
def discard(
    *ids: int, note: Annotated[str, Parameter(help="Why; it is kept with the record.")]
) -> int:
    """Close rows for good that nobody will mend: nothing of the source is changed or deleted.

    Give IDS of `kanon quarantine --rows`. If the source sends the same again, a new row is opened.
    """
    with house() as opened, opened.store.write() as writer:
        closed = waiting.mark(writer, ids, "discarded", note)
    say(
        f"Закрыто {closed}, уже закрытых или неизвестных {len(set(ids)) - closed}.",
        f"Closed {closed}; closed before or unknown {len(set(ids)) - closed}.",
    )
    return 0 if closed == len(set(ids)) else 1


for command in (mend.fix, mend.alike, mend.corrections, mend.takeback, mend.later):
    waiting_room.command(command)
