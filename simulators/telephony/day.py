"""A working day of one switch: what is dialled, who answers, what is lost, and the rows that tell of it.

Every trait of handbook 5.1 occurs: one row per attempt, parallel dialling, transfers with other unique ids
under one linked id, Local channels that repeat a leg, queues, voice menus that answer before people do.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulators.telephony.leg import SECOND, Leg
from simulators.telephony.queue_log import Note, duty

TRUNK, DID, QUEUE = "SIP/mts-out", "74952000000", "sales"
PEOPLE = tuple(str(number) for number in range(101, 121))


@dataclass(frozen=True, slots=True)
class RealCall:
    """What a call really was; `talk` in seconds, `missed` the reason or empty."""

    linkedid: str
    kind: str
    direction: str
    number: str
    operator: str
    employee: str
    talk: int
    missed: str


@dataclass
class Day:
    """Calls with their truth, and the rows in the order in which the switch wrote them."""

    calls: list[RealCall] = field(default_factory=list)
    rows: list[Leg] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass
class _Switch:
    """Hands out channels, unique ids and sequence numbers, and notes the legs of one call."""

    dice: random.Random
    clock: datetime
    channels: int = 0
    sequence: int = 0
    linked: str = ""
    legs: list[Leg] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    callers: dict[tuple[str, str], str] = field(default_factory=dict)
    apart: tuple[int, int] = (5, 90)

    def begin(self) -> None:
        """A new call some seconds after the last one."""
        self.clock += self.dice.randint(*self.apart) * SECOND
        self.linked = self.unique()
        self.legs, self.callers = [], {}

    def note(self, second: int, agent: str, event: str, *data: str | int) -> None:
        """A line of the queue log, so many seconds after the call's beginning."""
        told = (agent, event, tuple(str(one) for one in data))
        self.notes.append(Note(self.clock + second * SECOND, self.linked, QUEUE, *told))

    def unique(self) -> str:
        """The unique id of a new channel."""
        self.channels += 1
        return f"{int(self.clock.timestamp())}.{self.channels}"

    def channel(self, peer: str) -> str:
        """The name of a new channel of a peer."""
        self.channels += 1
        return f"{peer}-{self.channels:08x}"

    def leg(
        self, ends: tuple[str, str], peers: tuple[str, str], spans: tuple[int, int | None, int],
        disposition: str, app: str = "Dial", unique: str = "",
    ) -> None:  # fmt: skip
        """One row: numbers, peers (the second may be empty), and start, answer, end in seconds from the call's."""
        start, taken, end = spans
        begun, ended = self.clock + start * SECOND, self.clock + end * SECOND
        answer = None if taken is None else self.clock + taken * SECOND
        caller, called = peers
        self.sequence += 1
        one = unique or self.linked
        if (one, caller) not in self.callers:
            self.callers[one, caller] = self.channel(caller)
        self.legs.append(
            Leg(
                *ends, self.callers[one, caller], self.channel(called) if called else "",
                app, f"{called},60,t" if called else "", begun, answer, ended, disposition,
                one, self.linked, self.sequence, ends[0],
            )
        )  # fmt: skip


def working_day(
    numbers: Sequence[str], calls: int, seed: int = 1, day: datetime | None = None,
    apart: tuple[int, int] = (5, 90),
) -> Day:  # fmt: skip
    """`calls` calls with these outside numbers (as the trunk shows them, such as 8XXXXXXXXXX).

    One begins so many seconds `apart` from the one before it, at the least and at the most.
    """
    switch = _Switch(random.Random(seed), (day or datetime(2026, 11, 20)) + timedelta(hours=8))  # noqa: S311, DTZ001  a game of dice, in the switch's own time
    switch.apart = apart
    made, kinds = Day(), list(_KINDS)
    for nth in range(calls):
        kind = kinds[nth % len(kinds)] if nth < len(kinds) else switch.dice.choice(kinds)
        switch.begin()
        number = switch.dice.choice(list(numbers))
        told = _KINDS[kind](switch, number)
        made.calls.append(RealCall(switch.linked, kind, *told))
        made.rows.extend(switch.legs)
    made.rows.sort(key=lambda leg: (leg.end, leg.sequence))
    made.notes = [*duty(PEOPLE[:6], QUEUE, made.rows), *switch.notes]
    made.notes.sort(key=lambda note: note.at)
    return made


Told = tuple[str, str, str, str, int, str]


def _two(switch: _Switch) -> Iterator[str]:
    yield from switch.dice.sample(PEOPLE, 2)


def _answered(switch: _Switch, number: str) -> Told:
    one, talk = switch.dice.choice(PEOPLE), switch.dice.randint(10, 300)
    switch.leg((number, DID), (TRUNK, f"SIP/{one}"), (0, 6, 6 + talk), "ANSWERED")
    return "inbound", number, one, one, talk, ""


def _parallel(switch: _Switch, number: str) -> Told:
    (one, other), talk = _two(switch), switch.dice.randint(10, 300)
    switch.leg((number, DID), (TRUNK, f"SIP/{one}"), (0, None, 8), "NO ANSWER")
    switch.leg((number, DID), (TRUNK, f"SIP/{other}"), (0, 8, 8 + talk), "ANSWERED")
    return "inbound", number, other, other, talk, ""


