"""Answers that pages of other sites may read: those about their forms, and no others."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Sites:
    """ASGI middleware: a page of `origins` may read every answer to its form, refusals too."""

    def __init__(self, app: ASGIApp, path: str, origins: Collection[str]) -> None:
        self.app = app
        self.path = path
        self.origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin") if self._asks(scope) else None
        if origin not in self.origins:
            await self.app(scope, receive, send)
            return

        async def readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = str(origin)
                headers["Access-Control-Expose-Headers"] = "Retry-After"
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
                headers.add_vary_header("Origin")
            await send(message)

        await self.app(scope, receive, readable)

    def _asks(self, scope: Scope) -> bool:
        return (
            scope["type"] == "http"
            and scope["path"] == self.path
            and scope["method"] in {"POST", "OPTIONS"}
        )
