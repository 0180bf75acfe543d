"""Answering a pair: one company, two, nobody can tell, or later; and taking the answer back."""

from __future__ import annotations

from typing import Literal, cast
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from admin.actions import Judged
from admin.guard import asking, scoping
from admin.guard.forms import form, one
from admin.pages import review_choice
from admin.pages.review_said import LATER, PROPOSED, VERDICTS, outcome
from admin.site import site_of
from schemas.errors import Conflict
from store import decisions, desk, holds
from store.engine import Writer
from store.views import answers, reviews

router = APIRouter(include_in_schema=False)
_PICK = "pick."
Fields = dict[str, list[str]]
Pair = tuple[str, str]
_LONGEST_REF = 2_000


def named(left: str, right: str) -> bool:
    """Whether two texts name two records."""
    both = (left, right)
    return all(ref.count("/") >= 2 and len(ref) <= _LONGEST_REF and "\0" not in ref for ref in both)


@router.post("/reviews/pair")
async def decide(request: Request) -> Response:
    """Writes the answer down and shows the next pair, with the answer to take back above it."""
    fields = await form(request)
    pair, verdict = await _seen_pair(request, fields), one(fields, "verdict")
    if verdict not in (*VERDICTS, LATER):
        raise HTTPException(422)
    by, choice = await run_in_threadpool(by_whom, request), _choice(fields)
    beyond = await run_in_threadpool(_following, request, pair, choice, by)
    if verdict == LATER:
        await run_in_threadpool(_put_off, request, pair, by)
        return await _on(request, beyond, choice, {"done": "0", "was": LATER, **_of(pair)})
    if verdict == "same" and one(fields, "flagged") and not one(fields, "flags"):
        raise Conflict(
            "Сначала отметьте, что прочли, что говорит против. Ничего не решено.",
            "First tick that you have read what speaks against it. Nothing was decided.",
        )
    said = cast("Literal['same', 'different', 'unsure']", verdict)
    answer = Judged(said, _reason(fields), one(fields, "seen"), by)
    stewardship = site_of(request).actions.stewardship
    done = await run_in_threadpool(stewardship.answer, *pair, answer, _picks(fields))
    number, was = done.decision, verdict
    if number is None:
        number, was = done.proposal, PROPOSED
    return await _on(request, beyond, choice, {"done": str(number), "was": was, **_of(pair)})


def _reason(fields: Fields) -> str | None:
    return one(fields, "why").replace("\0", "").strip()[:500] or None


def _picks(fields: Fields) -> dict[str, str]:
    """The record whose value was chosen, by field."""
    return {
        name.removeprefix(_PICK): values[0]
        for name, values in fields.items()
        if name.startswith(_PICK) and values[0].count("/") >= 2
    }


@router.get("/reviews/next")
def skip(request: Request, left: str = "", right: str = "") -> Response:
    """The pair after this one; this one goes on waiting."""
    if not named(left, right):
        raise HTTPException(404)
    choice = review_choice.kept(request.query_params)
    return _to(_following(request, (left, right), choice, by_whom(request)), choice, {})


@router.post("/reviews/withdraw")
async def withdraw(request: Request) -> Response:
    """Takes an answer back and shows its pair again."""
    fields = await form(request)
    number, pair = one(fields, "decision"), await _seen_pair(request, fields)
    if not number.isdecimal() or len(number) > 18:
        raise HTTPException(422)
    by = await run_in_threadpool(by_whom, request)
    await run_in_threadpool(_refuse_foreign, request, int(number))
    if int(number):
        await run_in_threadpool(site_of(request).actions.withdraw, int(number), by)
    else:
        await run_in_threadpool(_take_up, request, pair)
    return _to(pair, _choice(fields), {"taken_back": number})


@router.post("/reviews/hold")
async def keep_open(request: Request) -> Response:
    """The page is still open: others go on seeing by whom."""
    pair = await _seen_pair(request, await form(request))
    by = await run_in_threadpool(by_whom, request)
    site_of(request).later(lambda writer: _hold(writer, pair, by))
    return Response(status_code=204)


def _hold(writer: Writer, pair: Pair, by: str) -> None:
    holds.hold(writer, *pair, by)


def by_whom(request: Request) -> str:
    """The login of whoever is asking."""
    person = asking.person(request)
    return person.login if person else ""


def _pair(fields: Fields) -> Pair:
    left, right = one(fields, "left"), one(fields, "right")
    if not named(left, right):
        raise HTTPException(422)
    return left, right


async def _seen_pair(request: Request, fields: Fields) -> Pair:
    """The pair of a form; 404 if one of its records is not there for whoever is asking."""
    pair, person = _pair(fields), asking.person(request)
    await run_in_threadpool(scoping.refuse_unseen, person, site_of(request).store, pair)
    return pair


def _refuse_foreign(request: Request, number: int) -> None:
    """404 if a decision is about records that are not there for whoever is asking."""
    person = asking.person(request)
    if number and person is not None and person.scope is not None:
        with site_of(request).store.read() as reader:
            if not decisions.is_there(reader, number):
                raise HTTPException(404)


def _of(pair: Pair) -> dict[str, str]:
    return {"of_left": pair[0], "of_right": pair[1]}


def _choice(fields: Fields) -> dict[str, str]:
    return review_choice.kept({name: one(fields, name) for name in review_choice.NAMES})


def _put_off(request: Request, pair: Pair, by: str) -> None:
    with site_of(request).store.write() as writer:
        desk.put_off(writer, *pair, by)
        holds.release(writer, *pair, by)


def _take_up(request: Request, pair: Pair) -> None:
    with site_of(request).store.write() as writer:
        desk.take_up(writer, *pair)


def _following(request: Request, pair: Pair, choice: dict[str, str], by: str) -> Pair | None:
    chosen, order = review_choice.filters(choice), review_choice.order(choice)
    with site_of(request).store.read() as reader:
        return reviews.following(reader, *pair, chosen, order, by)


def _to(pair: Pair | None, choice: dict[str, str], told: dict[str, str]) -> Response:
    return RedirectResponse(_address(pair, choice, told), status_code=303)


def _address(pair: Pair | None, choice: dict[str, str], told: dict[str, str]) -> str:
    where = {"left": pair[0], "right": pair[1]} if pair else {}
    path = "/reviews/pair" if pair else "/reviews"
    query = urlencode({**where, **choice, **told})
    return f"{path}?{query}" if query else path


async def _on(
    request: Request, pair: Pair | None, choice: dict[str, str], told: dict[str, str]
) -> Response:
    """On to the next pair; a page that holds it already is told what it must look like to be shown."""
    to = _address(pair, choice, told)
    if request.headers.get("accept") != "application/json":
        return RedirectResponse(to, status_code=303)
    return JSONResponse(await run_in_threadpool(_ahead, request, pair, choice, told, to))


def _ahead(
    request: Request,
    pair: Pair | None,
    choice: dict[str, str],
    told: dict[str, str],
    to: str,
) -> dict[str, str]:
    """Address and stamp of the next pair, and the sentence about the answer to stand above it."""
    if pair is None:
        return {"to": to, "seen": ""}
    with site_of(request).store.read() as reader:
        rows = [row for row in reviews.records(reader, *pair) if row is not None]
        seen = answers.seen(reader, *pair, rows) if len(rows) == len(pair) else ""
    context = {"outcome": outcome(told), "kept": choice}
    said = site_of(request).render(request, "review_said.html", context)
    return {
        "to": to,
        "left": pair[0],
        "right": pair[1],
        "seen": seen,
        "said": bytes(said.body).decode(),
    }
