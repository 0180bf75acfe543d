"""The channel events (CEL) of a switch's rows, as cel_custom writes them (handbook 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from simulators.telephony.leg import Leg
from simulators.telephony.queue_log import MOSCOW

Told = tuple[datetime, int, str, str, Leg, str]


def write_cel(rows: Iterable[Leg], file: Path) -> None:
    """Adds the events of the rows, in the order of time, to the end of the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{line}\n" for line in cel_lines(rows))


def cel_lines(rows: Iterable[Leg]) -> list[str]:
    """One line per event; an event is some microseconds into the second of its row."""
    events: list[Told] = []
    begun: dict[str, int] = {}
    # The channel that gives a call its link is there before those it leads to.
    order = sorted(rows, key=lambda one: (one.start, one.uniqueid != one.linkedid, one.sequence))
    for place, row in enumerate(order):
        events.extend(_of_row(row, begun, place * 10))
    events.sort(key=lambda event: (event[0], event[1]))
    return [_line(*event) for event in events]


def _of_row(row: Leg, begun: dict[str, int], nth: int) -> Iterator[Told]:
    if row.channel not in begun:
        begun[row.channel] = nth
        yield row.start, nth, "CHAN_START", row.channel, row, ""
        yield row.start, nth + 1, "APP_START", row.channel, row, ""
    own = row.dstchannel or row.channel
    if row.dstchannel:
        yield row.start, nth + 2, "CHAN_START", row.dstchannel, row, ""
    if row.answer is not None and row.disposition == "ANSWERED":
        yield row.answer, nth + 3, "ANSWER", own, row, ""
    status = row.disposition.replace(" ", "").replace("ANSWERED", "ANSWER")
    yield row.end, nth + 4, "HANGUP", own, row, f'{{"dialstatus":"{status}"}}'
    if row.dstchannel:
        yield row.end, nth + 5, "HANGUP", row.channel, row, ""


def _line(at: datetime, nth: int, kind: str, channel: str, row: Leg, extra: str) -> str:
    moment = at.replace(tzinfo=MOSCOW) + timedelta(microseconds=nth % 900_000)
    leads = channel == row.channel
    number, exten = (row.src, row.dst) if leads else (row.dst, "")
    unique = row.uniqueid if leads else f"{row.uniqueid}-{row.sequence}"
    fields = [
        kind, f"{moment.timestamp():.6f}", row.name, number, number, "", "", exten, "from-trunk",
        channel, row.app if leads else "AppDial", row.data if leads else "(Outgoing Line)", "3", "",
        unique, row.linkedid, "", "", "", extra,
    ]  # fmt: skip
    return ",".join('"' + field.replace('"', '""') + '"' for field in fields)
