"""Looking at one masked phone or mail: allowed, and noted in the journal."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import masking
from admin.guard.forms import form, one
from admin.site import site_of
from store.views import parts

router = APIRouter(include_in_schema=False)


@router.post("/reveal")
async def reveal(request: Request) -> Response:
    """Notes who looks, then shows the company's contact points whole, for a minute."""
    fields = await form(request)
    return await run_in_threadpool(_revealed, request, one(fields, "party"))


def _revealed(request: Request, party_id: str) -> Response:
    site = site_of(request)
    with site.store.read() as reader:
        row = parts.one(reader, "legal_entity", party_id[:100])
    if row is None:
        raise HTTPException(404)
    with site.store.write() as writer:
        noting.note(writer, request, "revealed", "legal_entity", row["id"])
    until = masking.pass_for(request, row["id"])
    path = f"/parties/{quote(row['id'], safe='')}"
    return RedirectResponse(f"{path}?shown={until}", status_code=303)
