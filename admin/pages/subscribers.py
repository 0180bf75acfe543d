"""Who follows the feed: consumers that ask, and webhooks that are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting, subscribing
from admin.api.models_feed import ENTITIES
from admin.api.patterns import NAME
from admin.guard.bodies import is_text
from admin.guard.forms import form, one
from admin.site import site_of
from admin.words.language import N_
from schemas.errors import KanonError
from store import consumers, feed, webhooks

router = APIRouter(include_in_schema=False)
Fields = dict[str, list[str]]
_BAD_NAME = N_("The name has letters, digits, spaces and . _ @ : - only, at most 60.")
_BAD_POSITION = N_("A position is a whole number, such as 4812.")
_DONE = {
    "paused": N_("Paused: what comes now waits and is not lost."),
    "resumed": N_("Deliveries go on where they stopped."),
    "replayed": N_("What is after that position will be sent again."),
    "removed": N_("Removed. The feed itself stays as it is."),
    "accepted": N_("The test was accepted."),
    "refused": N_("The test was not accepted: see the last error below."),
    "moved": N_("Moved: what is after that position will be given again."),
}


@router.get("/subscribers")
def show(request: Request) -> Response:
    """The page."""
    return _page(request)


def _page(
    request: Request, *, error: str = "", secret: str = "", of: str = "", status: int = 200
) -> Response:
    site = site_of(request)
    with site.store.read() as reader:
        head, asking_ = feed.newest(reader), consumers.listing(reader)
        told = webhooks.listing(reader)
    done = _DONE.get(request.query_params.get("done", ""), "")
    context = {
        "head": head, "consumers": asking_, "webhooks": told, "entities": ENTITIES, "host": _host,
        "error": error, "secret": secret, "of": of, "done": done,
        "went_wrong": request.query_params.get("done") == "refused",
    }  # fmt: skip
    return site.render(request, "subscribers.html", context, status)


def _host(url: str) -> str:
    """What may be shown of an address to who may not change it: a path may hold a secret."""
    return urlsplit(url).hostname or ""


@router.post("/subscribers")
async def change(request: Request) -> Response:
    """Makes, pauses, resumes, replays, tests or removes a webhook, or moves or removes a consumer."""
    fields = await form(request)
    act = _ACTS.get(one(fields, "act"))
    if act is None:
        raise HTTPException(422)
    return await run_in_threadpool(_told, request, act, fields)


def _told(request: Request, act: Callable[[Request, Fields], Response], fields: Fields) -> Response:
    try:
        return act(request, fields)
    except KanonError as wrong:
        sentence = wrong.for_user(site_of(request).language(request))
        return _page(request, error=sentence, status=422)


def _to(done: str) -> Response:
    return RedirectResponse(f"/subscribers?done={done}", status_code=303)


def _add(request: Request, fields: Fields) -> Response:
    name, url = one(fields, "name").strip(), one(fields, "url").strip()
    if not re.match(NAME, name) or not is_text(name):
        return _page(request, error=site_of(request).word(request, _BAD_NAME), status=422)
    chosen = [entity for entity in fields.get("entities", []) if entity in ENTITIES]
    some = chosen if 0 < len(set(chosen)) < len(ENTITIES) else None
    made = subscribing.add(request, name, url[:2000], some, None)
    return _page(request, secret=made.secret, of=name)


def _number(fields: Fields) -> int:
    text = one(fields, "webhook")
    if not text.isdecimal() or len(text) > 15:
        raise HTTPException(422)
    return int(text)


def _position(fields: Fields) -> int | None:
    text = one(fields, "position").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def _pause(request: Request, fields: Fields) -> Response:
    subscribing.act(request, _number(fields), "pause", None)
    return _to("paused")


def _resume(request: Request, fields: Fields) -> Response:
    subscribing.act(request, _number(fields), "resume", None)
    return _to("resumed")


def _test(request: Request, fields: Fields) -> Response:
    found = subscribing.act(request, _number(fields), "test", None)
    return _to("refused" if found.error else "accepted")


def _replay(request: Request, fields: Fields) -> Response:
    position = _position(fields)
    if position is None:
        return _page(request, error=site_of(request).word(request, _BAD_POSITION), status=422)
    subscribing.act(request, _number(fields), "replay", position)
    return _to("replayed")


def _remove(request: Request, fields: Fields) -> Response:
    subscribing.remove(request, _number(fields))
    return _to("removed")


def _move(request: Request, fields: Fields) -> Response:
    name, position = one(fields, "consumer"), _position(fields)
    if position is None:
        return _page(request, error=site_of(request).word(request, _BAD_POSITION), status=422)
    with site_of(request).store.write() as writer:
        was, _ = consumers.move(writer, name, position)
        before, after = {"position": was}, {"position": position}
        noting.note(writer, request, "cursor_moved", "consumer", name, before=before, after=after)
    return _to("moved")


def _forget(request: Request, fields: Fields) -> Response:
    name = one(fields, "consumer")
    with site_of(request).store.write() as writer:
        gone = consumers.remove(writer, name)
        told = {"position": gone.position}
        noting.note(writer, request, "consumer_removed", "consumer", name, before=told)
    return _to("removed")


_ACTS: dict[str, Callable[[Request, Fields], Response]] = {
    "add": _add, "pause": _pause, "resume": _resume, "test": _test, "replay": _replay, "remove": _remove,
    "move": _move, "forget": _forget,
}  # fmt: skip
