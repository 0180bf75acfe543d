"""Active Directory in the kit: a unit of its own for each behaviour, in one real domain controller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from connectors.ad import ActiveDirectory, DirectorySettings
from connectors.ad.wire import Wire
from connectors.registry import validated
from schemas.records import Cursor
from tests.conformance.case import HARD_TEXTS, NO_ACKNOWLEDGE, NO_SINK, Bench, Case
from tests.support import domain
from tests.support.company_staff import Staff
from tests.support.domain import ADMINISTRATOR, CERTIFIED, SECRET
from tests.support.handles import open_targets

_NOBODY = "ldaps://127.0.0.99"
_LDAPS = 636
_NAMES = count(1)
COUNTERS = "каталог считает изменения, а не время / a directory counts changes, not time"


class DirectoryBench(Bench):
    """Eleven people, five to a page."""

    stream = "employees"
    secrets = (SECRET,)

    def __init__(self, folder: Path) -> None:
        self.servers: list[str] = []

    @cached_property
    def staff(self) -> Staff:
        lacking = domain.missing()
        if lacking:
            pytest.skip(lacking)
        company = Staff(domain.shared())
        self.servers = [f"ldaps://{company.controller.host}"]
        for _ in range(11):
            company.person(f"k{next(_NAMES)}")
        return company

    def source(self) -> ActiveDirectory:
        return self._asking()

    def wrong_credentials(self) -> ActiveDirectory:
        return self._asking(password="не тот пароль")

    def no_rights(self) -> ActiveDirectory:
        return self._asking(user=self.weak, changes="dirsync")

    @cached_property
    def weak(self) -> str:
        """Somebody who may log in and nothing else."""
        return self.staff.login(f"weak{self.staff.number}", SECRET)

    def _asking(self, **more: Any) -> ActiveDirectory:
        base, ca = self.staff.base, str(self.staff.controller.ca)
        told = {
            "servers": self.servers, "base": base, "user": ADMINISTRATOR, "password": SECRET,
            "ca": ca, "names": [CERTIFIED], "changes": "usn", "page": 5, "timeout": 5, **more,
        }  # fmt: skip
        return ActiveDirectory("corp", validated(DirectorySettings, "corp", told))

    @contextmanager
    def down(self) -> Iterator[None]:
        living, self.servers = [f"ldaps://{self.staff.controller.host}"], [_NOBODY]
        yield
        self.servers = living

    @contextmanager
    def cut(self, batches: int) -> Iterator[None]:
        honest, left = Wire.by_key, batches

        def until_cut(wire: Wire, *asked: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                wire.connection.socket.close()
            return honest(wire, *asked)

        with patch.object(Wire, "by_key", until_cut):
            yield

    def rows_now(self) -> int:
        return len(self.staff.people())

    def clear(self, keep: int = 0) -> None:
        for dn in self.staff.people()[keep:]:
            self.staff.delete(dn)

    def add_rows(self, n: int) -> list[str]:
        return [self._added() for _ in range(n)]

    def change_rows(self, n: int) -> list[str]:
        changed = self.staff.people()[:n]
        for dn in changed:
            self.staff.change(dn, title=f"должность {next(_NAMES)}")
        return [self.staff.key(dn) for dn in changed]

    def add_late_row(self) -> str:
        return self._added()

    def add_tie(self, n: int) -> list[str]:
        return self.add_rows(n)

    def delete_row(self) -> str:
        dn = self.staff.people()[3]
        key = self.staff.key(dn)
        self.staff.delete(dn)
        return key

    def texts(self) -> Sequence[str]:
        # A description has 1024 characters at most, and LDAP strings no NUL.
        return HARD_TEXTS[:2]

    def add_text(self, text: str) -> str:
        return self._added(description=text)

    def future_cursor(self) -> Cursor:
        [*_, last] = self.source().read(self.stream, None, self.source().clock())
        assert last.cursor is not None
        return Cursor({**last.cursor.value, "usn": 10**9}, last.cursor.version)

    def open_handles(self) -> int:
        inodes = set(open_targets())
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        held = [line for line in lines if line[2].endswith(f":{_LDAPS:04X}") and line[3] == "01"]
        return sum(f"socket:[{line[9]}]" in inodes for line in held)

    def _added(self, **more: str) -> str:
        return self.staff.key(self.staff.person(f"k{next(_NAMES)}", **more))


CASES = [
    Case(
        "ad",
        "ad",
        DirectoryBench,
        impossible={
            **NO_SINK,
            **NO_ACKNOWLEDGE,
            "until_is_respected": COUNTERS,
            "seeking_finds_the_moment": COUNTERS,
            "count_agrees_with_read": COUNTERS,
            "busy_system_is_waited_for": "контроллер не просит подождать / a controller asks nobody to wait",
        },
    )
]
