"""Mailboxes with folders that count their changes, as Exchange does for SyncFolderItems."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from typing import Protocol

# (distinguished id, name, class); the names are those of a Russian Exchange.
STANDARD = (
    ("inbox", "Входящие", "IPF.Note"),
    ("sentitems", "Отправленные", "IPF.Note"),
    ("drafts", "Черновики", "IPF.Note"),
    ("junkemail", "Нежелательная почта", "IPF.Note"),
    ("deleteditems", "Удаленные", "IPF.Note"),
    ("calendar", "Календарь", "IPF.Appointment"),
)
ROOT, TOP = "root", "msgfolderroot"


@dataclass
class Folder:
    """A folder: which letter stands under which item id, and everything that ever happened in it."""

    id: str
    name: str
    kind: str
    parent: str
    distinguished: str = ""
    items: dict[str, int] = field(default_factory=dict)
    log: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """A page of changes: (create or delete, item id), the state after them, whether it is the last."""

    changes: list[tuple[str, str]]
    state: str
    last: bool


class Letter(Protocol):
    """What a mailbox tells of a letter."""

    @property
    def number(self) -> int: ...
    @property
    def message_id(self) -> str: ...
    @property
    def nature(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def raw(self) -> bytes: ...


class Letters(Protocol):
    """Letters by number, such as `Post` or `Corpus`."""

    def real(self, number: int, /) -> Letter: ...


class Office:
    """The server's mailboxes. `busy` seconds make every request wait; `epoch` grows when states expire.

    `unknown`: addresses no letter can be sent to. `robots` answer every letter that is sent to them.
    """

    def __init__(self, post: Letters) -> None:
        self.post = post
        self.boxes: dict[str, dict[str, Folder]] = {}
        self.busy: float | None = None
        self.epoch = 1
        self.forbidden: set[str] = set()
        self.unreadable: set[str] = set()
        self.unknown: set[str] = set()
        self.robots: dict[str, Callable[[Letter], Letter]] = {}
        self._sent: list[Letter] = []
        self.arrivals: dict[str, int] = {}
        self.heard: dict[str, int] = {}
        self.news = threading.Condition()
        self._numbers = count(1)

    def open(self, address: str) -> None:
        """A new mailbox with the folders everybody has."""
        box = self.boxes.setdefault(address, {})
        for distinguished, name in ((ROOT, "Root"), (TOP, "Корневой уровень хранилища")):
            above = "" if distinguished == ROOT else f"{address}/{ROOT}"
            box[distinguished] = Folder(
                f"{address}/{distinguished}", name, "", above, distinguished
            )
        for distinguished, name, kind in STANDARD:
            own = f"{address}/{distinguished}"
            box[distinguished] = Folder(own, name, kind, f"{address}/{TOP}", distinguished)

    def folder(self, address: str, name: str, within: str = "inbox") -> str:
        """A folder of somebody's own; the name by which letters are delivered to it."""
        above = self.boxes[address][within]
        self.boxes[address][name] = Folder(f"{address}/{name}", name, "IPF.Note", above.id)
        return name

    def deliver(self, address: str, number: int, folder: str = "inbox") -> str:
        """A letter arrives; the id of its item."""
        step = next(self._numbers)
        item = base64.b64encode(f"{address}|{step}|{number}".encode()).decode()
        place = self.boxes[address][folder]
        place.items[item] = number
        place.log.append((step, "create", item))
        with self.news:
            self.arrivals[address] = self.arrivals.get(address, 0) + 1
            self.news.notify_all()
        return item

    def delete(self, address: str, item: str, folder: str = "inbox") -> None:
        """An item is deleted for good."""
        place = self.boxes[address][folder]
        del place.items[item]
        place.log.append((next(self._numbers), "delete", item))

    def move(self, address: str, item: str, to: str, folder: str = "inbox") -> str:
        """An item moves and gets another id, as in Exchange."""
        number = self.boxes[address][folder].items[item]
        self.delete(address, item, folder)
        return self.deliver(address, number, to)

    def expire(self) -> None:
        """All states told until now are of no use any more."""
        self.epoch += 1

    def by_id(self, folder_id: str) -> Folder | None:
        """A folder by its id."""
        box = self.boxes.get(folder_id.partition("/")[0], {})
        return next((one for one in box.values() if one.id == folder_id), None)

    def below(self, folder: Folder) -> Iterator[Folder]:
        """All folders under one, at any depth."""
        for one in self.boxes[folder.id.partition("/")[0]].values():
            if one.parent == folder.id:
                yield one
                yield from self.below(one)

    def letter(self, item: str) -> Letter | None:
        """The letter under an item id; None if it is there no more."""
        address, _, number = base64.b64decode(item).decode().split("|")
        living = any(item in folder.items for folder in self.boxes.get(address, {}).values())
        return self.real(int(number)) if living else None

    def real(self, number: int) -> Letter:
        """A letter by its number; those that were sent here have numbers below nought."""
        return self.post.real(number) if number >= 0 else self._sent[-number - 1]

    def send(self, address: str, letter: Letter, to: Sequence[str]) -> bool:
        """A letter leaves a mailbox: a copy stays, and who has a mailbox here gets it; False for no address."""
        if self.unknown & set(to):
            return False
        self._sent.append(letter)
        number = -len(self._sent)
        self.deliver(address, number, "sentitems")
        for one in to:
            if one in self.boxes:
                self.deliver(one, number)
            if one in self.robots:
                self._sent.append(self.robots[one](letter))
                self.deliver(address, -len(self._sent))
        return True

    def receive(self, address: str, letter: Letter) -> str:
        """A letter from outside that is none of the world's arrives; the id of its item."""
        self._sent.append(letter)
        return self.deliver(address, -len(self._sent))

    def found(self, folder: Folder, message_id: str) -> list[str]:
        """The items of a folder with this Message-ID."""
        return [
            item for item, number in folder.items.items()
            if self.real(number).message_id == message_id
        ]  # fmt: skip

    def changes(self, folder: Folder, state: str, limit: int) -> Told | None:
        """What happened in a folder after a state; None if the state is expired or nonsense."""
        since = 0
        if state:
            epoch, _, told = base64.b64decode(state).decode(errors="replace").partition(":")
            if epoch != str(self.epoch) or not told.isdigit():
                return None
            since = int(told)
        start = _after(folder.log, since)
        page: list[tuple[str, str]] = []
        last = since
        for step, kind, item in islice(folder.log, start, None):
            if len(page) == limit:
                return Told(page, self._state(last), last=False)
            last = step
            # A letter that came and went is told neither as come nor, at the beginning, as gone.
            if (kind == "create") == (item in folder.items) and (since or kind == "create"):
                page.append((kind, item))
        return Told(page, self._state(last), last=True)

    def _state(self, step: int) -> str:
        return base64.b64encode(f"{self.epoch}:{step}".encode()).decode()


def _after(log: list[tuple[int, str, str]], since: int) -> int:
    low, high = 0, len(log)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if log[middle][0] <= since else (low, middle)
    return low
