"""Handing enquiries over: one person's or one unit's open ones, chosen and given to somebody else with a reason."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking, masking, rights
from admin.guard.forms import form, one
from admin.guard.rights import Right
from admin.pages.enquiries import hidden
from admin.pages.routing_words import TABS
from admin.site import site_of
from schemas.errors import ConfigError, Refused
from store.clock import utc_now
from store.views import enquiries, staff

router = APIRouter(include_in_schema=False)
_MOST = 100
_LONGEST = 200


@router.get("/enquiries/hand-over")
def show(request: Request) -> Response:
    """The open enquiries of an owner or a unit, the most urgent first."""
    return _shown(request, dict(request.query_params))


def _shown(request: Request, asked: dict[str, str], error: str = "") -> Response:
    chosen = {name: asked.get(name, "")[:_LONGEST] for name in ("owner", "unit", "due")}
    filters = {**{n: v for n, v in chosen.items() if v}, "state": enquiries.STANDING}
    with site_of(request).store.read() as reader:
        page = enquiries.listing(reader, filters, enquiries.NEWEST, None, _MOST)
        people = staff.at_work(reader, utc_now())
    rows = [hidden(row) if masking.is_masked_for(request) else row for row in page.rows]
    context: dict[str, Any] = {
        "rows": rows, "more": page.next is not None, "chosen": chosen, "people": people, "holders": page.rows,
        "beside": TABS, "typed": asked, "error": error, "done": asked.get("done", ""),
    }  # fmt: skip
    return site_of(request).render(request, "hand_over.html", context, 422 if error else 200)


@router.post("/enquiries/hand-over")
async def hand_over(request: Request) -> Response:
    """Gives the chosen ones to somebody else."""
    fields = await form(request)
    return await run_in_threadpool(_given, request, fields)


def is_whole(request: Request) -> bool:
    """Whether whoever asks may hand over anybody's: leads, administrators, and everybody where nobody signs in."""
    person = asking.person(request)
    return person is None or rights.held_by(person, Right.ASSIGN)


def _given(request: Request, fields: dict[str, list[str]]) -> Response:
    def said(name: str) -> str:
        return one(fields, name).replace("\0", "").strip()[:_LONGEST]

    filters = {name: said(name) for name in ("owner", "unit", "due") if said(name)}
    ids = [one[:64] for one in fields.get("id", ())]
    act = site_of(request).actions.enquiring.hand_over
    to, unit = said("to_owner") or None, said("to_unit") or None
    try:
        if not ids:
            raise ConfigError("Отметьте обращения, которые надо передать.", "Choose enquiries.")
        done = act(ids, to, unit, asking.login(request), said("why"), is_whole(request))
    except (ConfigError, Refused) as error:
        typed = {name: said(name) for name in ("to_owner", "to_unit", "why")}
        return _shown(request, filters | typed, error.for_user(site_of(request).language(request)))
    return RedirectResponse(f"/enquiries/hand-over?{urlencode({**filters, 'done': done})}", 303)
