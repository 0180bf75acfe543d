"""Answering a pair: one company, two, nobody can tell, or later; and taking the answer back."""

from __future__ import annotations

from typing import Literal, cast
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import asking
from admin.actions import Judged
from admin.forms import form, one
from admin.site import site_of
from store.views import reviews

router = APIRouter(include_in_schema=False)
VERDICTS = ("same", "different", "unsure")


@router.post("/reviews/pair")
async def decide(request: Request) -> Response:
    """Writes the answer down and shows the next pair, with the answer to take back above it."""
    fields = await form(request)
    left, right, verdict = (one(fields, name) for name in ("left", "right", "verdict"))
    if verdict not in VERDICTS or min(left.count("/"), right.count("/")) < 2:
        raise HTTPException(422)
    answer = Judged(
        cast("Literal['same', 'different', 'unsure']", verdict),
        one(fields, "why").strip() or None,
        one(fields, "seen"),
        await run_in_threadpool(_by, request),
    )
    reason = one(fields, "reason")
    beyond = await run_in_threadpool(_following, request, left, right, reason)
    number = await run_in_threadpool(site_of(request).actions.judge, left, right, answer)
    done = {"done": str(number), "was": verdict, "of_left": left, "of_right": right}
    return _to(beyond, reason, done)


@router.get("/reviews/next")
def later(request: Request, left: str = "", right: str = "", reason: str = "") -> Response:
    """The pair after this one; this one goes on waiting."""
    if min(left.count("/"), right.count("/")) < 2:
        raise HTTPException(404)
    return _to(_following(request, left, right, reason), reason, {})


@router.post("/reviews/withdraw")
async def withdraw(request: Request) -> Response:
    """Takes an answer back and shows its pair again."""
    fields = await form(request)
    number, left, right = (one(fields, name) for name in ("decision", "left", "right"))
    if not number.isdecimal() or len(number) > 18:
        raise HTTPException(422)
    by = await run_in_threadpool(_by, request)
    await run_in_threadpool(site_of(request).actions.withdraw, int(number), by)
    return _to((left, right), one(fields, "reason"), {"taken_back": number})


def _by(request: Request) -> str:
    person = asking.person(request)
    return person.login if person else ""


def _following(request: Request, left: str, right: str, reason: str) -> tuple[str, str] | None:
    with site_of(request).store.read() as reader:
        return reviews.following(reader, left, right, reason or None)


def _to(pair: tuple[str, str] | None, reason: str, told: dict[str, str]) -> Response:
    kept = {"reason": reason} if reason else {}
    where = {"left": pair[0], "right": pair[1]} if pair else {}
    path = "/reviews/pair" if pair else "/reviews"
    query = urlencode({**where, **kept, **told})
    return RedirectResponse(f"{path}?{query}" if query else path, status_code=303)
