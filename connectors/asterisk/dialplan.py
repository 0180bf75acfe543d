"""What a dial plan asks while a caller hears the tone: answered from memory, over HTTP and FastAGI.

`CURL(http://hub:8610/route?num=${CALLERID(num)})` or `AGI(agi://hub:4573/route)`. Whatever goes wrong, the
answer is an empty one and the dial plan goes its usual way: a call never fails for us.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field
from urllib.parse import parse_qs, urlsplit

# A dial plan that asks sends its question at once.
PATIENCE = 2.0
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Bearer:
    """A company that a number may be of: its id, its name, how many open orders and enquiries it has."""

    id: str
    name: str
    orders: int = 0
    enquiries: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Where to send a caller (empty: as usual), who he is, and his company's id; none of a shared number.

    `companies` are all he may be of, the likeliest first.
    """

    route: str = ""
    caller: str = ""
    company: str = ""
    companies: tuple[Bearer, ...] = field(default=(), compare=False)

    @property
    def orders(self) -> int:
        """Open orders of the likeliest company."""
        return self.companies[0].orders if self.companies else 0

    @property
    def enquiries(self) -> int:
        """Standing enquiries of the likeliest company."""
        return self.companies[0].enquiries if self.companies else 0

    def card(self) -> str:
        """All of it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


Ask = Callable[[str], Answer]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]


async def serve_http(host: str, port: int, ask: Ask) -> asyncio.Server:
    """GET /route?num= answers an extension, /caller?num= a name: plain text, perhaps empty; /card?num= all as JSON."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readline()).decode(errors="replace")
        while (await reader.readline()).strip():
            pass
        asked = urlsplit(([*line.split(" "), "", ""])[1])
        known = asked.path in {"/route", "/caller", "/card"}
        told = _safely(ask, (parse_qs(asked.query).get("num") or [""])[0]) if known else Answer()
        texts = {"/route": told.route, "/caller": told.caller, "/card": told.card()}
        body = texts.get(asked.path, "").encode()
        kind = "application/json" if asked.path == "/card" else "text/plain; charset=utf-8"
        head = (
            f"HTTP/1.1 {200 if known else 404} {'OK' if known else 'Not Found'}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()

    return await asyncio.start_server(_guarded(one), host, port)


async def serve_agi(host: str, port: int, ask: Ask) -> asyncio.Server:
    """FastAGI: sets KANON_ROUTE, KANON_CALLER, KANON_COMPANY, _COMPANIES, _ORDERS and _ENQUIRIES on the channel."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told: dict[str, str] = {}
        while line := (await reader.readline()).decode(errors="replace").strip():
            name, _, value = line.partition(":")
            told[name] = value.strip()
        answer = _safely(ask, told.get("agi_callerid", ""))
        values = {
            "ROUTE": answer.route, "CALLER": answer.caller, "COMPANY": answer.company,
            "COMPANIES": str(len(answer.companies)), "ORDERS": str(answer.orders),
            "ENQUIRIES": str(answer.enquiries),
        }  # fmt: skip
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
