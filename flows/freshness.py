"""How fresh a source is against its own schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.schedule import following


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a source is to be read: by a cron line in its zone, or at least `every` so often; else by hand."""

    schedule: str = ""
    zone: str = "Europe/Moscow"
    every: timedelta | None = None

    def due(self, after: datetime) -> datetime | None:
        """When it is to be read next after a moment; None if only by hand."""
        if self.schedule:
            return following(self.schedule, self.zone, after)
        return after + self.every if self.every else None


# A reading that began on the stroke is given a part of its period to end.
_SHARE, _LONGEST = 5, timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a source: its last success, how its last run failed if it did, and what it does now."""

    last_success: datetime | None
    failed: str | None = None
    running: bool = False
    paused: bool = False


def freshness(rhythm: Rhythm, seen: Seen, now: datetime) -> str:
    """on_time, on_track (late, but being read), delayed by a period, late by two, attention, never, by_hand, paused.

    A source that was only out of reach is tried again by itself: it asks for nobody until it is late.
    """
    if seen.paused:
        return "paused"
    if seen.failed and seen.failed != "Retryable":
        return "attention"
    if seen.last_success is None:
        return "attention" if seen.failed else "never"
    first = rhythm.due(seen.last_success)
    if first is None:
        return "attention" if seen.failed else "by_hand"
    second = rhythm.due(first) or first
    if now <= first + _grace(second - first):
        return "on_time"
    if now > second:
        return "late"
    return "on_track" if seen.running else "delayed"


def _grace(period: timedelta) -> timedelta:
    return min(period / _SHARE, _LONGEST)
