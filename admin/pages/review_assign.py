"""Giving waiting pairs to a steward: those chosen on the queue, or all of a filter after a look at how many."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import assigning
from admin.guard.forms import form, one
from admin.pages import review_choice
from admin.pages.reviews import AGES
from admin.site import site_of
from dedup import pattern
from store import assignments
from store.views import reviews

router = APIRouter(include_in_schema=False)
_AT_ONCE = 500
_NUMBER = 19  # digits of a 64-bit number


@router.get("/reviews/assignment")
def show(request: Request) -> Response:
    """How many pairs a filter chooses and whose they are now, before all of them are given away."""
    site, kept = site_of(request), review_choice.kept(request.query_params)
    with site.store.read() as reader:
        found = assignments.rows(reader, reviews.chosen(review_choice.filters(kept)))
        people = assigning.people(reader)
    context = {
        "kept": kept,
        "pairs": found.height,
        "capped": found.height == assignments.MOST,
        "most": assignments.MOST,
        "shares": Counter[str](found["assignee"]).most_common(),
        "people": people,
        "findings": pattern.findings,
        "ages": dict(AGES),
    }
    return site.render(request, "review_assign.html", context)


@router.post("/reviews/assignment")
async def give(request: Request) -> Response:
    """Gives the pairs chosen, or with `all` those of the filter, and shows the queue again."""
    fields = await form(request)
    kept = review_choice.kept({name: one(fields, name) for name in review_choice.NAMES})
    login = assignments.NOBODY if one(fields, "back") else one(fields, "to").strip()[:64]
    if not login and not one(fields, "back"):
        raise HTTPException(422)
    wanted = _wanted(fields, kept)
    if wanted is None:
        return _back(kept, {"given": "0"})
    done = await run_in_threadpool(assigning.give, request, wanted, login)
    return _back(kept, {"given": str(done.pairs), "left_out": str(done.left_out), "to": login})


def _wanted(fields: dict[str, list[str]], kept: dict[str, str]) -> assignments.Wanted | None:
    """What is to be given; None if nothing was chosen."""
    if one(fields, "all"):
        return reviews.chosen(review_choice.filters(kept))
    told = fields.get("pick", [])[:_AT_ONCE]
    if not all(text.removeprefix("-").isdecimal() and len(text) <= _NUMBER + 1 for text in told):
        raise HTTPException(422)
    ids = [number for number in map(int, told) if -(2**63) <= number < 2**63]
    return assignments.named(ids) if ids else None


def _back(kept: dict[str, str], told: dict[str, str]) -> Response:
    return RedirectResponse(f"/reviews?{urlencode({**kept, **told})}", status_code=303)
