"""Pages are made a few at a time, first come, first served; who waits for others holds nobody up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from admin import turns
from admin.turns import Turns

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
END: Message = {"type": "http.response.body", "body": b""}


class Pages:
    """An application whose pages wait to be let go on by the test."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.work: Callable[[Scope, Send], Awaitable[None]] = self.answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun.append(scope["path"])
        await self.work(scope, send)

    async def answer(self, scope: Scope, send: Send) -> None:
        await self.gates.setdefault(scope["path"], asyncio.Event()).wait()
        await send(START)
        await send(END)


async def nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def swallow(message: Message) -> None:
    """A reader who takes everything at once."""


async def told(
    app: Turns, path: str, method: str = "GET", send: Send = swallow
) -> asyncio.Task[None]:
    scope: Scope = {"type": "http", "method": method, "path": path, "headers": []}
    task = asyncio.ensure_future(app(scope, nothing, send))
    await settle()
    return task


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_who_came_first_is_served_first() -> None:
    async def story() -> None:
        pages = Pages()
        app = Turns(pages, at_once=2)
        for path in "abcd":
            await told(app, path)
        assert pages.begun == ["a", "b"]
        pages.gates["b"].set()
        await settle()
        assert pages.begun == ["a", "b", "c"]
        pages.gates["a"].set()
        await settle()
        assert pages.begun == ["a", "b", "c", "d"]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("path", "method"), [("/static/a.css", "GET"), ("/-/health", "GET"), ("/parties", "POST")]
)
def test_what_computes_nothing_or_writes_takes_no_turn(path: str, method: str) -> None:
    async def story() -> None:
        pages = Pages()
        app = Turns(pages, at_once=1)
        await told(app, "a")
        await told(app, path, method)
        assert pages.begun == ["a", path]

    asyncio.run(story())


def test_a_slow_line_holds_nobody_up() -> None:
    async def story() -> None:
        pages, line = Pages(), asyncio.Event()

        async def slow(message: Message) -> None:
            await line.wait()

        async def at_once(scope: Scope, send: Send) -> None:
            await send(START)

        pages.work = at_once
        app = Turns(pages, at_once=1)
        first = await told(app, "a", send=slow)
        await told(app, "b")
        assert pages.begun == ["a", "b"]
        assert not first.done()

    asyncio.run(story())


def test_who_waits_for_news_gives_the_turn_to_the_next_and_ends_it_once() -> None:
    async def story() -> None:
        pages, news = Pages(), asyncio.Event()

        async def waits(scope: Scope, send: Send) -> None:
            await asyncio.to_thread(turns.leave, Request(scope))
            await news.wait()
            await send(START)

        pages.work = waits
        app = Turns(pages, at_once=1)
        first = await told(app, "a")
        pages.work = pages.answer
        await told(app, "b")
        while pages.begun == ["a"]:
            await asyncio.sleep(0.01)
        news.set()
        await first
        await told(app, "c")
        assert "c" not in pages.begun

    asyncio.run(story())


def test_a_page_that_fails_gives_its_turn_back() -> None:
    async def story() -> None:
        pages = Pages()

        async def fails(scope: Scope, send: Send) -> None:
            raise RuntimeError("broken")

        pages.work = fails
        app = Turns(pages, at_once=1)
        with pytest.raises(RuntimeError):
            await (await told(app, "a"))
        pages.work = pages.answer
        await told(app, "b")
        assert pages.begun == ["a", "b"]

    asyncio.run(story())


def test_who_goes_away_while_waiting_takes_no_turn_with_him() -> None:
    async def story() -> None:
        pages = Pages()
        app = Turns(pages, at_once=1)
        await told(app, "a")
        gone = await told(app, "b")
        await told(app, "c")
        gone.cancel()
        pages.gates["a"].set()
        await settle()
        assert pages.begun == ["a", "c"]

    asyncio.run(story())
