"""What pages and API may ask the hub to do about refused records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from flows.correct import Fixed
from flows.mend import Anatomy, Verdict
from flows.mend_alike import Change, Group, Tried
from schemas.errors import ConfigError


class Mending(Protocol):
    """Correcting refused records, one or many, and putting them off."""

    def anatomy(self, row: int, /) -> Anatomy | None:
        """An open row as it can be corrected; None if it cannot be here."""

    def check(self, row: int, values: Mapping[str, str], /) -> Verdict:
        """What mapping would say of the record with these values; nothing is kept."""

    def mend(
        self, row: int, values: Mapping[str, str], seen: str, by: str, reason: str | None, /
    ) -> tuple[Verdict, Fixed | None]:
        """Keeps the values if the record passes with them; Conflict if it is not as it was `seen`."""

    def columns_of(self, group: Group, /) -> Sequence[str]:
        """The columns a change for a whole group may be made in."""

    def try_alike(self, group: Group, change: Change, /) -> Tried:
        """What a change would do to the group; nothing is kept."""

    def mend_alike(
        self, group: Group, change: Change, stamp: str, by: str, reason: str | None, /
    ) -> Fixed:
        """Keeps a change for every record it cures; Conflict if `stamp` no longer fits."""

    def undo_corrections(self, batch: str, by: str, /) -> Fixed:
        """Withdraws a batch of corrections."""

    def put_off(self, ids: Sequence[int], why: str, by: str, until: datetime, /) -> int:
        """Puts open rows out of sight until a day; how many."""

    def bring_back(self, ids: Sequence[int], /) -> int:
        """Opens rows again that were put off; how many."""


class NoMending:
    """A site that only reads."""

    def anatomy(self, _row: int, /) -> Anatomy | None:
        return None

    def check(self, _row: int, _values: Mapping[str, str], /) -> Verdict:
        raise unwired()

    def mend(
        self, _row: int, _values: Mapping[str, str], _seen: str, _by: str, _reason: str | None, /
    ) -> tuple[Verdict, Fixed | None]:
        raise unwired()

    def columns_of(self, _group: Group, /) -> Sequence[str]:
        return ()

    def try_alike(self, _group: Group, _change: Change, /) -> Tried:
        raise unwired()

    def mend_alike(
        self, _group: Group, _change: Change, _stamp: str, _by: str, _reason: str | None, /
    ) -> Fixed:
        raise unwired()

    def undo_corrections(self, _batch: str, _by: str, /) -> Fixed:
        raise unwired()

    def put_off(self, _ids: Sequence[int], _why: str, _by: str, _until: datetime, /) -> int:
        raise unwired()

    def bring_back(self, _ids: Sequence[int], /) -> int:
        raise unwired()


class Unwired(ConfigError):
    """A button of a site that only reads was pressed."""


def unwired() -> Unwired:
    """What the buttons of a site that only reads answer."""
    return Unwired(
        "Этот сервер только показывает данные. Запустите его командой kanon serve.",
        "This server only shows data. Start it by the command kanon serve.",
    )
