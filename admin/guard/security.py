"""What every answer carries and every form must bring: headers, content policy, form tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.errors import Refused

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
VISIT = "kanon_visit"
TOKEN_FIELD = "csrf"  # noqa: S105  the name of a form field
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105  the name of a header


class SecurityHeaders:
    """ASGI middleware: the headers on every answer; pages are not stored unless they say otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


def new_visit() -> str:
    """A fresh random id for a browser."""
    return secrets.token_urlsafe(32)


def form_token(secret: bytes, visit: str) -> str:
    """The token that forms shown to this browser carry."""
    return hmac.new(secret, b"form:" + visit.encode(), hashlib.sha256).hexdigest()


def same_origin(request: Request) -> bool:
    """Whether the browser says that the request was made by one of our own pages."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def refuse_foreign_page(request: Request) -> None:
    """Refused if a browser says that a page of another site sends this; systems send no such header."""
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise Refused(
            "Страница другого сайта не может писать в хаб.",
            "A page of another site may not write to the hub.",
        )


def token_holds(secret: bytes, visit: str | None, token: str | None) -> bool:
    """Whether the token was drawn for this browser."""
    return bool(visit and token) and hmac.compare_digest(
        form_token(secret, str(visit)).encode(), str(token).encode()
    )


def local_path(target: str | None, default: str = "/") -> str:
    """A path of our own to go to next; anything that could leave the host becomes `default`."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    parts = urlsplit(target)
    unsafe = parts.scheme or parts.netloc or any(ord(c) < 32 or c == "\\" for c in target)
    return default if unsafe else target
