"""What the card of a record may ask the hub to do: a value of one's own, checked before and taken back after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from schemas.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Typed:
    """A value a person typed for a field of a golden record, why, the version that was on the screen, who."""

    golden_id: str
    field: str
    value: str
    by: str
    reason: str | None = None
    seen: int | None = None


class CardActions(Protocol):
    """Values set by hand."""

    def set_value(self, typed: Typed, /) -> int:
        """The number of the decision that says so; ConfigError for what cannot be a value.

        Conflict if the record is not of the version seen, or if another company holds the number.
        """

    def release_value(self, golden_id: str, field: str, by: str, /) -> int:
        """Lets the sources speak again; how many values that took back."""

    def take_back(self, decision: int, by: str, /) -> int:
        """Takes back one value set by hand, with all of the same act."""

    def check_value(self, entity: str, field: str, value: str, /) -> str:
        """The value as it would be stored; ConfigError says why it cannot be one."""


class NoCardActions:
    """A site that only reads."""

    def set_value(self, _typed: Typed, /) -> int:
        raise unwired()

    def release_value(self, _golden_id: str, _field: str, _by: str, /) -> int:
        raise unwired()

    def take_back(self, _decision: int, _by: str, /) -> int:
        raise unwired()

    def check_value(self, _entity: str, _field: str, _value: str, /) -> str:
        raise unwired()


def unwired() -> ConfigError:
    """What a button of a site without a hub answers."""
    return ConfigError(
        "Этот сервер только показывает данные. Запустите его командой kanon serve.",
        "This server only shows data. Start it by the command kanon serve.",
    )
