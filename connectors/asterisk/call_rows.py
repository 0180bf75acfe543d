"""A call that was followed, as rows like those of the switch's own log: its beginning, and one row per attempt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from schemas.calls import UNHEARD

FIELDS = (
    "src", "dst", "channel", "dstchannel", "lastapp", "start", "answer", "end", "disposition",
    "uniqueid", "linkedid", "queue", "queued",
)  # fmt: skip
_DISPOSITIONS = {
    "ANSWER": "ANSWERED", "BUSY": "BUSY", "CHANUNAVAIL": "FAILED", "CONGESTION": "CONGESTION",
}  # fmt: skip
_HALF = re.compile(r"^(Local/.*);([12])$")
_FORMAT = "%Y-%m-%d %H:%M:%S"
Row = dict[str, str | datetime | None]


@dataclass(slots=True)
class Channel:
    """One end of a line: what was told of it, and the moments of its life."""

    name: str
    unique: str
    number: str
    exten: str
    begun: datetime
    up: datetime | None = None
    ended: datetime | None = None
    first_dial: datetime | None = None
    queue: str = ""
    queued: datetime | None = None
    unqueued: datetime | None = None

    @property
    def half(self) -> str:
        """`1` or `2` for a half of a Local channel, else empty."""
        found = _HALF.match(self.name)
        return found[2] if found else ""

    def dialled(self, exten: str, at: datetime) -> str:
        """The number that a dial at a moment was for: of the first one, what the caller himself dialled."""
        if self.first_dial is not None:
            return exten
        self.first_dial = at
        if self.exten in {"", "s"}:
            self.exten = exten
        return exten if self.half else self.exten


@dataclass(slots=True)
class Attempt:
    """Ringing somebody, by the uniqueids of both channels; `follows` is the one whose talk it is."""

    caller: str
    callee: str
    number: str
    begun: datetime
    status: str = ""
    decided: datetime | None = None
    over: datetime | None = None
    together: datetime | None = None
    follows: str = ""


@dataclass(slots=True)
class Call:
    """Everything under one link."""

    link: str
    channels: dict[str, Channel] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    living: set[str] = field(default_factory=set)
    unheard: list[tuple[datetime, datetime]] = field(default_factory=list)

    def take(self, other: Call) -> None:
        """Another call becomes part of this one."""
        self.channels |= other.channels
        self.attempts |= other.attempts
        self.living |= other.living
        self.unheard += other.unheard

    def together(self, unique: str, at: datetime) -> None:
        """A channel and another one were in a bridge until now."""
        for attempt in self.attempts.values():
            if (attempt.follows or attempt.callee) == unique and attempt.over is None:
                attempt.together = at

    def caller_of(self, attempt: Attempt) -> str:
        """The channel that really calls: behind the second half of a Local channel is who dialled the first."""
        seen: set[str] = set()
        unique = attempt.caller
        while unique not in seen and self.channels[unique].half == "2":
            seen.add(unique)
            first = f"{self.channels[unique].name[:-1]}1"
            dials = (a for a in self.attempts.values() if self._name(a.callee) == first)
            before = next(dials, None)
            unique = unique if before is None else before.caller
        return unique

    def _name(self, unique: str) -> str:
        return self.channels[unique].name if unique in self.channels else ""

    def leads_on(self, attempt: Attempt) -> bool:
        """Whether it dialled a Local channel whose other half dialled somebody: that one is the attempt."""
        callee = self.channels.get(attempt.callee)
        if callee is None or callee.half != "1":
            return False
        second = f"{callee.name[:-1]}2"
        return any(self._name(other.caller) == second for other in self.attempts.values())


def rows_of(call: Call, ended: datetime, zone: ZoneInfo) -> list[dict[str, str]]:
    """The rows (text, `FIELDS`) of a call whose last channel is gone; times are local to the zone."""
    told = [*_beginnings(call, ended), *_attempts(call, ended), *_unheard(call, ended)]
    common = {"linkedid": call.link}
    return [{**dict.fromkeys(FIELDS, ""), **_shown(row, zone), **common} for row in told]


def _beginnings(call: Call, ended: datetime) -> Iterator[Row]:
    """Channels that nobody called: the first one lasts as long as the call; a menu and a queue are rows."""
    roots = [
        one for one in call.channels.values() if not one.half and one.unique not in call.attempts
    ]
    for nth, one in enumerate(roots):
        own: Row = {
            "src": one.number, "dst": one.exten, "channel": one.name, "uniqueid": one.unique,
        }  # fmt: skip
        end = ended if nth == 0 else one.ended
        yield own | {"start": one.begun, "end": end, "disposition": "NO ANSWER"}
        until = one.first_dial or one.ended or ended
        if one.up is not None and one.up < until:
            menu: Row = {"start": one.up, "answer": one.up, "end": until, "disposition": "ANSWERED"}
            yield own | menu | {"lastapp": "Queue" if one.queue else ""}
        if one.queued is not None:
            left = one.unqueued or ended
            waited: Row = {
                "start": one.queued,
                "end": left,
                "queue": one.queue,
                "queued": one.queued,
            }
            yield own | waited | {"lastapp": "Queue", "disposition": "NO ANSWER"}


def _attempts(call: Call, ended: datetime) -> Iterator[Row]:
    for attempt in call.attempts.values():
        caller = call.channels.get(call.caller_of(attempt))
        callee = call.channels.get(attempt.callee)
        if caller is None or callee is None or call.leads_on(attempt):
            continue
        taken = attempt.decided if attempt.status == "ANSWER" else None
        last = attempt.together if taken else attempt.decided
        yield {
            "src": caller.number, "dst": attempt.number, "channel": caller.name,
            "dstchannel": callee.name, "lastapp": "Dial", "uniqueid": caller.unique,
            "start": attempt.begun, "answer": taken, "end": last or callee.ended or ended,
            "disposition": _DISPOSITIONS.get(attempt.status, "NO ANSWER"),
        }  # fmt: skip


def _unheard(call: Call, ended: datetime) -> Iterator[Row]:
    """Stretches that nobody heard; after the last of a call that was cut off nothing more is known of it."""
    first = next(iter(call.channels.values()), None)
    for since, until in call.unheard:
        if first is not None:
            yield {
                "src": first.number, "dst": first.exten, "channel": first.name,
                "uniqueid": first.unique, "lastapp": UNHEARD, "start": since, "end": until,
                "disposition": "NO ANSWER" if until > ended else "ANSWERED",
            }  # fmt: skip


def _shown(row: Row, zone: ZoneInfo) -> dict[str, str]:
    return {
        name: value.astimezone(zone).strftime(_FORMAT)
        if isinstance(value, datetime)
        else value or ""
        for name, value in row.items()
    }
