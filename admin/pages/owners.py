"""Whose client a company is: said on its card by whoever sees the whole base."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking
from admin.guard.forms import form, one
from admin.site import site_of
from schemas.scopes import owner_of
from store import owners
from store.views import parts

router = APIRouter(include_in_schema=False)
_MOST = 20


@router.post("/parties/{party_id}/owners")
async def give(request: Request, party_id: str) -> Response:
    """The company has these owners, told apart by commas, and no others."""
    fields = await form(request)
    return await run_in_threadpool(_given, request, party_id, one(fields, "owners"))


def _given(request: Request, party_id: str, text: str) -> Response:
    named = sorted({owner_of(name) for name in text[:2000].split(",") if name.strip()})
    if len(named) > _MOST:
        raise HTTPException(422)
    if not given(request, party_id, named):
        raise HTTPException(404)
    return RedirectResponse(f"/parties/{quote(party_id, safe='')}?owned=1", status_code=303)


def given(request: Request, party_id: str, named: list[str]) -> bool:
    """Gives a company these owners and no others, told to the journal; False if there is no such company."""
    with site_of(request).store.write() as writer:
        if parts.one(writer, "legal_entity", party_id[:100]) is None:
            return False
        before = owners.of(writer, party_id)
        owners.give(writer, [party_id], named, asking.login(request))
        was, now = {"owners": before}, {"owners": named}
        noting.note(writer, request, "owner_given", "legal_entity", party_id, before=was, after=now)
    return True
