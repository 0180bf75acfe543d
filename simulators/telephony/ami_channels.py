"""The events of channels that a switch's manager interface tells while its calls go on (handbook 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from simulators.telephony.leg import Leg
from simulators.telephony.queue_log import MOSCOW

Event = dict[str, str]
_STATUS = {"ANSWERED": "ANSWER", "NO ANSWER": "NOANSWER"}


def channel_packets(rows: Iterable[Leg]) -> list[Event]:
    """Every event of the rows in the order of time, each with its `Timestamp` (timestampevents)."""
    told = list(rows)
    # The channel that gives a call its link is there before those it leads to.
    order = sorted(told, key=lambda one: (one.start, one.uniqueid != one.linkedid, one.sequence))
    events = [(*one, n) for n, row in enumerate(order) for one in _of_row(row)]
    begun: dict[str, tuple[datetime, int, Event, int]] = {}
    ended: dict[str, tuple[datetime, int, Event, int]] = {}
    for n, row in enumerate(order):
        own = {"Channel": row.channel, "Uniqueid": row.uniqueid, "Linkedid": row.linkedid}
        shown = {"CallerIDNum": row.src, "Exten": row.dst}
        begun.setdefault(row.channel, (row.start, 0, {"Event": "Newchannel", **own, **shown}, n))
        if row.channel not in ended or ended[row.channel][0] <= row.end:
            ended[row.channel] = (row.end, 9, {"Event": "Hangup", **own}, n)
    events += [*begun.values(), *ended.values()]
    events.sort(key=lambda one: (one[0], one[1], one[3]))
    return [
        {**event, "Timestamp": f"{moment.replace(tzinfo=MOSCOW).timestamp():.6f}"}
        for moment, _, event, _ in events
    ]


def _of_row(row: Leg) -> Iterator[tuple[datetime, int, Event]]:
    """An attempt: its second channel, the dialling, and the bridge in which both talk; or a menu."""
    link = {"Linkedid": row.linkedid}
    own = {"Channel": row.channel, "Uniqueid": row.uniqueid, **link}
    if not row.dstchannel:
        if row.answer is not None:
            yield row.answer, 3, {"Event": "Newstate", **own, "ChannelStateDesc": "Up"}
        return
    other = {"Channel": row.dstchannel, "Uniqueid": f"{row.uniqueid}-{row.sequence}", **link}
    dialled = {f"Dest{name}": value for name, value in other.items()}
    both = {**own, "CallerIDNum": row.src, "Exten": row.dst, **dialled}
    status = _STATUS.get(row.disposition, row.disposition)
    yield row.start, 1, {"Event": "Newchannel", **other, "Exten": "s"}
    yield row.start, 2, {"Event": "DialBegin", **both, "DialString": row.data}
    yield row.answer or row.end, 3, {"Event": "DialEnd", **both, "DialStatus": status}
    if row.answer is not None:
        bridge = {"BridgeUniqueid": f"b-{row.sequence}"}
        for end in (own, other):
            yield row.answer, 4, {"Event": "BridgeEnter", **end, **bridge}
            yield row.end, 7, {"Event": "BridgeLeave", **end, **bridge}
    yield row.end, 8, {"Event": "Hangup", **other}
