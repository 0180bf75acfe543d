"""Saving a list under a name, for oneself or for all, and forgetting it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking
from admin.guard.forms import form, one
from admin.listing import lists
from admin.site import site_of
from schemas.errors import ConfigError, Conflict
from store import saved_lists

router = APIRouter(include_in_schema=False)
_LONGEST = 2000


@router.post("/lists")
async def save(request: Request) -> Response:
    """Keeps a list and shows it again."""
    fields = await form(request)
    return await run_in_threadpool(_saved, request, fields)


def _saved(request: Request, fields: dict[str, list[str]]) -> Response:
    path = one(fields, "path")
    query = _sound(path, one(fields, "query"))
    person = asking.person(request)
    try:
        with site_of(request).store.write() as writer:
            owner = person.login if person else ""
            shared = one(fields, "shared") == "yes"
            saved_lists.save(writer, path, one(fields, "name"), query, owner, shared=shared)
    except ConfigError as refusal:
        raise Conflict(refusal.ru, refusal.en) from refusal
    return RedirectResponse(f"{path}?{query}", status_code=303)


def _sound(path: str, query: str) -> str:
    """The query without what the list does not know; 404 for a path that is no list people keep."""
    if path not in lists.KEPT or len(query) > _LONGEST:
        raise HTTPException(404)
    table, _ = lists.KEPT[path]
    told = dict(parse_qsl(query))
    return urlencode({**table.chosen(told), "order": table.order(told.get("order")).name})


@router.post("/lists/drop")
async def drop(request: Request) -> Response:
    """Forgets a list of one's own; its records stay."""
    fields = await form(request)
    return await run_in_threadpool(_dropped, request, one(fields, "id"), one(fields, "path"))


def _dropped(request: Request, number: str, path: str) -> Response:
    if path not in lists.KEPT or not number.isdecimal() or len(number) > 18:
        raise HTTPException(404)
    person = asking.person(request)
    with site_of(request).store.write() as writer:
        saved_lists.drop(writer, int(number), person.login if person else "")
    return RedirectResponse(path, status_code=303)
