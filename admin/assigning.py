"""Giving waiting pairs to a steward and taking them back, as the page and the API do it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from starlette.requests import Request

from admin import noting
from admin.guard.rights import GRANTS, Right
from admin.site import site_of
from admin.trouble import Trouble
from store import accounts, assignments
from store.accounts import Account
from store.engine import Reader, Writer

_NAMED = 20  # more pairs than these the journal counts and does not name


@dataclass(frozen=True, slots=True)
class Given:
    """How many pairs changed hands, and how many stayed because the person does not see their companies."""

    pairs: int
    left_out: int


def people(reader: Reader) -> list[Account]:
    """Everybody who may sign in and decide, by login."""
    held = accounts.listing(reader)
    return [one for one in held if one.active and Right.DECIDE in GRANTS[one.role]]


def give(request: Request, wanted: assignments.Wanted, login: str) -> Given:
    """Give the pairs of a query to a login, or take them back with `assignments.NOBODY`; the journal says so.

    Trouble (422) if nobody who may decide has that login.
    """
    store = site_of(request).store
    with store.read() as reader:
        held = _known(reader, login) if login else None
        found = assignments.rows(reader, wanted)
    seen = found
    if held is not None and held.scope is not None:
        with store.within(held.scope).read() as reader:
            seen = found.join(assignments.rows(reader, wanted), on="id", how="semi")
    with store.write() as writer:
        moved = assignments.assign(writer, seen, login)
        if moved:
            _note(request, writer, seen.filter(pl.col("assignee") != login), login)
    return Given(moved, found.height - seen.height)


def _known(reader: Reader, login: str) -> Account:
    found = next((one for one in people(reader) if one.login == login), None)
    if found is None:
        raise Trouble(422, "assignee_unknown", "to")
    return found


def _note(request: Request, writer: Writer, found: pl.DataFrame, login: str) -> None:
    had = sorted(set(found["assignee"]) - {assignments.NOBODY})
    which = found.head(_NAMED).select(pl.concat_str("left", "right", separator=" ~ ")).to_series()
    told = {"rows": found.height, "pairs": ", ".join(which)}
    before = {"assignee": ", ".join(had)} if had else None
    if login:
        after = {"assignee": login, **told}
        noting.note(writer, request, "pairs_assigned", "account", login, before=before, after=after)
    else:
        noting.note(writer, request, "pairs_taken_back", before=before, after=told)
