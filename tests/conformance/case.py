"""What a connector must bring to be put through the kit: a bench, and what is impossible for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from connectors.base import Source
from schemas.records import Command, Cursor

HARD_TEXTS = (
    "ООО «Ромашка» — № 5, ё/Ё, ß, 漢字, 🙂",
    "перенос\nстроки\tи табуляция",
    "нуль\x00внутри",
    "Ж" * (1 << 20),
)


class Bench:
    """A small fake system of one's own, changed through hooks, and connectors that read it.

    At the start it holds at least three batches' worth of rows in `stream`. A hook that makes no sense
    for a system is left alone, and every behaviour that uses it is listed in the case as impossible.
    """

    stream: str = ""
    secrets: Sequence[str] = ()

    def source(self) -> Source:
        """A new connector to the system, as after a restart of the process."""
        raise NotImplementedError

    def wrong_credentials(self) -> Source:
        """A connector whose password is wrong."""
        raise NotImplementedError

    def no_rights(self) -> Source:
        """A connector whose user may log in but not read `stream`."""
        raise NotImplementedError

    def down(self) -> AbstractContextManager[None]:
        """While entered, the system does not answer."""
        raise NotImplementedError

    def cut(self, batches: int) -> AbstractContextManager[None]:
        """While entered, the connection breaks after `batches` batches of a read have been sent."""
        raise NotImplementedError

    def busy(self, seconds: float) -> AbstractContextManager[None]:
        """While entered, the system asks every caller to come back after `seconds`."""
        raise NotImplementedError

    def rows_now(self) -> int:
        """How many rows the system holds in `stream`."""
        raise NotImplementedError

    def clear(self, keep: int = 0) -> None:
        """Leaves `keep` rows (0 or 1)."""
        raise NotImplementedError

    def add_rows(self, n: int) -> list[str]:
        """Adds rows changed now, strictly after `clock()` of any earlier call; their keys."""
        raise NotImplementedError

    def change_rows(self, n: int) -> list[str]:
        """Changes n rows now; their keys."""
        raise NotImplementedError

    def add_late_row(self) -> str:
        """Adds a row whose change time lies a little before the last read; its key."""
        raise NotImplementedError

    def add_tie(self, n: int) -> list[str]:
        """Adds n rows, more than a batch holds, changed at one and the same moment; their keys."""
        raise NotImplementedError

    def delete_row(self) -> str:
        """Deletes a row the way the system does; its key."""
        raise NotImplementedError

    def texts(self) -> Sequence[str]:
        """The hard texts the system can hold at all."""
        return HARD_TEXTS

    def add_text(self, text: str) -> str:
        """Adds a row that holds `text` in one of its columns; its key."""
        raise NotImplementedError

    def future_cursor(self) -> Cursor:
        """A cursor beyond everything the system holds."""
        raise NotImplementedError

    def open_handles(self) -> int:
        """How many connections or files the connectors of this bench hold open."""
        raise NotImplementedError

    def command(self, key: str, fails: bool = False) -> Command:
        """A command for `stream`; the system refuses it if `fails`."""
        raise NotImplementedError

    def effects(self) -> list[str]:
        """The keys written, once for each time something was written."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Case:
    """One connector in one configuration.

    `kind` is its kind in the registry. `impossible` and `not_yet` map behaviours to the reason why they
    are not asked; every other behaviour is.
    """

    name: str
    kind: str
    make: Callable[[Path], Bench]
    impossible: Mapping[str, str] = field(default_factory=dict)
    not_yet: Mapping[str, str] = field(default_factory=dict)

    def asks(self, behaviour: str) -> bool:
        """Whether the kit runs this behaviour over the connector."""
        return behaviour not in self.impossible and behaviour not in self.not_yet


NO_SINK = dict.fromkeys(
    ("command_once", "command_failure_alone"), "читает, не пишет / reads, does not write"
)
NO_ACKNOWLEDGE = {"acknowledged_is_over": "подтверждать нечего / nothing to acknowledge"}
