"""1C in the kit: a small base in memory behind standard OData, its catalogue read whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import stamina

from connectors.onec import OneC, OneCSettings
from connectors.registry import validated
from schemas.records import Cursor
from tests.conformance.case import NO_ACKNOWLEDGE, NO_SINK, Bench, Case
from tests.connectors.onec_base import PARTIES, PASSWORD, USER, Base, party

WHOLE = "набор читается целиком: в 1С нет времени изменения / read whole: 1C has no time of change"


class OneCBench(Bench):
    """Forty counterparties, read ten at a time."""

    stream = PARTIES
    secrets = (PASSWORD,)

    def __init__(self, folder: Path) -> None:
        self.base = Base({PARTIES: [party(number) for number in range(40)]})
        self.last = 40

    def source(self) -> OneC:
        return self._source(PASSWORD)

    def wrong_credentials(self) -> OneC:
        return self._source("не тот пароль")

    def no_rights(self) -> OneC:
        self.base.forbidden = {PARTIES}
        return self.source()

    def _source(self, password: str) -> OneC:
        wanted = {
            "url": "http://1c.test/base",
            "user": USER,
            "password": password,
            "sets": {PARTIES: {}},
            "page": 10,
        }
        return OneC("base", validated(OneCSettings, "base", wanted), self.base.transport())

    @contextmanager
    def _trouble(self, before: Callable[[httpx.Request], httpx.Response | None]) -> Iterator[None]:
        self.base.before = before
        with stamina.set_testing(True, attempts=1):
            yield
        self.base.before = lambda request: None

    @contextmanager
    def down(self) -> Iterator[None]:
        def refuse(request: httpx.Request) -> None:
            raise httpx.ConnectError("refused", request=request)

        with self._trouble(refuse):
            yield

    @contextmanager
    def cut(self, batches: int) -> Iterator[None]:
        left = batches + 1  # a batch is passed on when the next page has come

        def count(request: httpx.Request) -> None:
            nonlocal left
            left -= "$skip" in request.url.params
            if left < 0:
                raise httpx.RemoteProtocolError("cut", request=request)

        with self._trouble(count):
            yield

    @contextmanager
    def busy(self, seconds: float) -> Iterator[None]:
        answer = httpx.Response(503, headers={"Retry-After": str(int(seconds))})
        with self._trouble(lambda request: answer):
            yield

    def rows_now(self) -> int:
        return len(self.base.sets[PARTIES])

    def clear(self, keep: int = 0) -> None:
        del self.base.sets[PARTIES][keep:]

    def add_rows(self, n: int) -> list[str]:
        return [self._add() for _ in range(n)]

    def change_rows(self, n: int) -> list[str]:
        changed = self.base.sets[PARTIES][:n]
        return [self.base.put(PARTIES, {**one, "ИНН": "изменён"}) for one in changed]

    def add_late_row(self) -> str:
        return self._add()

    def add_tie(self, n: int) -> list[str]:
        return [self._add(Description="ООО Одинаковое") for _ in range(n)]

    def delete_row(self) -> str:
        return str(self.base.sets[PARTIES].pop(3)["Ref_Key"])

    def add_text(self, text: str) -> str:
        return self._add(Description=text)

    def future_cursor(self) -> Cursor:
        raise NotImplementedError

    def _add(self, **more: str) -> str:
        self.last += 1
        return self.base.put(PARTIES, party(self.last, **more))


CASES = [
    Case(
        "onec",
        "onec",
        OneCBench,
        impossible={
            **NO_SINK,
            **NO_ACKNOWLEDGE,
            "future_cursor_is_empty": WHOLE,
            "until_is_respected": WHOLE,
            "resuming_makes_progress": WHOLE,
            "seeking_finds_the_moment": WHOLE,
            "early_close_releases": (
                "между запросами соединение ничего не держит / between requests nothing is held"
            ),
            "count_agrees_with_read": "счёт с начала проверен отдельно / counting is tested apart",
        },
    )
]
