"""Sources that fail on purpose, and edits that make records unacceptable."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.base import Source
from flows.house import House
from schemas.errors import Retryable
from schemas.records import Batch, Cursor
from tests.flows.site import COUNTERPARTIES, Site

BAD_INN = "7707083894"  # one off in its check digit


class Flaky:
    """How often a stream was read, from which cursors, and after how many batches it breaks off."""

    def __init__(self, stream: str, break_after: int, times: int) -> None:
        self.stream, self.break_after, self.times = stream, break_after, times
        self.cursors: list[Cursor | None] = []

    def wrap(self, source: Any) -> Source:
        """The same source, whose `read` of the stream breaks off the first `times` times."""
        read: Callable[..., Iterator[Batch]] = source.read

        def flaky(stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
            if stream != self.stream:
                yield from read(stream, cursor, until)
                return
            self.cursors.append(cursor)
            left = self.break_after if len(self.cursors) <= self.times else sys.maxsize
            yield from islice(read(stream, cursor, until), left)
            if left < sys.maxsize:
                raise Retryable("Связь прервалась.", "The line broke.", retry_after=0.01)

        source.read = flaky
        return source  # type: ignore[no-any-return]  # what came in is a Source


def break_line(monkeypatch: pytest.MonkeyPatch, name: str, flaky: Flaky) -> None:
    """From now on the source `name` breaks off as `flaky` says."""
    build = House.source

    def broken(house: House, wanted: str) -> Source:
        source = build(house, wanted)
        return flaky.wrap(source) if wanted == name else source

    monkeypatch.setattr(House, "source", broken)


def run_ebs(site: Site, statement: str, *values: object) -> None:
    """Run a statement in the simulated EBS database."""
    with closing(sqlite3.connect(site.world.ebs.path, timeout=30)) as database, database:
        assert database.execute(statement, values).rowcount > 0


def ask_ebs(site: Site, query: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query in the simulated EBS database."""
    with closing(sqlite3.connect(site.world.ebs.path, timeout=30)) as database:
        return database.execute(query, values).fetchall()


def ebs_now(site: Site) -> str:
    """A moment just passed, as EBS writes it: SYSDATE itself is still outside of the window."""
    moment = datetime.now(UTC) - timedelta(seconds=2)
    return moment.astimezone(ZoneInfo(site.world.ebs.zone)).strftime("%Y-%m-%d %H:%M:%S")


def living_counterparties(site: Site) -> list[str]:
    """Ref_Keys of 1C organizations that are accepted as they are."""
    accepted = site.parties("onec", COUNTERPARTIES)
    return accepted.filter(accepted["inn"].is_not_null() & accepted["kpp"].is_not_null())[
        "key"
    ].to_list()


def living_counterparty(site: Site) -> dict[str, Any]:
    """A 1C organization that is accepted as it is."""
    found = site.world.onec.base.get(COUNTERPARTIES, living_counterparties(site)[0])
    assert found is not None
    return found


def edit_onec(site: Site, key: str, **values: object) -> None:
    """Edit a counterparty in 1C."""
    site.world.onec.base.put(COUNTERPARTIES, {"Ref_Key": key, **values})
