"""What a request may carry: so many bytes, and under `/v1` one JSON object in UTF-8 that means one thing."""

from __future__ import annotations

import json
from email.message import Message as Header
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from admin.trouble import Trouble

API = "/v1/"
_SHOWN = 100
_DIGITS = 18  # of a length that any limit could allow


class Bodies:
    """ASGI middleware: a body is judged when its route asks for it, so an unknown address stays 404.

    Of a body that is too large no more is read than the limit; the connection ends with the answer.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        body: bytes | None = None

        async def judged() -> Message:
            nonlocal body
            if body is not None:
                return await receive()
            body = await _read(Request(scope), receive, self.limit)
            if scope["path"].startswith(API):
                _refuse_all_but_json(Request(scope), body)
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, judged, send)


async def _read(request: Request, receive: Receive, limit: int) -> bytes:
    """The whole body, or 413 as soon as it is known to be over the limit."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > _DIGITS or int(declared) > limit):
        _too_large(limit)
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Trouble(400, "body_cut_off")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            _too_large(limit)
        if not message.get("more_body", False):
            return b"".join(parts)


def _too_large(limit: int) -> NoReturn:
    raise Trouble(413, "body_too_large", headers={"Connection": "close"}, limit=limit)


def _refuse_all_but_json(request: Request, body: bytes) -> None:
    if not body.strip():
        raise Trouble(422, "body_empty", "body")
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity" or not _is_json(request.headers.get("content-type", "")):
        raise Trouble(415, "media_type", headers={"Accept": "application/json"})
    told = _parsed(body)
    if not isinstance(told, dict):
        raise Trouble(422, "body_not_object", "body")
    _refuse_unreadable(told, ())


def _is_json(content_type: str) -> bool:
    header = Header()
    header["content-type"] = content_type or "application/octet-stream"
    kind = header.get_content_type()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def _parsed(body: bytes) -> Any:
    try:
        # A mark of byte order is no JSON, but some systems cannot leave it out.
        return json.loads(
            body.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        raise Trouble(
            422, "body_not_json", "body", line=error.lineno, column=error.colno
        ) from error
    except UnicodeDecodeError as error:
        raise Trouble(422, "body_not_utf8", "body") from error
    except (ValueError, RecursionError) as error:
        raise Trouble(422, "body_beyond_json", "body") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; of two values under one name nobody could say which is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Trouble(422, "field_repeated", shown(twice))
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse_unreadable(told: Any, place: tuple[str | int, ...]) -> None:
    if isinstance(told, dict):
        for name, value in told.items():
            if not is_text(name):
                raise Trouble(422, "text_unreadable", dotted((*place, name)))
            _refuse_unreadable(value, (*place, name))
    elif isinstance(told, list):
        for number, value in enumerate(told):
            _refuse_unreadable(value, (*place, number))
    elif isinstance(told, str) and not is_text(told):
        raise Trouble(422, "text_unreadable", dotted(place))


def is_text(value: str) -> bool:
    """Whether a database can keep it: no NUL, no half of a surrogate pair."""
    return "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)


def dotted(place: tuple[str | int, ...]) -> str:
    """The place of a value in a body, such as `phones.0`."""
    return ".".join(shown(str(one)) for one in place)


def shown(name: str) -> str:
    """A name somebody sent, fit to be repeated in an answer: printable, and not too long."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name[:_SHOWN])


def refuse_unreadable_address(request: Request) -> None:
    """422 for a NUL in the path or the query; runs before every route, as no database keeps one."""
    given = [*request.query_params.multi_items(), *request.path_params.items()]
    for name, value in given:
        if not is_text(f"{name}{value}"):
            raise Trouble(422, "text_unreadable", shown(name))
