"""An Aura Contact Center in the kit: its view in a SQLite file whose pages can be made to fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.aacc import Aacc, AaccSettings
from connectors.registry import validated
from connectors.sql import engine
from connectors.window import local
from schemas.records import Cursor
from tests.conformance.case import NO_ACKNOWLEDGE, NO_SINK, Bench, Case
from tests.conformance.cases_ebs import Wire, Wired
from tests.support.contacts import create, insert

SECRET = "s3cret-canary"
ZONE = ZoneInfo("Asia/Yekaterinburg")


class AaccBench(Bench):
    """Forty contacts, read ten at a time."""

    stream = "contacts"
    secrets = (SECRET,)

    def __init__(self, folder: Path) -> None:
        self.path = folder / "aacc.db"
        self.wire = Wire()
        self.last = 0
        create(self.path)
        begun = datetime.now(UTC) - timedelta(days=3)
        for n in range(40):
            self._add("ООО Старое", local(begun + timedelta(minutes=n), ZONE))

    def source(self) -> Aacc:
        return Aacc("cc", self._settings(), engine("sqlite://", self._open))

    def _settings(self) -> AaccSettings:
        told = {"url": f"sqlite:///{self.path}", "owner": "", "zone": str(ZONE), "page_size": 10}
        return validated(AaccSettings, "cc", told)

    def _open(self) -> Wired:
        uri = f"file:{self.path}?mode=ro"
        made = sqlite3.connect(uri, uri=True, factory=Wired, check_same_thread=False)
        made.wire = self.wire
        self.wire.handles += 1
        return made

    def wrong_credentials(self) -> Aacc:
        """A login that cannot succeed: nobody listens, but the password is on its way."""
        url = f"postgresql://kanon:{SECRET}@127.0.0.1:1/aacc"
        return Aacc("cc", validated(AaccSettings, "cc", {"url": url}))

    def no_rights(self) -> Aacc:
        self._run("DROP VIEW IF EXISTS eCSRStat")
        return Aacc("cc", self._settings())

    @contextmanager
    def down(self) -> Iterator[None]:
        away = self.path.rename(self.path.with_suffix(".away"))
        yield
        away.rename(self.path)

    @contextmanager
    def cut(self, batches: int) -> Iterator[None]:
        self.wire.pages_left = batches
        yield
        self.wire.pages_left = None

    def rows_now(self) -> int:
        with closing(sqlite3.connect(self.path)) as base:
            return int(base.execute("SELECT COUNT(*) FROM csr").fetchone()[0])

    def clear(self, keep: int = 0) -> None:
        self._run("DELETE FROM csr WHERE SequenceID > ?", keep)

    def add_rows(self, n: int) -> list[str]:
        return [self._add("ООО Новое", self._soon()) for _ in range(n)]

    def change_rows(self, n: int) -> list[str]:
        self._run(
            "UPDATE csr SET PCPTime = 9, FinalDispositionStamp = ? WHERE SequenceID <= ?",
            self._soon(),
            n,
        )
        return [f"g{key}|{key}" for key in range(1, n + 1)]

    def add_late_row(self) -> str:
        return self._add("ООО Позднее", local(datetime.now(UTC) - timedelta(hours=1), ZONE))

    def add_tie(self, n: int) -> list[str]:
        moment = self._soon()
        return [self._add("ООО Вместе", moment) for _ in range(n)]

    def add_text(self, text: str) -> str:
        return self._add(text, self._soon())

    def future_cursor(self) -> Cursor:
        return self.source().cursor_at(self.stream, datetime.now(UTC) + timedelta(days=9))

    def open_handles(self) -> int:
        return self.wire.handles

    def _soon(self) -> str:
        return local(datetime.now(UTC) + timedelta(seconds=1), ZONE)

    def _add(self, name: str, moment: str) -> str:
        self.last += 1
        row = {"SequenceID": self.last, "GUID": f"g{self.last}", "AgentSurName": name}
        times = {"OriginatedStamp": moment, "FinalDispositionStamp": moment}
        insert(self.path, [row | times | {"ContactTypeName": "Voice"}])
        return f"g{self.last}|{self.last}"

    def _run(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.path)) as base, base:
            base.execute(statement, values)


CASES = [
    Case(
        "aacc",
        "aacc",
        AaccBench,
        impossible={
            **NO_SINK,
            **NO_ACKNOWLEDGE,
            "wrong_password_is_refused": "файл без входа / a file has no login",
            "busy_system_is_waited_for": "база не называет срок / a database names no delay",
            "deletes_show_as_declared": (
                "контакт-центр выбрасывает старое, а звонок остаётся / "
                "the centre throws away what is old, and the call stays"
            ),
        },
    )
]
