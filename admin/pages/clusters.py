"""A company from inside: its records as a graph and as a table, and parting them with a look before."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.graph import MOST, drawn
from admin.guard import asking, scoping
from admin.guard.forms import form, one
from admin.pages.review_decide import by_whom
from admin.site import site_of
from store import identity

router = APIRouter(include_in_schema=False)
_MOST_REFS = 500


@router.get("/clusters/{golden_id}")
def show(request: Request, golden_id: str) -> Response:
    """The records of a company and what ties them; an id that was merged leads to its survivor."""
    site = site_of(request)
    with site.store.read() as reader:
        lives = identity.resolve(reader, golden_id)
    if lives is not None and lives != golden_id:
        return RedirectResponse(f"/clusters/{lives}", status_code=303)
    scoping.refuse_unseen(asking.person(request), site.store, [golden_id])
    found = site.actions.stewardship.cluster(golden_id)
    if found is None:
        raise HTTPException(404)
    told = request.query_params
    context = {
        "cluster": found,
        "graph": drawn(found) if 1 < len(found.members) <= MOST else None,
        "parted": told.get("parted", "") if told.get("parted", "").isdecimal() else "",
        "proposed": told.get("proposed", "") if told.get("proposed", "").isdecimal() else "",
        "taken_back": told.get("taken_back", ""),
    }
    return site.render(request, "cluster.html", context)


@router.get("/clusters/{golden_id}/parting")
def preview(request: Request, golden_id: str) -> Response:
    """What would become of the company if the records chosen left it."""
    refs = _refs(request.query_params.getlist("ref"))
    if not refs:
        return RedirectResponse(f"/clusters/{golden_id}", status_code=303)
    found = site_of(request).actions.stewardship.parting(golden_id, refs)
    return site_of(request).render(request, "parting.html", {"parting": found})


@router.post("/clusters/{golden_id}/split")
async def split(request: Request, golden_id: str) -> Response:
    """Parts the records that were looked at, and shows the company that stays."""
    fields = await form(request)
    refs, version = _refs(fields.get("ref", [])), one(fields, "version")
    if not refs or not version.isdecimal() or len(version) > 15:
        raise HTTPException(422)
    reason = one(fields, "why").replace("\0", "").strip()[:500] or None
    by = await run_in_threadpool(by_whom, request)
    done = await run_in_threadpool(
        site_of(request).actions.stewardship.split, golden_id, refs, by, reason, int(version)
    )
    what = f"proposed={done.proposal}" if done.decision is None else f"parted={done.decision}"
    return RedirectResponse(f"/clusters/{golden_id}?{what}", status_code=303)


@router.post("/clusters/{golden_id}/undo")
async def undo(request: Request, golden_id: str) -> Response:
    """Takes a parting back."""
    number = one(await form(request), "decision")
    if not number.isdecimal() or len(number) > 18:
        raise HTTPException(422)
    by = await run_in_threadpool(by_whom, request)
    await run_in_threadpool(site_of(request).actions.withdraw, int(number), by)
    return RedirectResponse(f"/clusters/{golden_id}?taken_back={number}", status_code=303)


def _refs(told: Sequence[str]) -> list[str]:
    return [ref for ref in told[:_MOST_REFS] if ref.count("/") >= 2 and "\0" not in ref]
