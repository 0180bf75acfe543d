"""Waiting pairs by the pattern of their evidence, and one answer for all of a group."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal, cast

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard.forms import form, one
from admin.pages import review_choice
from admin.pages.review_decide import by_whom
from admin.site import site_of
from admin.words.language import N_
from dedup import pattern
from flows.bulk import MOST, Plan
from store import desk
from store.views import reviews

router = APIRouter(include_in_schema=False)
Verdict = Literal["same", "different"]
SHOWN, WORST = 20, 5
EXCLUDED = {
    "two_inn": N_("two different INN"),
    "two_ogrn": N_("two different OGRN"),
    "grave": N_("grave: only one by one"),
    "opened": N_("somebody has them open"),
    "assigned": N_("assigned to somebody else"),
    "together": N_("one company already"),
    "gone": N_("a record is gone"),
    "chain": N_("would bring too much together"),
}


@router.get("/reviews/groups")
def groups(request: Request) -> Response:
    """Every pattern with its pairs."""
    site = site_of(request)
    with site.store.read() as reader:
        found, tabs = reviews.groups(reader), reviews.tabs(reader)
    context = {
        "groups": found,
        "tabs": tabs,
        "findings": pattern.findings,
        "most": max((one.pairs for one in found), default=1),
    }
    return site.render(request, "review_groups.html", context)


@router.get("/reviews/bulk")
def preview(request: Request, verdict: str = "") -> Response:
    """What one answer to all pairs chosen would be about."""
    if verdict not in ("same", "different"):
        raise HTTPException(404)
    site, kept = site_of(request), review_choice.kept(request.query_params)
    chosen = _filters(kept)
    plan = site.actions.stewardship.plan(chosen, cast("Verdict", verdict), by_whom(request))
    context = {
        "plan": plan,
        "kept": kept,
        "filters": chosen,
        "findings": pattern.findings,
        "shown": sample(plan),
        "worst": worst(plan),
        "excluded": [(EXCLUDED[why], n) for why, n in sorted(plan.excluded.items())],
        "at_once": MOST,
    }
    return site.render(request, "review_bulk.html", context)


@router.post("/reviews/bulk")
async def begin(request: Request) -> Response:
    """Starts the act that was looked at and shows how far it is."""
    fields = await form(request)
    verdict = one(fields, "verdict")
    if verdict not in ("same", "different"):
        raise HTTPException(422)
    kept = review_choice.kept({name: one(fields, name) for name in review_choice.NAMES})
    reason = one(fields, "why").replace("\0", "").strip()[:500] or None
    by = await run_in_threadpool(by_whom, request)
    act = await run_in_threadpool(
        site_of(request).actions.stewardship.begin,
        _filters(kept), cast("Verdict", verdict), by, reason, one(fields, "seen"),
    )  # fmt: skip
    return RedirectResponse(f"/reviews/acts/{act.id}", status_code=303)


def _filters(kept: dict[str, str]) -> dict[str, str]:
    """Only a group can be answered at once, never the whole queue."""
    chosen = {name: kept[name] for name in reviews.FACETS if name in kept}
    if not chosen:
        raise HTTPException(404)
    return {**chosen, **{n: kept[n] for n in ("assignee",) if n in kept}, "lane": desk.WAITING}


def sample(plan: Plan) -> list[dict[str, object]]:
    """Twenty of the pairs, drawn alike for everybody who looks at this plan."""

    def lot(row: dict[str, object]) -> str:
        told = f"{plan.stamp} {row['left_source']} {row['right_source']}"
        return sha256(told.encode()).hexdigest()

    return sorted((dict(row) for row in plan.pairs), key=lot)[:SHOWN]


def worst(plan: Plan) -> list[dict[str, object]]:
    """The five pairs that fit the answer least."""
    lowest = plan.verdict == "same"

    def unfit(row: dict[str, object]) -> float:
        score = float(cast("float", row["score"] if row["score"] is not None else 0.5))
        return score if lowest else -score

    return sorted((dict(row) for row in plan.pairs), key=unfit)[:WORST]
