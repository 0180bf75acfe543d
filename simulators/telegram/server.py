"""The Bot API over HTTP: /bot<token>/<method> by GET or POST in any of its forms, and /file/bot<token>/."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from simulators.telegram.bot import Bot, RefusalError

Asked = Mapping[str, Any]
_CAMEL = re.compile(r"[^a-z]")


def application(bot: Bot) -> FastAPI:
    """The server of one bot."""
    served = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @served.get("/file/bot{token}/{path:path}")
    async def give(token: str, path: str) -> Response:
        file = bot.files.get(path.rpartition("/")[2])
        if token != bot.token or file is None:
            return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        return Response(file, media_type="application/octet-stream")

    @served.api_route("/bot{token}/{method}", methods=["GET", "POST"])
    async def answer(token: str, method: str, request: Request) -> Response:
        try:
            if token != bot.token or bot.revoked:
                raise RefusalError(401, "Unauthorized")
            if bot.busy:
                raise RefusalError(
                    429, f"Too Many Requests: retry after {bot.busy}", retry_after=bot.busy
                )
            told = await _told(bot, _CAMEL.sub("", method.lower()), await _asked(request))
        except RefusalError as refusal:
            return _refused(refusal)
        return JSONResponse({"ok": True, "result": told})

    return served


def _refused(refusal: RefusalError) -> Response:
    body: dict[str, Any] = {
        "ok": False, "error_code": refusal.status, "description": refusal.description,
    }  # fmt: skip
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return JSONResponse(body, refusal.status)


async def _asked(request: Request) -> dict[str, Any]:
    """The parameters of a call: of its query, a form or JSON; numbers and lists come as JSON texts."""
    told: dict[str, Any] = dict(request.query_params)
    if "json" in request.headers.get("content-type", ""):
        told |= await request.json()
    else:
        told |= {
            name: value for name, value in (await request.form()).items() if isinstance(value, str)
        }
    return {name: _read(name, value) for name, value in told.items()}


def _read(name: str, value: Any) -> Any:
    if not isinstance(value, str) or name in ("text", "url", "secret_token", "file_id"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


async def _told(bot: Bot, method: str, asked: Asked) -> Any:
    if method == "getupdates":
        return await _updates(bot, asked)
    known: Mapping[str, Callable[[], Any]] = {
        "getme": lambda: bot.me,
        "getwebhookinfo": lambda: _info(bot),
        "setwebhook": lambda: _hooked(bot, asked),
        "deletewebhook": lambda: _hooked(bot, {}),
        "sendmessage": lambda: bot.say(int(asked["chat_id"]), str(asked.get("text", ""))),
        "getfile": lambda: bot.file(str(asked["file_id"])),
    }
    if method not in known:
        raise RefusalError(404, "Not Found")
    return known[method]()


async def _updates(bot: Bot, asked: Asked) -> Any:
    """What waits; an empty answer only after the time asked for has passed."""
    limit = min(max(int(asked.get("limit") or 100), 1), 100)
    left = float(asked.get("timeout") or 0)
    while not (found := bot.updates(asked.get("offset"), limit)) and left > 0:
        await asyncio.sleep(0.05)
        left -= 0.05
    return found


def _info(bot: Bot) -> dict[str, Any]:
    return {
        "url": bot.webhook.get("url", ""), "has_custom_certificate": False,
        "pending_update_count": len(bot.waiting),
    }  # fmt: skip


def _hooked(bot: Bot, asked: Asked) -> bool:
    bot.webhook = {"url": asked.get("url", ""), "secret": asked.get("secret_token", "")}
    return True
