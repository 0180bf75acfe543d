"""What a dial plan asks while a caller hears the tone: answered from memory, over HTTP and FastAGI.

`CURL(http://hub:8610/route?num=${CALLERID(num)})` or `AGI(agi://hub:4573/route)`. Whatever goes wrong, the
answer is an empty one and the dial plan goes its usual way: a call never fails for us.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

# A dial plan that asks sends its question at once.
PATIENCE = 2.0
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """Where to send a caller (empty: as usual), who he is, and his company's id."""

    route: str = ""
    caller: str = ""
    company: str = ""


Ask = Callable[[str], Answer]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]


async def serve_http(host: str, port: int, ask: Ask) -> asyncio.Server:
    """GET /route?num= answers an extension, GET /caller?num= a name: plain text, perhaps empty."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readline()).decode(errors="replace")
        while (await reader.readline()).strip():
            pass
        asked = urlsplit(([*line.split(" "), "", ""])[1])
        known = asked.path in {"/route", "/caller"}
        told = _safely(ask, (parse_qs(asked.query).get("num") or [""])[0]) if known else Answer()
        body = (told.route if asked.path == "/route" else told.caller).encode()
        head = (
            f"HTTP/1.1 {200 if known else 404} {'OK' if known else 'Not Found'}\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()

    return await asyncio.start_server(_guarded(one), host, port)


async def serve_agi(host: str, port: int, ask: Ask) -> asyncio.Server:
    """FastAGI: sets KANON_ROUTE, KANON_CALLER and KANON_COMPANY on the channel that asks."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told: dict[str, str] = {}
        while line := (await reader.readline()).decode(errors="replace").strip():
            name, _, value = line.partition(":")
            told[name] = value.strip()
        answer = _safely(ask, told.get("agi_callerid", ""))
        values = {"ROUTE": answer.route, "CALLER": answer.caller, "COMPANY": answer.company}
        for name, value in values.items():
            writer.write(f'SET VARIABLE KANON_{name} "{_quoted(value)}"\n'.encode())
            await writer.drain()
            if not (await reader.readline()).startswith(b"200"):
                return

    return await asyncio.start_server(_guarded(one), host, port)


def _guarded(one: Handler) -> Handler:
    async def within(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await one(reader, writer)
        except (OSError, TimeoutError, ValueError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    return within


def _safely(ask: Ask, number: str) -> Answer:
    try:
        return ask(number[:_LONGEST])
    except Exception:  # noqa: BLE001  a call never fails for us
        return Answer()


def _quoted(value: str) -> str:
    """A value that stays one argument of one line."""
    plain = "".join(sign for sign in value if sign.isprintable())
    return plain.replace("\\", "").replace('"', "'")
