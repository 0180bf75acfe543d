"""A SQL database in the kit: a SQLite file whose pages can be made to fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from connectors.database import Database, DatabaseSettings
from connectors.registry import validated
from connectors.sql import engine
from schemas.records import Cursor
from tests.conformance.case import NO_ACKNOWLEDGE, NO_SINK, Bench, Case
from tests.conformance.cases_ebs import Wire, Wired

SECRET = "s3cret-canary"
_NO_TIME = "таблица не говорит, когда менялась строка / a table does not tell when a row changed"


class DatabaseBench(Bench):
    """Forty clients, read ten at a time."""

    stream = "clients"
    secrets = (SECRET,)

    def __init__(self, folder: Path) -> None:
        self.path = folder / "legacy.db"
        self.wire = Wire()
        self.last = 0
        self._run("CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT)")
        self.add_rows(40)

    def source(self) -> Database:
        wanted = {"url": f"sqlite:///{self.path}", "page_size": 10}
        settings = validated(DatabaseSettings, "legacy", wanted)
        return Database("legacy", settings, engine("sqlite://", self._open))

    def _open(self) -> Wired:
        made = sqlite3.connect(
            f"file:{self.path}?mode=ro", uri=True, factory=Wired, check_same_thread=False
        )
        made.wire = self.wire
        self.wire.handles += 1
        return made

    def wrong_credentials(self) -> Database:
        """A login that cannot succeed: nobody listens, but the password is on its way."""
        url = f"postgresql://kanon:{SECRET}@127.0.0.1:1/legacy"
        return Database("legacy", validated(DatabaseSettings, "legacy", {"url": url}))

    def no_rights(self) -> Database:
        self._run("DROP TABLE IF EXISTS clients")
        wanted = {"url": f"sqlite:///{self.path}", "tables": [self.stream]}
        return Database("legacy", validated(DatabaseSettings, "legacy", wanted))

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
            return int(base.execute("SELECT COUNT(*) FROM clients").fetchone()[0])

    def clear(self, keep: int = 0) -> None:
        self._run("DELETE FROM clients WHERE id > ?", keep)

    def add_rows(self, n: int) -> list[str]:
        return [self.add_text("ООО Новое") for _ in range(n)]

    def change_rows(self, n: int) -> list[str]:
        self._run("UPDATE clients SET name = 'ООО Другое' WHERE id <= ?", n)
        return [str(key) for key in range(1, n + 1)]

    def add_late_row(self) -> str:
        return self.add_text("ООО Позднее")

    def add_tie(self, n: int) -> list[str]:
        return self.add_rows(n)

    def delete_row(self) -> str:
        self._run("DELETE FROM clients WHERE id = 1")
        return "1"

    def add_text(self, text: str) -> str:
        self.last += 1
        self._run("INSERT INTO clients VALUES (?, ?)", self.last, text)
        return str(self.last)

    def future_cursor(self) -> Cursor:
        return Cursor({"0": 10**9})

    def open_handles(self) -> int:
        return self.wire.handles

    def _run(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.path)) as base, base:
            base.execute(statement, values)


CASES = [
    Case(
        "database",
        "database",
        DatabaseBench,
        impossible={
            **NO_SINK,
            **NO_ACKNOWLEDGE,
            "wrong_password_is_refused": "файл без входа / a file has no login",
            "busy_system_is_waited_for": "база не называет срок / a database names no delay",
            "until_is_respected": _NO_TIME,
            "seeking_finds_the_moment": _NO_TIME,
        },
    )
]
