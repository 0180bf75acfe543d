"""The journal: who did what to which object, what was before and what came after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.site import site_of
from admin.words.journal import ACTS, TOLD
from admin.words.language import N_
from store import journal as chain
from store.views import journal
from store.views.paging import Row

router = APIRouter(include_in_schema=False)
_PAGES = {
    "source": "/sources/{}",
    "consumer": "/subscribers",
    "webhook": "/subscribers",
    "legal_entity": "/parties/{}",
    "account": "/users",
    "token": "/users",
}


def object_page(row: Mapping[str, Any]) -> str | None:
    """Where the object of an act is shown, if it has a page."""
    path = _PAGES.get(row["object_kind"] or "")
    safe = "/" not in (row["object_id"] or "/")
    return path.format(row["object_id"]) if path and safe else None


def _opened(row: Row) -> str:
    return f"/journal/{row['id']}"


TABLE = Table(
    path="/journal",
    title=N_("Journal"),
    lead=N_(
        "Who did what, kept for ever: rows are only added, and each is sealed with the one before."
    ),
    columns=(
        Column("id", N_("Number"), "number", link=_opened, order="newest"),
        Column("at", N_("When"), "instant"),
        Column("who", N_("Who"), "code"),
        Column("act", N_("What"), "act"),
        Column("object_kind", N_("Object"), "term"),
        Column("object_id", N_("Which"), link=object_page, wide=True),
        Column("reason", N_("Reason"), wide=True),
        Column("address", N_("From"), "code"),
    ),
    filters=(
        Filter("who", N_("Who")),
        Filter("act", N_("What"), choices=tuple(ACTS.items())),
        Filter("object_id", N_("Which")),
    ),
    orders=(journal.NEWEST,),
    empty=Empty(
        N_("Nothing has been done yet"),
        N_("The first sign-in, decision or export will stand here."),
        (N_("Open the pairs to review"), "/reviews"),
    ),
)
lists.add_twins(router, TABLE, lists.always(journal.listing))


@router.get("/journal")
def show(request: Request) -> Response:
    """The newest acts first."""
    listing = lists.load(request, TABLE, journal.listing)
    return site_of(request).render(request, "list.html", {"table": TABLE, "listing": listing})


@router.get("/journal/{number:int}")
def one(request: Request, number: int) -> Response:
    """One act, what was before and what came after."""
    if number > 2**53:
        raise HTTPException(404)
    with site_of(request).store.read() as reader:
        row = journal.row(reader, number)
    if row is None:
        raise HTTPException(404)
    context = {
        "row": row,
        "link": object_page(row),
        "sealed": chain.chained(row) == row["hash"],
        "told": TOLD,
        "sides": compared(_parsed(row["before"]), _parsed(row["after"])),
    }
    return site_of(request).render(request, "journal_row.html", context)


def _parsed(text: str | None) -> dict[str, Any]:
    """The fields of one side; a text that is no object stands under one name."""
    if not text:
        return {}
    try:
        told = json.loads(text)
    except ValueError:
        return {"text": text}
    return told if isinstance(told, dict) else {"text": text}


def compared(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, str | None, str | None]]:
    """(name, before, after) of every field that either side tells."""
    names = [*before, *(name for name in after if name not in before)]
    return [(name, _shown(before.get(name)), _shown(after.get(name))) for name in names]


def _shown(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)
