"""How every operation of the API is met: first who asks, then what was sent, and a key answers once."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from admin.guard import asking
from admin.guard.bodies import is_text, refuse_unreadable_address
from admin.guard.permissions import gate
from admin.guard.security import refuse_foreign_page
from admin.site import site_of
from admin.trouble import Trouble
from store import requests

KEY = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST_KEY = 200
# A creation is remembered for ever by its source record; a search changes nothing.
_OWN_WAY = ("/v1/parties", "/v1/search", "/v1/enquiries")
# Sent by the pages of sites, which show a key of their own; no cookie counts here.
_FROM_PAGES = ("/v1/enquiries",)
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Operation(APIRoute):
    """A route of the API: the right is asked for before a byte of the body is read."""

    def get_route_handler(self) -> Handler:
        """The handler behind the door."""
        handle = super().get_route_handler()

        async def behind_the_door(request: Request) -> Response:
            await run_in_threadpool(_let_in, request)
            if request.method == "POST" and KEY in request.headers and self.path not in _OWN_WAY:
                return await _once(request, handle)
            return await handle(request)

        return behind_the_door


def api_router() -> APIRouter:
    """A router whose routes are operations of the API."""
    return APIRouter(route_class=Operation)


def _let_in(request: Request) -> None:
    gate(request)
    _refuse_haste(request)
    if request.method not in {"GET", "HEAD"} and request.url.path not in _FROM_PAGES:
        refuse_foreign_page(request)
    refuse_unreadable_address(request)


def _refuse_haste(request: Request) -> None:
    wait = math.ceil(site_of(request).pace.wait(by(request) or asking.address(request)))
    if wait:
        raise Trouble(429, "too_often", headers={"Retry-After": str(wait)}, seconds=wait)


async def _once(request: Request, handle: Handler) -> Response:
    """The answer given before under this key, else the answer now, kept if it is a good one."""
    key = request.headers[KEY]
    if not 0 < len(key) <= LONGEST_KEY or not is_text(key):
        code, most = ("text_too_long", LONGEST_KEY) if key else ("text_too_short", 1)
        raise Trouble(422, code, KEY, most=most, least=1)
    told = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    digest = hashlib.sha256(told + await request.body()).hexdigest()
    before = await run_in_threadpool(_claim, request, key, digest)
    if before is not None:
        return _again(before, digest)
    try:
        answer = await handle(request)
    except BaseException:
        await run_in_threadpool(_give_back, request, key)
        raise
    await run_in_threadpool(_keep if answer.status_code < 300 else _refused, request, key, answer)
    return answer


def _again(before: requests.Given, digest: str) -> Response:
    if before.digest != digest:
        raise Trouble(422, "request_key_used", KEY)
    if before.status is None:
        raise Trouble(409, "request_at_work", KEY, headers={"Retry-After": "1"})
    headers = {REPLAYED: "true"}
    if before.location:
        headers["Location"] = before.location
    body = (before.body or "").encode()
    return Response(body, before.status, headers, "application/json" if body else None)


def _claim(request: Request, key: str, digest: str) -> requests.Given | None:
    with site_of(request).store.write() as writer:
        return requests.claim(writer, _caller(request), key, digest)


def _keep(request: Request, key: str, answer: Response) -> None:
    body, location = bytes(answer.body).decode(), answer.headers.get("location")
    with site_of(request).store.write() as writer:
        requests.keep(writer, _caller(request), key, answer.status_code, body, location)


def _refused(request: Request, key: str, _answer: Response) -> None:
    _give_back(request, key)


def _give_back(request: Request, key: str) -> None:
    with site_of(request).store.write() as writer:
        requests.give_back(writer, _caller(request), key)


def _caller(request: Request) -> str:
    return by(request)


def by(request: Request) -> str:
    """The name that stands under what this request does."""
    person = asking.person(request)
    return person.login if person else ""
