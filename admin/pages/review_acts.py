"""Acts of more than one word: proposals for a second person, acts in bulk under way, and taking them back."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard.forms import form, one
from admin.pages.review_decide import by_whom
from admin.site import site_of
from admin.words.language import N_
from schemas.errors import KanonError
from store import proposals
from store.views import reviews

router = APIRouter(include_in_schema=False)
WHY = {
    "inn_differ": N_("The INN of the two differ, or one is mistyped."),
    "many_records": N_("More than five source records come together or apart."),
    "many_pairs": N_("More than a hundred pairs are answered at once."),
}
STATES = {
    "waiting": N_("waits for a second person"),
    "running": N_("under way"),
    "done": N_("done"),
    "declined": N_("declined"),
    "undone": N_("taken back"),
}
TONES = {"waiting": "warn", "running": "info", "done": "ok", "declined": "idle", "undone": "idle"}
_DOES = ("confirm", "decline", "undo", "continue")


@router.get("/reviews/second")
def second(request: Request) -> Response:
    """What waits for a second person, and what was done of late."""
    site = site_of(request)
    with site.store.read() as reader:
        waiting = proposals.newest(reader, "waiting")
        recent = [one for one in proposals.newest(reader) if one.state != "waiting"]
        tabs = reviews.tabs(reader)
    context = {"waiting": waiting, "recent": recent[:20], "tabs": tabs, "lane": "second"}
    return site.render(request, "reviews_second.html", {**context, **_words()})


@router.get("/reviews/acts/{number:int}")
def show(request: Request, number: int) -> Response:
    """One act: what it is about, how far it is, and what could not be decided."""
    site = site_of(request)
    if number >= 2**63:
        raise HTTPException(404)
    with site.store.read() as reader:
        act = proposals.one(reader, number)
    if act is None:
        raise HTTPException(404)
    at_work = act.state == "running" and _at_work(request, number)
    told = {
        "act": act,
        "at_work": at_work,
        "fresh": act.done == 0,
        "own": act.author == by_whom(request),
    }
    return site.render(request, "review_act.html", {**told, **_words()})


def _at_work(request: Request, number: int) -> bool:
    try:
        return site_of(request).actions.stewardship.is_at_work(number)
    except KanonError:
        return False


def _words() -> dict[str, object]:
    return {"why": WHY, "states": STATES, "tones": TONES}


@router.post("/reviews/acts/{number:int}")
async def answer(request: Request, number: int) -> Response:
    """Confirms, declines, carries on with, or takes back an act."""
    fields = await form(request)
    does = one(fields, "do")
    if does not in _DOES or number >= 2**63:
        raise HTTPException(422)
    reason = one(fields, "why").replace("\0", "").strip()[:500] or None
    await run_in_threadpool(_do, request, does, number, reason)
    return RedirectResponse(f"/reviews/acts/{number}", status_code=303)


def _do(request: Request, does: str, number: int, reason: str | None) -> None:
    stewardship, by = site_of(request).actions.stewardship, by_whom(request)
    if does == "confirm":
        stewardship.confirm(number, by)
    elif does == "decline":
        stewardship.decline(number, by, reason)
    elif does == "undo":
        stewardship.undo(number, by)
    else:
        stewardship.go_on(number)
