"""Telegram in the kit: a simulated bot in memory, its updates three to a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from connectors.registry import validated
from connectors.telegram import Telegram, TelegramSettings
from schemas.records import Cursor
from simulators.telegram import Bot, application
from simulators.telegram.people import people
from tests.conformance.case import HARD_TEXTS, NO_ACKNOWLEDGE, NO_SINK, Bench, Case

ANNA = people(1)[0]


class _Line(httpx.AsyncBaseTransport):
    """The way to the bot, which a test may cut."""

    def __init__(self, bot: Bot) -> None:
        self.inner = httpx.ASGITransport(application(bot))
        self.open = 0
        self.before: Callable[[httpx.Request], None] = lambda request: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.before(request)
        self.open = 1
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        self.open = 0


class TelegramBench(Bench):
    """Ten messages of one person; whatever was confirmed is gone, as at Telegram."""

    stream = "updates"

    def __init__(self, folder: Path) -> None:
        self.bot = Bot()
        self.line = _Line(self.bot)
        self.secrets = (self.bot.token,)
        self.add_rows(10)
        # The kit reads from the beginning again and again; Telegram would keep nothing for it.
        self.bot.keeps = True

    def source(self) -> Telegram:
        return self._source(self.bot.token)

    def wrong_credentials(self) -> Telegram:
        return self._source("7000000001:AAanotherTokenThatIsNotTheBots00")

    def _source(self, token: str) -> Telegram:
        settings = validated(TelegramSettings, "bot", {"token": token, "page": 3, "wait": 0})
        return Telegram("bot", settings, self.line)

    @contextmanager
    def down(self) -> Iterator[None]:
        def refuse(request: httpx.Request) -> None:
            raise httpx.ConnectError("refused", request=request)

        with self._trouble(refuse):
            yield

    @contextmanager
    def cut(self, batches: int) -> Iterator[None]:
        left = batches

        def count(request: httpx.Request) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise httpx.RemoteProtocolError("cut", request=request)

        with self._trouble(count):
            yield

    @contextmanager
    def busy(self, seconds: float) -> Iterator[None]:
        self.bot.busy = int(seconds)
        yield
        self.bot.busy = 0

    @contextmanager
    def _trouble(self, before: Callable[[httpx.Request], None]) -> Iterator[None]:
        self.line.before = before
        yield
        self.line.before = lambda request: None

    def rows_now(self) -> int:
        return len(self.bot.waiting)

    def clear(self, keep: int = 0) -> None:
        self.bot.waiting = self.bot.waiting[:keep]

    def add_rows(self, n: int) -> list[str]:
        return [self._add(f"сообщение {number}") for number in range(n)]

    def change_rows(self, n: int) -> list[str]:
        changed = [one["message"] for one in self.bot.waiting if "message" in one][:n]
        for message in changed:
            self.bot.edit(message, "другое")
        return [self._key(message) for message in changed]

    def texts(self) -> Sequence[str]:
        return HARD_TEXTS

    def add_text(self, text: str) -> str:
        return self._add(text)

    def _add(self, text: str) -> str:
        return self._key(self.bot.write(ANNA.user, ANNA.chat, text=text))

    def _key(self, message: dict[str, object]) -> str:
        return f"{self.bot.id}/{ANNA.id}/{message['message_id']}"

    def future_cursor(self) -> Cursor:
        return Cursor({"update": 10**9})

    def open_handles(self) -> int:
        return self.line.open


_QUEUE = (
    "очередь Telegram отдаёт всё, что есть, по порядку / Telegram's queue gives all it has in order"
)
_ASKED = (
    "deletes_show_as_declared", "count_agrees_with_read", "ties_survive_batch_edges",
    "until_is_respected", "fetch_agrees_with_read", "late_rows_are_read", "seeking_finds_the_moment",
)  # fmt: skip
_RIGHTS = {"missing_right_is_refused": "у бота одно право, токен / a bot has one right, its token"}
CASES: list[Case] = [
    Case(
        "telegram",
        "telegram",
        TelegramBench,
        impossible={**NO_SINK, **NO_ACKNOWLEDGE, **_RIGHTS, **dict.fromkeys(_ASKED, _QUEUE)},
    )
]
