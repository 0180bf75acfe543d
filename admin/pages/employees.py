"""Colleagues as the company's directory knows them: the list, and one card with what he has at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from admin.guard import masking
from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.site import site_of
from admin.words.language import N_
from store.clock import utc_now
from store.engine import Reader
from store.views import staff
from store.views.paging import Order, Page, Place, Row
from store.views.staff_work import WEEKS, work

router = APIRouter(include_in_schema=False)


def _link(row: Row) -> str:
    return f"/employees/{quote(row['connection'], safe='')}/{quote(row['key'], safe='')}"


def _manager(row: Row) -> str | None:
    told = {"connection": row["connection"], "key": row["manager_key"]}
    return _link(told) if row["manager"] else None


TABLE = Table(
    path="/employees",
    title=N_("Employees"),
    lead=N_("Colleagues by Active Directory: who works where, under whom, and by which extension."),
    columns=(
        Column("name", N_("Full name"), link=_link, wide=True),
        Column("status", N_("State"), "state"),
        Column("position", N_("Job title")),
        Column("department", N_("Department")),
        Column("manager", N_("Head"), link=_manager),
        Column("extension", N_("Extension"), "code"),
        Column("login", N_("Login"), "code"),
    ),
    filters=(
        Filter("q", N_("Name begins with"), live=True),
        Filter("status", N_("State"), (("active", N_("at work")), ("inactive", N_("not at work")))),
        Filter("department", N_("Department")),
        Filter("extension", N_("Extension")),
    ),
    orders=(staff.BY_NAME,),
    empty=Empty(
        N_("No employees yet"),
        N_("Connect Active Directory, and colleagues with their heads and extensions appear here."),
        (N_("Open the sources"), "/sources"),
    ),
)


def _listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    typed = filters.get("q", "")
    named = {**filters, "q": typed[:1].upper() + typed[1:]}
    found = staff.listing(reader, named, order, start, limit)
    rows = [_told(row) for row in staff.with_managers(reader, found.rows)]
    return Page(rows, found.next, found.previous)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a list, its JSON and its CSV bear: no phones and no addresses."""
    names = (*(column.name for column in TABLE.columns), "connection", "key", "manager_key")
    return {**{name: row[name] for name in names}, "status": staff.standing(row, utc_now())}


lists.add_twins(router, TABLE, lists.always(_listing))


@router.get("/employees")
def show(request: Request) -> Response:
    """The list."""
    listing = lists.load(request, TABLE, _listing)
    return site_of(request).render(request, "list.html", {"table": TABLE, "listing": listing})


@router.get("/employees/{connection}/{key}")
def card(request: Request, connection: str, key: str) -> Response:
    """One colleague; phones and addresses are masked for those who may not see contact data."""
    site, now = site_of(request), utc_now()
    with site.store.read() as reader:
        row = staff.card(reader, connection[:100], key[:100])
        if row is None:
            raise HTTPException(404)
        has = work(reader, row, now)
    hides = masking.is_masked_for(request)
    points = {
        kind: [masking.masked(kind, one) if hides else one for one in row[f"{kind}s"] or ()]
        for kind in ("phone", "email")
    }
    context = {
        "row": row, "points": points, "has": has, "weeks": WEEKS.days // 7, "link": _link,
        "standing": staff.standing(row, now), "topics": site.settings.topics,
    }  # fmt: skip
    return site.render(request, "employee.html", context)
