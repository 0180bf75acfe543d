"""Cron lines read: when a schedule comes next, and so what is late against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_NAMES = (
    *({name: number for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)},),
    *({name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))},),
)  # fmt: skip
_FARTHEST_DAYS = 4 * 366


@dataclass(frozen=True, slots=True)
class _Cron:
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def on(self, day: date) -> bool:
        by_month, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        either = by_month or by_week if self.either_day else by_month and by_week
        return day.month in self.months and either


def following(line: str, zone: str, after: datetime) -> datetime | None:
    """The first moment (UTC) of a cron line after `after`; None for a line that is empty, unread or never comes.

    >>> following("30 2 * * mon", "Europe/Moscow", datetime(2026, 11, 22, tzinfo=UTC)).isoformat()
    '2026-11-22T23:30:00+00:00'
    """
    cron = _read(line)
    return None if cron is None else next(_moments(cron, ZoneInfo(zone), after), None)


def _moments(cron: _Cron, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    first = after.astimezone(zone).date()
    for ahead in range(_FARTHEST_DAYS):
        day = first + timedelta(days=ahead)
        if not cron.on(day):
            continue
        for hour in cron.hours:
            for minute in cron.minutes:
                moment = datetime.combine(day, time(hour, minute), zone).astimezone(UTC)
                if moment > after:
                    yield moment


@cache
def _read(line: str) -> _Cron | None:
    parts = line.lower().split()
    if len(parts) != len(_BOUNDS):
        return None
    try:
        fields = [
            _field(part, *bounds, _NAMES[place - 3] if place > 2 else {})
            for place, (part, bounds) in enumerate(zip(parts, _BOUNDS, strict=True))
        ]
    except ValueError:
        return None
    minutes, hours, days, months, weekdays = fields
    # Where both days are limited, cron means either of them.
    either = not parts[2].startswith("*") and not parts[4].startswith("*")
    week = frozenset(day % 7 for day in weekdays)
    return _Cron(
        tuple(sorted(minutes)),
        tuple(sorted(hours)),
        frozenset(days),
        frozenset(months),
        week,
        either,
    )


def _field(part: str, least: int, most: int, names: dict[str, int]) -> set[int]:
    found: set[int] = set()
    for one in part.split(","):
        span, _, step = one.partition("/")
        begin, dash, end = span.partition("-")
        if span == "*":
            low, high = least, most
        else:
            low = _number(begin, names)
            high = _number(end, names) if dash else most if step else low
        if not least <= low <= high <= most:
            raise ValueError(part)
        found.update(range(low, high + 1, int(step or 1)))
    return found


def _number(text: str, names: dict[str, int]) -> int:
    return names[text] if text in names else int(text)
