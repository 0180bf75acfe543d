"""Colleagues as the company's directory knows them: the list, and one card with what he has at hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking, masking
from admin.guard.forms import form, one
from admin.listing import lists
from admin.listing.tables import Column, Empty, Filter, Table
from admin.pages.hand_over import is_whole
from admin.site import site_of
from admin.words.language import N_
from schemas.absences import ABSENCES, Away
from schemas.errors import ConfigError, Refused
from store import absences
from store.clock import utc_now
from store.engine import Reader
from store.views import staff
from store.views.paging import Order, Page, Place, Row
from store.views.staff_work import WEEKS, work

router = APIRouter(include_in_schema=False)
_TYPED = ("kind", "since", "until", "deputy", "note")
_LONGEST = 200


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
    away = absences.away(reader, utc_now())
    rows = [_told(row, away) for row in staff.with_managers(reader, found.rows)]
    return Page(rows, found.next, found.previous)


def _told(row: Mapping[str, Any], away: Mapping[str, str | None]) -> dict[str, Any]:
    """What a list, its JSON and its CSV bear: no phones and no addresses."""
    names = (*(column.name for column in TABLE.columns), "connection", "key", "manager_key")
    return {**{name: row[name] for name in names}, "status": _standing(row, away)}


def _standing(row: Mapping[str, Any], away: Mapping[str, str | None]) -> str:
    told = staff.standing(row, utc_now())
    return "away" if told == "at_work" and (row["login"] or "").lower() in away else told


lists.add_twins(router, TABLE, lists.always(_listing))


@router.get("/employees")
def show(request: Request) -> Response:
    """The list."""
    listing = lists.load(request, TABLE, _listing)
    return site_of(request).render(request, "list.html", {"table": TABLE, "listing": listing})


@router.get("/employees/{connection}/{key}")
def card(request: Request, connection: str, key: str) -> Response:
    """One colleague; phones and addresses are masked for those who may not see contact data."""
    return _card(request, connection, key)


@router.post("/employees/{connection}/{key}")
async def told_away(request: Request, connection: str, key: str) -> Response:
    """Writes an absence down, or takes one back."""
    fields = await form(request)
    return await run_in_threadpool(_told_away, request, connection, key, fields)


def _told_away(
    request: Request, connection: str, key: str, fields: dict[str, list[str]]
) -> Response:
    site = site_of(request)
    with site.store.read() as reader:
        row = staff.card(reader, connection[:100], key[:100])
    if row is None or not row["login"]:
        raise HTTPException(404)
    by, whole = asking.login(request), is_whole(request)
    said = {name: one(fields, name).strip()[:_LONGEST] for name in (*_TYPED, "back")}
    try:
        if said["back"]:
            number = int(said["back"]) if said["back"].isdecimal() and len(said["back"]) < 16 else 0
            if not site.actions.enquiring.be_back(number, by, whole):
                raise HTTPException(404)
        else:
            site.actions.enquiring.be_away(_typed(row["login"], said), by, whole)
    except (ConfigError, Refused) as error:
        return _card(request, connection, key, said, error.for_user(site.language(request)))
    return RedirectResponse(f"{_link(row)}#absences", 303)


def _typed(login: str, said: Mapping[str, str]) -> Away:
    """ConfigError for what is no day and no kind."""
    kind = next((one for one in ABSENCES if one == said["kind"]), None)
    try:
        days = date.fromisoformat(said["since"]), date.fromisoformat(said["until"])
    except ValueError:
        days = None
    if kind is None or days is None:
        raise ConfigError(
            "Укажите первый и последний день и причину.", "Say the first and the last day, and why."
        )
    return Away(login, kind, *days, said["deputy"] or None, said["note"] or None)


def _card(
    request: Request, connection: str, key: str, typed: Mapping[str, str] | None = None, error: str = ""
) -> Response:  # fmt: skip
    site, now = site_of(request), utc_now()
    with site.store.read() as reader:
        row = staff.card(reader, connection[:100], key[:100])
        if row is None:
            raise HTTPException(404)
        has = work(reader, row, now)
        away = absences.away(reader, now)
        told = absences.of_login(reader, row["login"], now) if row["login"] else []
        people = staff.at_work(reader, now)
    hides = masking.is_masked_for(request)
    points = {
        kind: [masking.masked(kind, one) if hides else one for one in row[f"{kind}s"] or ()]
        for kind in ("phone", "email")
    }
    context = {
        "row": row, "points": points, "has": has, "weeks": WEEKS.days // 7, "link": _link,
        "standing": _standing(row, away), "topics": site.settings.topics, "absences": told,
        "people": people, "kinds": ABSENCES, "typed": typed or dict.fromkeys(_TYPED, ""), "error": error,
    }  # fmt: skip
    return site.render(request, "employee.html", context, 422 if error else 200)
