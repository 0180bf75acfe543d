"""Pages are made a few at a time: many threads of one Python make all of them slow and none sooner."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# One computes while others wait for the database; more only take the interpreter from each other.
AT_ONCE = 3
_TURN = "turn"
_FREE_OF_TURNS = ("/static/", "/-/")


class Turn:
    """The right to compute, given back once; any thread may do so."""

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free = free
        self._loop = asyncio.get_running_loop()
        self._held = True

    def end(self) -> None:
        """Let the next one compute."""
        if self._held:
            self._held = False
            self._loop.call_soon_threadsafe(self._free.release)


class Turns:
    """ASGI middleware: whoever reads a page waits for his turn, first come, first served.

    A turn ends when the answer begins, so that a slow line keeps nobody waiting. What is sent to be
    written takes none: its body comes at the sender's pace, and the store takes one writer at a time.
    """

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE) -> None:
        self.app = app
        self._at_once = at_once
        self._free: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = (
            WeakKeyDictionary()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _takes_turn(scope):
            await self.app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        free = self._free.setdefault(loop, asyncio.Semaphore(self._at_once))
        await free.acquire()
        turn = Turn(free)
        scope.setdefault("state", {})[_TURN] = turn

        async def told(message: Message) -> None:
            turn.end()
            await send(message)

        try:
            await self.app(scope, receive, told)
        finally:
            turn.end()


def _takes_turn(scope: Scope) -> bool:
    return scope["method"] in {"GET", "HEAD"} and not scope["path"].startswith(_FREE_OF_TURNS)


def leave(request: Request) -> None:
    """Give up the turn before waiting for somebody else: news, another system."""
    turn = request.scope.get("state", {}).get(_TURN)
    if isinstance(turn, Turn):
        turn.end()
