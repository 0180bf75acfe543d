"""Letters of mailboxes on an Exchange server as a stream (handbook 6.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl

from connectors.exchange.notifications import Notifications
from connectors.exchange.outgoing import written
from connectors.exchange.rows import frame_of, row_of, unreadable
from connectors.exchange.settings import ExchangeSettings
from connectors.exchange.trouble import GONE
from connectors.exchange.wire import Box, Place, opened
from schemas.errors import ConfigError, KanonError
from schemas.records import (
    KEY,
    Ack,
    Batch,
    Command,
    Cursor,
    Probe,
    Scalar,
    Stream,
    no_rejects,
)

LETTERS = "letters"
_HELD = 20.0  # seconds a question for news is held open
VERSION = 1
# Invitations and answers to them are no letters; reports tell of letters that did not arrive.
_NO_LETTERS = ("IPM.Schedule.", "IPM.Appointment", "IPM.Task", "IPM.Contact", "IPM.Activity")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Mailboxes, read folder by folder; the state of each folder is kept after every page of it."""

    name: str
    settings: ExchangeSettings
    _heard: list[Notifications] = field(default_factory=list, compare=False, repr=False)

    def check(self) -> list[Probe]:
        """Whether each mailbox can be opened, and how many folders of letters it has."""
        return [self._opens(mailbox) for mailbox in self.settings.mailboxes]

    def _opens(self, mailbox: str) -> Probe:
        try:
            with opened(self.settings, mailbox) as box:
                places = box.places()
        except KanonError as error:
            return Probe(mailbox, False, error.ru, error.en, error.detail)
        ru, en = f"Папок с письмами: {len(places)}.", f"Folders with letters: {len(places)}."
        return Probe(mailbox, True, ru, en)

    def discover(self) -> list[Stream]:
        """One stream. What is deleted in a mailbox stays in the hub: the letter was received."""
        return [Stream(LETTERS, (KEY,), "message", "invisible", ordered=False)]

    def clock(self) -> datetime:
        """The clock of this machine; changes are told by the server's own counter."""
        return datetime.now(UTC)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:  # noqa: ARG002  a protocol; the server tells changes by its own counter
        """What came into the folders after `cursor`, a page at a time."""
        if stream != LETTERS:
            raise ConfigError(
                f"Потока «{stream}» у Exchange нет. Есть: {LETTERS}.",
                f"Exchange has no stream '{stream}'. There is: {LETTERS}.",
            )
        states = dict({} if cursor is None else cursor.expect(VERSION))
        for mailbox in self.settings.mailboxes:
            with opened(self.settings, mailbox) as box:
                for place in box.places():
                    yield from _of_place(box, place, states)

    def estimate(self, stream: str) -> int:  # noqa: ARG002  there is one stream
        """How many letters lie in all folders that are read, as the server counts them."""
        total = 0
        for mailbox in self.settings.mailboxes:
            with opened(self.settings, mailbox) as box:
                total += sum(int(place.folder.total_count or 0) for place in box.places())
        return total

    def wait(self, cursor: Cursor | None) -> bool:  # noqa: ARG002  a stream tells what comes, not what came
        """Whether the server told of anything new within some seconds; lost streams are begun anew."""
        if not self._heard:
            self._heard.append(Notifications(self.settings))
        try:
            return self._heard[0].wait(_HELD)
        except KanonError:
            self._heard.clear()
            raise

    def write(self, stream: str, commands: Sequence[Command]) -> list[Ack]:  # noqa: ARG002  there is one stream
        """Send letters, each once; one that is refused does not stop the others."""
        return written(self.settings, commands)


def _of_place(box: Box, place: Place, states: dict[str, Scalar]) -> Iterator[Batch]:
    mark = hashlib.sha256(f"{box.address.lower()}|{place.id}".encode()).hexdigest()[:16]
    more = True
    while more:
        page = box.page(place, str(states.get(mark) or ""))
        found, refused = _letters(box, place, page.created)
        moved = states.get(mark) != page.state
        states[mark], more = page.state, page.more
        if moved:
            yield Batch(LETTERS, frame_of(found), Cursor(dict(states), VERSION), refused)


def _letters(
    box: Box, place: Place, items: list[object]
) -> tuple[list[dict[str, str | None]], pl.DataFrame]:
    wanted = [
        one for one in items if not str(getattr(one, "item_class", "")).startswith(_NO_LETTERS)
    ]
    rows, refused = [], [no_rejects()]
    for item, full in box.letters(wanted):
        if isinstance(full, GONE):
            continue  # moved or deleted since the page was told: the other folder tells it
        if isinstance(full, Exception):
            refused.append(unreadable(item, box.address, full))
        else:
            rows.append(row_of(item, full.mime_content or b"", box.address, place))
    return rows, pl.concat(refused)
