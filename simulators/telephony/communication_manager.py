"""A day of calls as an Avaya Communication Manager tells it: one line when a trunk or an extension is free.

The switch knows no attempts: a phone that rang beside another leaves no record, a transfer leaves one per
talk. Written after the format descriptions (handbook 5.4), not after any reader of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from simulators.telephony.day import DID, Day
from simulators.telephony.leg import Leg

Form = Literal["customized", "expanded", "int-isdn", "unformatted"]
FORMS: tuple[Form, ...] = ("customized", "expanded", "int-isdn", "unformatted")
# What the switch tells the whole truth of.
TOLD = ("answered", "parallel", "transferred", "nobody", "busy", "slip", "dialled", "among_us")


@dataclass(frozen=True, slots=True)
class Record:
    """One call record before it is written in any form. `lasted` in seconds; `end` local."""

    end: datetime
    lasted: int
    code: str
    dialed: str
    calling: str
    circuit: str
    ucid: str


def records(day: Day, kinds: Sequence[str] = TOLD) -> list[Record]:
    """The records of the day's calls of some kinds, in the order in which the switch writes them."""
    wanted = {call.linkedid: call for call in day.calls if call.kind in kinds}
    found = [
        record
        for leg in day.rows
        if leg.linkedid in wanted
        for record in _of_leg(leg, wanted[leg.linkedid].direction, wanted[leg.linkedid].kind)
    ]
    return sorted(found, key=lambda one: (one.end, one.ucid, one.code))


def ucid_of(linkedid: str) -> str:
    """The universal call id of a call."""
    return "00001" + linkedid.replace(".", "").zfill(15)[-15:]


def _of_leg(leg: Leg, direction: str, kind: str) -> Iterator[Record]:
    ucid = ucid_of(leg.linkedid)
    circuit = f"{leg.sequence % 30 + 1:03}"
    if direction == "outbound":
        yield Record(leg.end, leg.billed, "7", leg.dst, leg.src, circuit, ucid)
    elif direction == "internal":
        yield Record(leg.end, leg.billed, "0", leg.dst, leg.src, "", ucid)
    elif leg.answer is not None:
        device = _extension(leg)
        rung = (leg.answer - leg.start).seconds
        yield Record(leg.answer, rung, "G", device, leg.src, circuit, ucid)
        yield Record(leg.end, leg.billed, "9", device, leg.src, circuit, ucid)
    elif kind != "parallel":
        busy = leg.disposition == "BUSY"
        lasted = 0 if busy else leg.duration
        yield Record(leg.end, lasted, "I" if busy else "H", _extension(leg), leg.src, circuit, ucid)


def _extension(leg: Leg) -> str:
    return leg.dstchannel.partition("/")[2].partition("-")[0] or DID


def lines(found: Iterable[Record], form: Form) -> Iterator[str]:
    """The lines of records in a form, with a date record at the beginning and at every midnight."""
    day = None
    for one in found:
        if one.end.date() != day:
            when = one.end if day is None else datetime.combine(one.end, datetime.min.time())
            day = one.end.date()
            yield f"{when:%H:%M %m/%d}"
        yield from _parts(one, form)


def _parts(one: Record, form: Form) -> Iterator[str]:
    """A call of more than ten hours is told in periods of 9:59.9 and what is left."""
    period = timedelta(hours=9, minutes=59, seconds=54)
    left, end = timedelta(seconds=one.lasted), one.end - timedelta(seconds=one.lasted)
    while left > period and form != "customized":
        end, left = end + period, left - period
        yield _WRITERS[form](Record(end, int(period.total_seconds()), "4", one.dialed, one.calling, one.circuit, one.ucid))  # fmt: skip
    rest = Record(one.end, int(left.total_seconds()), one.code, one.dialed, one.calling, one.circuit, one.ucid)  # fmt: skip
    yield _WRITERS[form](rest)


def tenths(lasted: int) -> str:
    """Hours, minutes and tenths of a minute, as a record has them."""
    minutes, seconds = divmod(lasted, 60)
    return f"{minutes // 60}{minutes % 60:02}{seconds // 6}"


def _customized(one: Record) -> str:
    inward = one.code in "9GHI"
    trunk, inner, outer = ("0901", one.circuit, "") if inward else ("", "", one.circuit)
    return (
        f"{one.end:%m%d%y} {one.end:%H%M} {one.lasted:05} {one.code} {'9' if outer else '':>4} {'':>4} "
        f"{one.dialed:>18} {one.calling:>15} {trunk:>4} {inner:>3} {outer:>3} {'':>7} {one.ucid:>20}"
    )


# A number of more than ten digits loses its first ones in these forms.
def _expanded(one: Record) -> str:
    used = "0901" if one.circuit else ""
    return f"{one.end:%H%M} {tenths(one.lasted)} {one.code} {'':>4} {used:>4} {one.dialed:>15} {one.calling[-10:]:>10} {'':>15}"  # fmt: skip


def _int_isdn(one: Record) -> str:
    inward = one.code in "9GHI"
    inner, outer = (one.circuit, "") if inward else ("", one.circuit)
    trunk = "0901" if inward else ""
    return f"{_expanded(one)} {'':>7}   0 {inner:>3} {outer:>3} 0    {trunk:>4}"


def _unformatted(one: Record) -> str:
    used = "0901" if one.circuit else ""
    return f"{one.end:%H%M}{tenths(one.lasted)}{one.code}{'':>4}{used:>4}{one.dialed:>15}{one.calling[-10:]:>10}{'':>15}"  # fmt: skip


_WRITERS = {
    "customized": _customized,
    "expanded": _expanded,
    "int-isdn": _int_isdn,
    "unformatted": _unformatted,
}
