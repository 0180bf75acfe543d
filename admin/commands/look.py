"""`kanon runs` and `kanon quarantine`: what happened, and what waits for a person."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from admin.commands.balance import print_run
from admin.commands.inspect import Json
from admin.commands.shell import house, language, show
from store import quarantine as waiting
from store import runs as history


def runs(run_id: int | None = None, *, limit: int = 20, json: Json = False) -> int:
    """The latest runs, or the balance sheet of one."""
    with house() as opened:
        if run_id is not None:
            print_run(opened, run_id, as_json=json)
            return 0
        with opened.store.read() as reader:
            page = history.page(reader, limit=limit)
    columns = [
        "id",
        "flow",
        "connection",
        "state",
        "started_at",
        "finished_at",
        f"error_{language()}",
    ]
    show(
        page.select(columns).to_dicts(),
        as_json=json,
        empty=("Запусков ещё не было.", "No runs yet."),
    )
    return 0


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
            columns = ["id", "stage", "connection", "stream", "key", "reason", "field", sentence]
        else:
            found = waiting.groups(reader)
            columns = ["rows", "stage", "connection", "stream", "reason", sentence]
    show(
        found.select(columns).to_dicts(),
        as_json=json,
        empty=("Карантин пуст.", "The quarantine is empty."),
    )
    return 0
