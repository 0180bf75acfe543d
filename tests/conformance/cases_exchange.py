"""Exchange in the kit: one mailbox behind the EWS simulator, read by the unmodified library."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from connectors.exchange import Exchange, ExchangeSettings
from connectors.exchange.rows import key_of
from connectors.registry import validated
from schemas.records import Command, Cursor
from simulators.exchange import PASSWORD, USER, Office, Post, serve_mail
from simulators.exchange.server import MailServer
from simulators.world import World
from tests.conformance.case import NO_ACKNOWLEDGE, Bench, Case

BOX = "zakaz@kanon.example"
COUNTER = "сервер считает изменения, а не время / the server counts changes, not time"
_POST = Post(World(3, 40))
_HELD = ExitStack()
atexit.register(_HELD.close)


class MailBench(Bench):
    """Twelve letters, five to a page."""

    stream = "letters"
    secrets = (PASSWORD,)

    def __init__(self, folder: Path) -> None:
        self.office = Office(_POST)
        self.office.open(BOX)
        self.next = 0
        self.add_rows(12)

    @cached_property
    def server(self) -> MailServer:
        return _HELD.enter_context(serve_mail(self.office))

    def source(self) -> Exchange:
        return self._asking()

    def wrong_credentials(self) -> Exchange:
        return self._asking(password="не тот пароль")

    def no_rights(self) -> Exchange:
        self.office.forbidden = {BOX}
        return self.source()

    def _asking(self, **more: Any) -> Exchange:
        told = {
            "url": self.server.url, "mailboxes": [BOX], "user": USER, "password": PASSWORD,
            "auth": "basic", "page": 5, "timeout": 5, **more,
        }  # fmt: skip
        return Exchange("mail", validated(ExchangeSettings, "mail", told))

    @contextmanager
    def down(self) -> Iterator[None]:
        self.server.answers_left = 0
        yield
        self.server.answers_left = None

    @contextmanager
    def cut(self, batches: int) -> Iterator[None]:
        self.server.pages_left = batches
        yield
        self.server.pages_left = None

    @contextmanager
    def busy(self, seconds: float) -> Iterator[None]:
        self.office.busy = seconds
        yield
        self.office.busy = None

    def rows_now(self) -> int:
        return len(self.office.boxes[BOX]["inbox"].items)

    def clear(self, keep: int = 0) -> None:
        for item in list(self.office.boxes[BOX]["inbox"].items)[keep:]:
            self.office.delete(BOX, item)

    def add_rows(self, n: int) -> list[str]:
        return [self._added() for _ in range(n)]

    def change_rows(self, n: int) -> list[str]:
        """A letter never changes; another comes."""
        return self.add_rows(n)

    def add_late_row(self) -> str:
        return self._added()

    def add_tie(self, n: int) -> list[str]:
        return self.add_rows(n)

    def future_cursor(self) -> Cursor:
        [*_, last] = self.source().read(self.stream, None, datetime.now(UTC))
        assert last.cursor is not None
        return last.cursor

    def command(self, key: str, fails: bool = False) -> Command:
        self.office.unknown = {"nobody@there.example"}
        to = "nobody@there.example" if fails else "anna@there.example"
        told = {"mailbox": BOX, "to": to, "subject": "Получили", "text": "Спасибо", "reply_to": ""}
        return Command("letters", key, key, told)

    def effects(self) -> list[str]:
        return [
            self.office.real(n).message_id
            for n in self.office.boxes[BOX]["sentitems"].items.values()
        ]

    def _added(self) -> str:
        while not _POST.real(self.next).message_id:
            self.next += 1
        self.office.deliver(BOX, self.next)
        self.next += 1
        letter = _POST.real(self.next - 1)
        author = SimpleNamespace(email_address=letter.sender)
        told = {"message_id": letter.message_id, "author": author}
        times = dict.fromkeys(("datetime_sent", "datetime_received"), letter.at)
        return key_of(SimpleNamespace(**told, **times), BOX)


CASES = [
    Case(
        "exchange",
        "exchange",
        MailBench,
        impossible={
            **NO_ACKNOWLEDGE,
            "until_is_respected": COUNTER,
            "seeking_finds_the_moment": COUNTER,
            "count_agrees_with_read": COUNTER,
            "fetch_agrees_with_read": "ключ письма не даёт его папки / a letter's key does not tell its folder",
            "deletes_show_as_declared": "удалённое письмо было получено и остаётся / a deleted letter was received and stays",
            "texts_arrive_unchanged": "тексты писем проверены разбором MIME / texts of letters are tested by reading MIME",
            "early_close_releases": "между запросами соединение держит библиотека / between requests the library holds its pool",
        },
    )
]
