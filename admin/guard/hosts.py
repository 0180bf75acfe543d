"""Which names the site answers to: another name is refused before anything is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from admin import failures
from admin.api import problems
from admin.guard.bodies import API


class Hosts:
    """ASGI middleware: 400 for a Host header that is none of ours, against DNS rebinding."""

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self.app = app
        self.names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._named(Request(scope).headers.get("host", "")):
            await self.app(scope, receive, send)
            return
        await _refusal(Request(scope))(scope, receive, send)

    def _named(self, host: str) -> bool:
        name, _, port = host.lower().rpartition(":")
        name = name if port.isdecimal() else host.lower()
        above = {"*" + name[at:] for at, sign in enumerate(name) if sign == "."}
        return not self.names.isdisjoint({name, "*", *above})


def _refusal(request: Request) -> Response:
    sentence = problems.told(request, "host_unknown")
    if not f"{request.url.path}/".startswith(API):
        return PlainTextResponse(sentence, 400)
    return problems.problem(request, 400, failures.error_id(), sentence, code="host_unknown")