def _transferred(switch: _Switch, number: str) -> Told:
    (one, other), first, second = (
        _two(switch),
        switch.dice.randint(3, 40),
        switch.dice.randint(12, 200),
    )
    switch.leg((number, DID), (TRUNK, f"SIP/{one}"), (0, 5, 5 + first), "ANSWERED")
    rest = (5 + first, 9 + first, 9 + first + second)
    switch.leg((number, other), (TRUNK, f"SIP/{other}"), rest, "ANSWERED", unique=switch.unique())
    return "inbound", number, one, other, first + second, ""


def _through_local(switch: _Switch, number: str) -> Told:
    one, talk = switch.dice.choice(PEOPLE), switch.dice.randint(10, 100)
    local = f"Local/{one}@from-queue"
    switch.leg(
        (number, one), (local, f"SIP/{one}"), (0, 7, 7 + talk), "ANSWERED", unique=switch.unique()
    )
    switch.leg((number, DID), (TRUNK, local), (0, 7, 7 + talk), "ANSWERED", "Queue")
    return "inbound", number, one, one, talk, ""


def _queued(switch: _Switch, number: str) -> Told:
    """Waits in the queue, rings one in vain, is taken by another, who writes it up afterwards."""
    one, other = switch.dice.sample(PEOPLE[:6], 2)
    wait = min(switch.dice.randint(8, 60), switch.dice.randint(8, 90))
    talk = switch.dice.randint(10, 300)
    ends, peers = (number, DID), [(TRUNK, f"SIP/{who}") for who in (one, other)]
    switch.leg(ends, peers[0], (0, None, wait - 4), "NO ANSWER", "Queue")
    switch.leg(ends, peers[1], (0, wait, wait + talk), "ANSWERED", "Queue")
    switch.note(2, "NONE", "ENTERQUEUE", "", number, 1)
    switch.note(wait - 4, f"SIP/{one}", "RINGNOANSWER", 5000)
    switch.note(wait, f"SIP/{other}", "CONNECT", wait - 2, switch.unique(), 4)
    switch.note(wait + talk, f"SIP/{other}", "COMPLETECALLER", wait - 2, talk, 1)
    switch.clock += (wait + talk) * SECOND
    written = switch.dice.randint(5, 40)
    for second, event in ((0, "PAUSE"), (written, "UNPAUSE")):
        told = (f"SIP/{other}", event, ("wrapup",))
        switch.notes.append(Note(switch.clock + second * SECOND, "NONE", QUEUE, *told))
    switch.clock += written * SECOND
    return "inbound", number, other, other, talk, ""


def _lost_in_queue(switch: _Switch, number: str) -> Told:
    one = switch.dice.choice(PEOPLE)
    switch.note(0, "NONE", "ENTERQUEUE", "", number, 1)
    switch.note(20, f"SIP/{one}", "RINGNOANSWER", 20000)
    switch.note(40, "NONE", "ABANDON", 1, 1, 40)
    switch.leg((number, DID), (TRUNK, f"SIP/{one}"), (0, None, 20), "NO ANSWER", "Queue")
    switch.leg((number, DID), (TRUNK, ""), (0, 0, 40), "ANSWERED", "Queue", unique=switch.unique())
    return "inbound", number, "", "", 0, "abandoned_in_queue"


def _lost_in_menu(switch: _Switch, number: str) -> Told:
    switch.leg(
        (number, DID), (TRUNK, ""), (0, 0, switch.dice.randint(5, 30)), "ANSWERED", "BackGround"
    )
    return "inbound", number, "", "", 0, "abandoned_in_ivr"


def _nobody(switch: _Switch, number: str) -> Told:
    switch.leg(
        (number, DID), (TRUNK, f"SIP/{switch.dice.choice(PEOPLE)}"), (0, None, 25), "NO ANSWER"
    )
    return "inbound", number, "", "", 0, "no_answer"


def _busy(switch: _Switch, number: str) -> Told:
    switch.leg((number, DID), (TRUNK, f"SIP/{switch.dice.choice(PEOPLE)}"), (0, None, 4), "BUSY")
    return "inbound", number, "", "", 0, "busy"


def _slip(switch: _Switch, number: str) -> Told:
    switch.leg(
        (number, DID), (TRUNK, f"SIP/{switch.dice.choice(PEOPLE)}"), (0, None, 1), "NO ANSWER"
    )
    return "inbound", number, "", "", 0, "short"


def _dialled(switch: _Switch, number: str) -> Told:
    one, talk = switch.dice.choice(PEOPLE), switch.dice.randint(10, 300)
    switch.leg((one, number), (f"SIP/{one}", TRUNK), (0, 9, 9 + talk), "ANSWERED")
    return "outbound", number, one, one, talk, ""


def _dialled_in_vain(switch: _Switch, number: str) -> Told:
    one = switch.dice.choice(PEOPLE)
    switch.leg((one, number), (f"SIP/{one}", TRUNK), (0, None, 30), "NO ANSWER")
    return "outbound", number, "", "", 0, ""


def _among_us(switch: _Switch, _: str) -> Told:
    (one, other), talk = _two(switch), switch.dice.randint(10, 60)
    switch.leg((one, other), (f"SIP/{one}", f"SIP/{other}"), (0, 3, 3 + talk), "ANSWERED")
    return "internal", "", other, other, talk, ""


_KINDS: dict[str, Callable[[_Switch, str], Told]] = {
    "answered": _answered, "parallel": _parallel, "transferred": _transferred,
    "through_local": _through_local, "queued": _queued, "lost_in_queue": _lost_in_queue, "lost_in_menu": _lost_in_menu,
    "nobody": _nobody, "busy": _busy, "slip": _slip, "dialled": _dialled,
    "dialled_in_vain": _dialled_in_vain, "among_us": _among_us,
}  # fmt: skip
