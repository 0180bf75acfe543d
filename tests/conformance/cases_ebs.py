"""Oracle EBS in the kit: an EBS-shaped SQLite file behind a connection that can be cut and counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.ebs.settings import EbsSettings
from connectors.ebs.source import EbsSource
from connectors.registry import validated
from connectors.sql import engine
from connectors.window import local
from schemas.records import Cursor
from tests.conformance.case import NO_ACKNOWLEDGE, NO_SINK, Bench, Case
from tests.connectors.ebs_file import create, insert, parties

SECRET = "s3cret-canary"
ZONE = ZoneInfo("Asia/Yekaterinburg")
FAR = timedelta(days=9)


class Wire:
    """What happens to the connections of one bench."""

    pages_left: int | None = None
    handles: int = 0


class Wired(sqlite3.Connection):
    """A connection whose pages can be made to fail, and whose closing is counted."""

    wire: Wire

    def cursor(self, *args: Any, **options: Any) -> sqlite3.Cursor:
        made = super().cursor(WiredCursor)
        made.wire = self.wire
        return made

    def close(self) -> None:
        self.wire.handles -= 1
        super().close()


class WiredCursor(sqlite3.Cursor):
    """Fails the way a file on a lost network share does."""

    wire: Wire

    def execute(self, statement: str, *args: Any) -> sqlite3.Cursor:
        if "ORDER BY" in statement and self.wire.pages_left is not None:
            self.wire.pages_left -= 1
            if self.wire.pages_left < 0:
                raise sqlite3.OperationalError("disk I/O error")
        return super().execute(statement, *args)


class EbsBench(Bench):
    """Forty parties, read ten at a time."""

    stream = "parties"
    secrets = (SECRET,)

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ebs.db"
        self.wire = Wire()
        create(self.path)
        insert(self.path, "parties", parties(40))
        self.last = 5000

    def source(self) -> EbsSource:
        wanted = {"url": f"sqlite:///{self.path}", "orgs": [81], "zone": str(ZONE), "page_size": 10}
        return EbsSource(
            "erp", validated(EbsSettings, "erp", wanted), engine("sqlite://", self._open)
        )

    def _open(self) -> Wired:
        uri = f"file:{self.path}?mode=ro"
        made = sqlite3.connect(uri, uri=True, factory=Wired, check_same_thread=False)
        made.wire = self.wire
        self.wire.handles += 1
        return made

    def wrong_credentials(self) -> EbsSource:
        """A login that cannot succeed: nobody listens, but the password is on its way."""
        wanted = {
            "host": "127.0.0.1",
            "port": 1,
            "service_name": "PROD",
            "user": "kanon",
            "password": SECRET,
            "orgs": [81],
        }
        return EbsSource("erp", validated(EbsSettings, "erp", wanted))

    def no_rights(self) -> EbsSource:
        self._run("DROP TABLE IF EXISTS HZ_PARTIES")
        return self.source()

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
            return int(base.execute("SELECT COUNT(*) FROM HZ_PARTIES").fetchone()[0])

    def clear(self, keep: int = 0) -> None:
        self._run("DELETE FROM HZ_PARTIES WHERE PARTY_ID >= ?", 1000 + keep)

    def add_rows(self, n: int) -> list[str]:
        return [self._add("ООО Новое", self._soon()) for _ in range(n)]

    def change_rows(self, n: int) -> list[str]:
        changed = range(1000, 1000 + n)
        for key in changed:
            self._run(
                "UPDATE HZ_PARTIES SET KNOWN_AS = 'x', LAST_UPDATE_DATE = ? WHERE PARTY_ID = ?",
                self._soon(),
                key,
            )
        return [str(key) for key in changed]

    def add_late_row(self) -> str:
        return self._add("ООО Позднее", local(datetime.now(UTC) - timedelta(hours=1), ZONE))

    def add_tie(self, n: int) -> list[str]:
        moment = self._soon()
        return [self._add("ООО Вместе", moment) for _ in range(n)]

    def delete_row(self) -> str:
        self._run("DELETE FROM HZ_PARTIES WHERE PARTY_ID = 1000")
        return "1000"

    def add_text(self, text: str) -> str:
        return self._add(text, self._soon())

    def future_cursor(self) -> Cursor:
        return self.source().cursor_at(self.stream, datetime.now(UTC) + FAR)

    def open_handles(self) -> int:
        return self.wire.handles

    def _soon(self) -> str:
        return local(datetime.now(UTC) + timedelta(seconds=1), ZONE)

    def _add(self, name: str, moment: str) -> str:
        self.last += 1
        row = {"PARTY_ID": self.last, "PARTY_NAME": name, "LAST_UPDATE_DATE": moment}
        insert(self.path, "parties", [row])
        return str(self.last)

    def _run(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.path)) as base, base:
            base.execute(statement, values)


CASES = [
    Case(
        "ebs",
        "ebs",
        EbsBench,
        impossible={
            **NO_SINK,
            **NO_ACKNOWLEDGE,
            "wrong_password_is_refused": (
                "файл без входа; коды ORA-01017 и другие проверены отдельно / a file has no login; "
                "ORA-01017 and its like are tested apart"
            ),
            "busy_system_is_waited_for": "Oracle не называет срок / Oracle names no delay",
        },
    )
]
