"""What the pages may ask the hub to do. `flows` answers it; the pages know only this Protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemas.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that one source offers for a field: where it stands and how far it is trusted."""

    value: str | None
    connection: str
    stream: str
    key: str
    changed_at: datetime | None = None
    trust: float | None = None
    won: bool = False
    lost_because_ru: str = ""
    lost_because_en: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a field of a golden record has its value: the rule, and every candidate, winner first."""

    field: str
    rule_ru: str
    rule_en: str
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to: how many records passed, and how many were refused again."""

    passed: int
    refused: int


class Actions(Protocol):
    """The hub's abilities behind the buttons."""

    def replay(self, ids: Sequence[int], /) -> Replayed:
        """Sends open quarantine rows through their stage again; repeating it is harmless."""

    def start_sync(self, connection: str, /) -> str:
        """Starts a run of this connection and returns the run's id; Conflict if one is going."""

    def explain(self, golden_id: str, /) -> Sequence[Explanation]:
        """One explanation per field of a golden record, computed from its records and the rules."""


class NoActions:
    """A site that only reads: buttons answer that the hub is not connected."""

    def replay(self, _ids: Sequence[int], /) -> Replayed:
        raise _unwired()

    def start_sync(self, _connection: str, /) -> str:
        raise _unwired()

    def explain(self, _golden_id: str, /) -> Sequence[Explanation]:
        return ()


def _unwired() -> ConfigError:
    return ConfigError(
        "Этот сервер только показывает данные. Запустите его командой kanon serve.",
        "This server only shows data. Start it by the command kanon serve.",
    )
