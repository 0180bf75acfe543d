"""A day of calls as an Aura Contact Center tells it: segments of contacts and quarters of an hour of agents.

A base of SQLite with the views' columns (handbook 5.6). What no skillset and no menu saw, such as a call
straight to a phone or one among colleagues, is no contact.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from simulators.telephony.day import QUEUE, Day, RealCall
from simulators.telephony.leg import SECOND, Leg
from simulators.telephony.queue_log import Note

Row = Mapping[str, object]
QUARTER = timedelta(minutes=15)
CONTACTS = (
    "SequenceID", "GUID", "CCMID", "ContactTypeName", "Originator", "Address", "ApplicationStartStamp",
    "SkillsetName", "SkillsetQueuedStamp", "AgentID", "OriginatedStamp", "ServiceStamp", "PresentingTime",
    "HandlingTime", "HoldTime", "PCPTime", "FinalDispositionStamp",
)  # fmt: skip
INTERVALS = ("Timestamp", "AgentLogin", "LoggedInTime", "NotReadyTime")


def contacts(day: Day) -> list[Row]:
    """The segments of the day's calls that reached the center, in order of their beginnings."""
    rows: list[dict[str, object]] = []
    for call in sorted(day.calls, key=lambda one: _legs(day, one)[0].start):
        if call.kind in _TOLD:
            rows += _TOLD[call.kind](day, call)
    return [{**row, "SequenceID": nth, "CCMID": 9000 + nth} for nth, row in enumerate(rows, 1)]


def intervals(day: Day) -> list[Row]:
    """How long each agent was on duty in each quarter of an hour; nobody pauses but for work after calls."""
    found: list[Row] = []
    came = {note.agent: note.at for note in day.notes if note.event == "ADDMEMBER"}
    left = {note.agent: note.at for note in day.notes if note.event == "REMOVEMEMBER"}
    for agent, since in came.items():
        at = datetime.combine(since.date(), datetime.min.time())
        while at < left[agent]:
            there = int((min(left[agent], at + QUARTER) - max(since, at)).total_seconds())
            if there > 0:
                found.append(dict(zip(INTERVALS, (str(at), agent[4:], there, 0), strict=True)))
            at += QUARTER
    return found


def write_contact_center(day: Day, path: Path) -> None:
    """A base at `path` with the views of the day."""
    tables = {
        "eCSRStat": (CONTACTS, contacts(day)),
        "iAgentPerformanceStat": (INTERVALS, intervals(day)),
    }
    with closing(sqlite3.connect(path)) as base, base:
        for name, (columns, rows) in tables.items():
            base.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
            base.executemany(
                f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})",  # noqa: S608  names of ours
                [[row.get(column) for column in columns] for row in rows],
            )


def _legs(day: Day, call: RealCall) -> Sequence[Leg]:
    return sorted(
        (leg for leg in day.rows if leg.linkedid == call.linkedid), key=lambda leg: leg.start
    )


def _segment(legs: Sequence[Leg], **told: object) -> dict[str, object]:
    """A segment that begins with the first of the legs and is over with the last."""
    plain: dict[str, object] = {
        "GUID": legs[0].linkedid, "ContactTypeName": "Voice", "Originator": legs[0].src,
        "Address": legs[0].dst, "OriginatedStamp": str(legs[0].start), "PresentingTime": 0,
        "HandlingTime": 0, "HoldTime": 0, "PCPTime": 0, "AgentID": "0",
        "FinalDispositionStamp": str(max(leg.end for leg in legs)),
    }  # fmt: skip
    return plain | told


def _served(leg: Leg) -> dict[str, object]:
    agent = leg.dstchannel.removeprefix("SIP/").partition("-")[0]
    return {"AgentID": agent, "ServiceStamp": str(leg.answer), "HandlingTime": leg.billed}


def _queued(day: Day, call: RealCall) -> Iterator[dict[str, object]]:
    legs = _legs(day, call)
    [taken] = [leg for leg in legs if leg.answer]
    entered, connected = (_noted(day, call, event) for event in ("ENTERQUEUE", "CONNECT"))
    until = taken.end + _written(day, connected.agent, taken.end)
    yield _segment(
        legs, SkillsetName=QUEUE, SkillsetQueuedStamp=str(entered.at), ApplicationStartStamp=str(legs[0].start),
        **_served(taken), PresentingTime=int(connected.data[2]),
        PCPTime=(until - taken.end) // SECOND, FinalDispositionStamp=str(until),
    )  # fmt: skip


def _noted(day: Day, call: RealCall, event: str) -> Note:
    return next(note for note in day.notes if note.call == call.linkedid and note.event == event)


def _written(day: Day, agent: str, since: datetime) -> timedelta:
    """How long the agent wrote up what he had talked of."""
    work = [n.at for n in day.notes if n.agent == agent and n.data == ("wrapup",) and n.at >= since]
    return work[1] - work[0]


def _lost_in_queue(day: Day, call: RealCall) -> Iterator[dict[str, object]]:
    entered = _noted(day, call, "ENTERQUEUE")
    yield _segment(_legs(day, call), SkillsetName=QUEUE, SkillsetQueuedStamp=str(entered.at))


def _lost_in_menu(day: Day, call: RealCall) -> Iterator[dict[str, object]]:
    legs = _legs(day, call)
    yield _segment(legs, ApplicationStartStamp=str(legs[0].start))


def _transferred(day: Day, call: RealCall) -> Iterator[dict[str, object]]:
    """Each talk is a segment of its own, under one GUID."""
    for leg in _legs(day, call):
        yield _segment([leg], SkillsetQueuedStamp=str(leg.start), **_served(leg))


_TOLD: dict[str, Callable[[Day, RealCall], Iterator[dict[str, object]]]] = {
    "queued": _queued, "lost_in_queue": _lost_in_queue, "lost_in_menu": _lost_in_menu,
    "transferred": _transferred,
}  # fmt: skip
# What the center tells the whole truth of.
TOLD = tuple(_TOLD)
