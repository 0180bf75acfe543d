"""The queue log of a switch: who waited for whom, who was on duty and when somebody paused (handbook 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from simulators.telephony.leg import SECOND, Leg

MOSCOW = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True, slots=True)
class Note:
    """One line: when (local time), of which call, in which queue, of whom, what, and its data."""

    at: datetime
    call: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The line as the switch writes it."""
        unix = int(self.at.replace(tzinfo=MOSCOW).timestamp())
        return "|".join([str(unix), self.call, self.queue, self.agent, self.event, *self.data])


def duty(people: Sequence[str], queue: str, rows: Sequence[Leg]) -> list[Note]:
    """Everybody comes a minute before the first row and leaves a minute after the last; one has lunch."""
    if not rows:
        return []
    first, last = min(row.start for row in rows), max(row.end for row in rows)
    notes = []
    for one in people:
        agent = f"SIP/{one}"
        notes.append(Note(first - 60 * SECOND, "NONE", queue, agent, "ADDMEMBER"))
        notes.append(Note(last + 60 * SECOND, "NONE", queue, agent, "REMOVEMEMBER"))
    noon = first + (last - first) / 2
    lunch = (noon.replace(microsecond=0), noon.replace(microsecond=0) + 1800 * SECOND)
    for moment, event in zip(lunch, ("PAUSE", "UNPAUSE"), strict=True):
        notes.append(Note(moment, "NONE", queue, f"SIP/{people[0]}", event, ("lunch",)))
    return notes


def write_queue_log(notes: Iterable[Note], file: Path) -> None:
    """Adds the notes to the end of the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{note.line}\n" for note in notes)
