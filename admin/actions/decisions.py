"""What the API may ask the hub to decide. `flows` answers it; the routes know only this Protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NoReturn, Protocol

from schemas.errors import ConfigError

Verdict = Literal["same", "different", "split", "unsure"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody decides about companies (golden ids) or records (connection/stream/key).

    same: all of `who` are one. different and unsure: the two of `who`. split: the records `who[1:]` leave
    the company `who[0]`. `versions` are those the person saw, golden id → version.
    """

    verdict: Verdict
    who: Sequence[str]
    by: str
    reason: str | None = None
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """The decisions that say so now, and how many of them are new."""

    ids: Sequence[int]
    written: int


class Acts(Protocol):
    """Decisions and values, as the pages and the command line make them too.

    Each raises ConfigError for what is not known or cannot be a value, Conflict for what has changed or
    may not be.
    """

    def decide(self, wanted: Wanted, /) -> Said:
        """Write down what is one company and what is not; matching acts on it in the background."""

    def withdraw(self, decision: int, by: str, reason: str | None, /) -> Said:
        """Take back a decision with all decided in the same act."""

    def set_value(
        self, golden_id: str, name: str, value: str, by: str, reason: str | None, version: int, /
    ) -> Said:
        """This is the value of a field, whatever sources say."""

    def release_value(
        self, golden_id: str, name: str, by: str, reason: str | None, version: int, /
    ) -> Said:
        """Sources have their say again about a field."""


class Hooks(Protocol):
    """What webhooks need of the hub besides their table."""

    def secret(self, url: str, /) -> str:
        """A new secret to sign by; Refused for an address that may not be sent to."""

    def ping(self, number: int, /) -> None:
        """Send a delivery without events now; what came of it stands in the subscription."""


class NoHooks:
    """A site that only reads."""

    def secret(self, _url: str, /) -> str:
        _unwired()

    def ping(self, _number: int, /) -> None:
        _unwired()


class NoActs:
    """A site that only reads."""

    def decide(self, _wanted: Wanted, /) -> Said:
        _unwired()

    def withdraw(self, _decision: int, _by: str, _reason: str | None, /) -> Said:
        _unwired()

    def set_value(
        self, _id: str, _name: str, _value: str, _by: str, _reason: str | None, _version: int, /
    ) -> Said:
        _unwired()

    def release_value(
        self, _id: str, _name: str, _by: str, _reason: str | None, _version: int, /
    ) -> Said:
        _unwired()


def _unwired() -> NoReturn:
    raise ConfigError(
        "Этот сервер только показывает данные. Запустите его командой kanon serve.",
        "This server only shows data. Start it by the command kanon serve.",
    )
