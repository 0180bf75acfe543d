"""`kanon journal`: the chain of acts, checked and printed."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from admin.commands.inspect import Json
from admin.commands.shell import house, say, show
from store import journal
from store.views import journal as entries
from store.views.paging import Row

BROKEN = 1


def journal_check() -> int:
    """Verify that no entry of the journal was changed, taken out or put in.

    Each entry is sealed with the one before. Exit code 0: the chain is whole; 1: the first broken entry is
    named.
    """
    with house() as opened, opened.store.read() as reader:
        found = journal.check(reader)
    if found.broken:
        say(
            f"Журнал повреждён: первая неверная запись {found.broken}, до неё верны {found.rows}. Не меняйте базу и сохраните её копию.",
            f"The journal is broken: the first wrong entry is {found.broken}, {found.rows} before it are right. Leave the database as it is and keep a copy.",
        )
        return BROKEN
    say(f"Журнал цел: записей {found.rows}.", f"The journal is whole: {found.rows} entries.")
    return 0


def journal_list(
    *,
    who: str = "",
    act: str = "",
    limit: Annotated[int, Parameter(validator=Number(gte=1, lte=100_000))] = 50,
    json: Json = False,
) -> int:
    """List the newest entries: number, when, who, what, object, reason, from where."""
    filters = {name: value for name, value in (("who", who), ("act", act)) if value}
    with house() as opened, opened.store.read() as reader:
        page = entries.listing(reader, filters, entries.NEWEST, None, limit)
    empty = ("Журнал пуст.", "The journal is empty.")
    show([_told(row) for row in page.rows], as_json=json, empty=empty)
    return 0


def _told(row: Row) -> dict[str, object]:
    return {**row, "at": f"{row['at'].astimezone():%d.%m.%Y %H:%M:%S}"}
