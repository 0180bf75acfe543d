"""`kanon set` and `kanon release`: a value of one's own for a field, and letting the sources speak again."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from admin.commands.decide import answer
from admin.commands.inspect import Json
from admin.commands.options import NOW, Deciding
from admin.commands.shell import house
from flows.decide_value import release_value as release
from flows.decide_value import set_value as set_

Id = Annotated[str, Parameter(help="Golden id of a company, unit, contact or item.")]


def set_value(
    id: Id,  # noqa: A002  its name on the command line
    field: Annotated[str, Parameter(help="The field, such as name, inn or phones.")],
    value: str,
    *,
    how: Deciding = NOW,
    json: Json = False,
) -> int:
    """Set a FIELD of a golden record by hand: this VALUE wins over every source, through all loads.

    It is cleaned and checked as one from a source. A phone or an e-mail is added to those of the sources.
    """
    with house() as opened:
        found = set_(opened, id, field, value, how.name, how.reason, preview=how.preview)
        return answer(opened, found, later=how.later, as_json=json)


def release_value(
    id: Id,  # noqa: A002  its name on the command line
    field: str,
    *,
    how: Deciding = NOW,
    json: Json = False,
) -> int:
    """Let the sources have their say again about a FIELD that was set by hand."""
    with house() as opened:
        found = release(opened, id, field, how.name, how.reason, preview=how.preview)
        return answer(opened, found, later=how.later, as_json=json, undone=True)
