"""`kanon calls`: the journal of calls in the terminal."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from admin.commands.inspect import Json
from admin.commands.shell import house, show
from store.views import calls as journal

_SHOWN = (
    "started_at", "direction", "missed", "company", "number", "employee", "wait_s", "talk_s",
    "closed_after_s",
)  # fmt: skip


def calls(
    *,
    missed: bool = False,
    phone: str | None = None,
    employee: str | None = None,
    limit: Annotated[int, Parameter(validator=Number(gte=1, lte=10_000))] = 20,
    json: Json = False,
) -> int:
    """The latest calls, each with the company its number belongs to.

    With --missed those that nobody has called back yet. A phone is given as E.164: +74951234567.
    """
    told = {
        "missed": journal.OPEN if missed else "",
        "phone": phone or "",
        "employee": employee or "",
    }
    with house() as opened, opened.store.read() as reader:
        page = journal.listing(reader, told, journal.NEWEST, None, limit)
    rows = [{name: row[name] for name in _SHOWN} for row in page.rows]
    empty = (
        "Таких звонков нет. Подключить станцию: docs/connectors/asterisk.md",
        "There are no such calls. To connect a switch: docs/connectors/asterisk.md",
    )
    if not json:
        rows = [
            {**row, "started_at": f"{row['started_at'].astimezone():%d.%m.%Y %H:%M}"}
            for row in rows
        ]
    show(rows, as_json=json, empty=empty)
    return 0
