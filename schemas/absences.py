"""When somebody of ours is away, and who stands in for him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

AbsenceKind = Literal["holiday", "illness", "trip", "other"]
ABSENCES: tuple[AbsenceKind, ...] = get_args(AbsenceKind)


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as it is told: the first and the last day count, in the zone of working time."""

    login: str
    kind: AbsenceKind
    since: date
    until: date
    deputy: str | None = None
    note: str | None = None
