"""To whom enquiries go: the table in force, versions before it, proposals, and what they would have done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking
from admin.guard.forms import form, one
from admin.pages import versions
from admin.pages.routing_form import Misfit, Typed, blank, read, table_of, typed_of
from admin.pages.routing_words import misfit, words
from admin.site import site_of
from config.routing import RoutingTable, parse_routing
from schemas.errors import ConfigError, Conflict
from store import jobs, routes
from store.engine import Reader
from store.jobs import Job
from store.versions import ROUTING

router = APIRouter(include_in_schema=False)
HOME = "/enquiries/routing"


@router.get("/enquiries/routing")
def show(request: Request) -> Response:
    """What is in force, what is proposed, what was before."""
    with site_of(request).store.read() as reader:
        active, before = ROUTING.active(reader), ROUTING.before(reader)
        context = {
            "active": active,
            "before": before,
            "table": _table(request, reader, active.version),
            "history": ROUTING.history(reader),
            "drafts": ROUTING.waiting(reader),
        }
    return site_of(request).render(request, "routing.html", context | words(request))


def _table(request: Request, reader: Reader, version: int) -> RoutingTable:
    found = ROUTING.of(reader, version)
    return parse_routing(found.lines) if found else site_of(request).settings.routing


@router.get("/enquiries/routing/new")
def new(request: Request) -> Response:
    """The table in force as a form; saving makes a new version."""
    with site_of(request).store.read() as reader:
        active = ROUTING.active(reader)
        table = _table(request, reader, active.version)
    return _form(request, [*typed_of(table), blank(len(table.lines) + 1)], active.id)


def _form(
    request: Request, lines: list[Typed], seen: int | None = None, why: str = "", error: str = ""
) -> Response:
    """The form; `seen` is the time in force that its lines know of, the present one if it tells none."""
    with site_of(request).store.read() as reader:
        now = ROUTING.active(reader).id if seen is None else seen
        people, groups = routes.staff(reader), routes.groups(reader)
    known = {
        "department": people["department"].drop_nulls().unique().sort().to_list(),
        "group": groups["name"].drop_nulls().unique().sort().to_list(),
        "employee": people["login"].drop_nulls().unique().sort().to_list()[:500],
    }
    context = {"seen": now, "lines": lines, "why": why, "error": error, "known": known} | words(
        request
    )
    return site_of(request).render(request, "routing_form.html", context, 422 if error else 200)


@router.post("/enquiries/routing")
async def propose(request: Request) -> Response:
    """Keeps a proposal and shows it; or shows the form with one line more."""
    fields = await form(request)
    return await run_in_threadpool(_proposed, request, fields)


def _proposed(request: Request, fields: dict[str, list[str]]) -> Response:
    lines, why, seen = read(fields), versions.reason(fields), versions.seen(fields)
    if one(fields, "act") == "more":
        return _form(request, [*lines, blank(len(lines) + 1)], seen, why)
    try:
        number = site_of(request).actions.routing.propose(
            table_of(lines), asking.login(request), why, seen
        )
    except Misfit as error:
        return _form(request, lines, seen, why, misfit(request, error))
    except ConfigError as error:
        told = error.for_user(site_of(request).language(request))
        return _form(request, lines, seen, why, told)
    except Conflict as error:
        told = error.for_user(site_of(request).language(request))
        return _form(request, lines, None, why, told)
    return RedirectResponse(f"{HOME}/{number}", 303)


@router.get("/enquiries/routing/{version:int}")
def draft(request: Request, version: int) -> Response:
    """One version: its lines beside those in force, and what it would have done with past enquiries."""
    site = site_of(request)
    with site.store.read() as reader:
        found = ROUTING.of(reader, version) if version < 2**53 else None
        if found is None:
            raise HTTPException(404)
        active = ROUTING.active(reader)
        table, current = parse_routing(found.lines), _table(request, reader, active.version)
        context: dict[str, Any] = {
            "draft": found,
            "table": table,
            "current": current,
            "gone": [line for line in current.lines if line not in table.lines],
            "active": active,
            "job": (tried := jobs.last(reader, "routing", str(version))),
            "examples": _examples(tried),
            "own": site.settings.sign_in and found.author == asking.login(request),
        }
    return site.render(request, "routing_draft.html", context | words(request))


def _examples(tried: Job | None) -> list[dict[str, Any]]:
    told = tried.result.get("examples", ()) if tried and tried.result else ()
    return [{**one, "began_at": datetime.fromisoformat(one["began_at"])} for one in told]


@router.post("/enquiries/routing/{version:int}")
async def settle(request: Request) -> Response:
    """Tries a version on past enquiries, puts it in force or aside."""
    return await versions.settle(request, site_of(request).actions.routing, HOME)


@router.post("/enquiries/routing/back")
async def back(request: Request) -> Response:
    """Brings the table before this one back."""
    return await versions.back(request, site_of(request).actions.routing, HOME)
