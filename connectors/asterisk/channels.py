"""Calls followed channel by channel, for a switch that tells no records live (handbook 5.2 and 5.3).

Every channel, attempt and bridge is followed until the last channel of a call is gone; then the call is told
as rows like those of its log, by `FIELDS`. After a break of the connection the switch is asked which
channels are up: calls that ended meanwhile are told as cut off, the others are followed on.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.asterisk.ami.client import Up
from connectors.asterisk.ami.packets import Packet
from connectors.asterisk.call_rows import Attempt, Call, Channel, rows_of

CHANNELS = "channels"
# A call whose end was never told must not stay for ever: a switch has some thousands at once.
FOLLOWED = 20_000
_QUEUE_ENDS = ("QueueCallerAbandon", "QueueCallerLeave")


@dataclass
class Followed:
    """The calls that are going on; memory is bounded."""

    zone: ZoneInfo
    _calls: OrderedDict[str, Call] = field(default_factory=OrderedDict)
    _of: dict[str, Call] = field(default_factory=dict)
    _bridges: dict[str, set[str]] = field(default_factory=dict)
    _last: datetime | None = None
    _ticked: float = 0.0
    _broke: datetime | None = None

    def take(self, packet: Packet, at: datetime | None = None) -> list[dict[str, str]]:
        """The rows of a call that ended with this packet, else none; `at` where the switch tells no time."""
        moment = self._last = _moment(packet, at)
        self._ticked = time.monotonic()
        unique = packet["Uniqueid"]
        if packet.event == "Newchannel":
            self._begun(packet, moment)
        elif packet.event == "DialBegin":
            self._dialled(packet, moment)
        elif call := self._of.get(packet["DestUniqueid"] or unique):
            call = self._relinked(packet, call)
            self._heard(call, packet, moment)
            if packet.event == "Hangup":
                return self._ended(unique, moment)
        return []

    def broken(self) -> None:
        """The connection broke: calls that nobody ended by now were going on, by the clock of the switch."""
        if self._last is not None:
            since = timedelta(seconds=time.monotonic() - self._ticked)
            self._broke = self._last + since

    def resumed(self, up: Up, at: datetime | None = None) -> list[dict[str, str]]:
        """The rows of calls that ended while nobody listened; those of `up` are followed on.

        What the switch told meanwhile (`up.meanwhile`) is to be taken after this. An account that may not
        ask for channels knows nothing of those it followed: they all count as cut off.
        """
        now = _moment(up.channels[0] if up.channels else Packet({}), at)
        named = (*up.channels, *up.meanwhile) if up.told else ()
        there = {one["Uniqueid"] for one in named}
        rows: list[dict[str, str]] = []
        for call in list(self._calls.values()):
            rows += self._after_break(call, there, now)
        fresh = [one for one in up.channels if one["Uniqueid"] not in self._of]
        for one in fresh:
            self._found(one, now)
        for one in up.channels:
            self._paired(one, now)
        return rows

    def _after_break(self, call: Call, there: set[str], now: datetime) -> list[dict[str, str]]:
        """A call that was followed when the connection broke: its rows, if nothing is left of it."""
        broke = min(self._broke or self._last or now, now)
        for unique in call.living - there:
            call.channels[unique].ended = broke
        call.living &= there
        call.unheard.append((broke, now))
        if call.living:
            return []
        self._forget(call)
        return rows_of(call, broke, self.zone)

    def _found(self, packet: Packet, now: datetime) -> None:
        """A channel that began unheard makes its call known, or the attempt to reach somebody that it is."""
        unique, begun = packet["Uniqueid"], now - _lasted(packet)
        call = self._calls.get(packet["Linkedid"])
        self._begun(packet, begun)
        if call is None:
            self._of[unique].unheard.append((begun, now))
        elif not call.channels[unique].half and packet["Application"][:3] in {"", "App"}:
            caller = next(iter(call.channels.values()))
            call.attempts[unique] = Attempt(caller.unique, unique, caller.exten, begun)

    def _paired(self, packet: Packet, now: datetime) -> None:
        """A channel that is in a bridge talks: an answer that nobody heard counts from now."""
        unique, bridge = packet["Uniqueid"], packet["BridgeId"]
        if bridge:
            self._bridges.setdefault(bridge, set()).add(unique)
            attempt = self._of[unique].attempts.get(unique)
            if attempt is not None and not attempt.status:
                attempt.status, attempt.decided = "ANSWER", now

    def __len__(self) -> int:
        """How many calls are going on."""
        return len(self._calls)

    def _heard(self, call: Call, packet: Packet, at: datetime) -> None:
        channel = call.channels.get(packet["Uniqueid"])
        if packet.event == "DialEnd":
            attempt = call.attempts.get(packet["DestUniqueid"])
            if attempt is not None and not attempt.status:
                attempt.status, attempt.decided = packet["DialStatus"], at
        elif channel is None:
            return
        elif packet.event == "Newstate" and packet["ChannelStateDesc"] == "Up":
            channel.up = channel.up or at
        elif packet.event == "NewCallerid":
            channel.number = packet["CallerIDNum"]
        elif packet.event == "BridgeEnter":
            self._joined(packet, at)
        elif packet.event == "BridgeLeave":
            self._left(packet, at)
        elif packet.event == "QueueCallerJoin":
            channel.queue, channel.queued = packet["Queue"], at
        elif packet.event in _QUEUE_ENDS:
            waited = timedelta(seconds=int(packet["HoldTime"] or 0))
            channel.queue, channel.unqueued = packet["Queue"], at
            channel.queued = channel.queued or at - waited

    def _begun(self, packet: Packet, at: datetime) -> None:
        unique, link = packet["Uniqueid"], packet["Linkedid"]
        call = self._calls.get(link) or self._call(link)
        own = (packet["Channel"], unique, packet["CallerIDNum"], packet["Exten"])
        call.channels[unique] = Channel(*own, at)
        call.living.add(unique)
        self._of[unique] = call

    def _call(self, link: str) -> Call:
        call = self._calls[link] = Call(link)
        if len(self._calls) > FOLLOWED:
            self._forget(next(iter(self._calls.values())))
        return call

    def _dialled(self, packet: Packet, at: datetime) -> None:
        """A switch that dials by itself (Originate) names no caller: that channel makes the call."""
        call = self._of.get(packet["DestUniqueid"])
        if call is None or not packet["Channel"]:
            return
        call = self._relinked(packet, call)
        caller = call.channels.get(packet["Uniqueid"])
        if caller is None:
            return
        caller.number = packet["CallerIDNum"]
        dialled = caller.dialled(packet["Exten"], at)
        attempt = Attempt(caller.unique, packet["DestUniqueid"], dialled, at)
        call.attempts[attempt.callee] = attempt
        # Whoever was called and now calls on himself has ended what he was called for.
        if earlier := call.attempts.get(caller.unique):
            earlier.over = earlier.over or at

    def _joined(self, packet: Packet, at: datetime) -> None:
        unique, swapped = packet["Uniqueid"], packet["SwapUniqueid"]
        self._bridges.setdefault(packet["BridgeUniqueid"], set()).add(unique)
        call = self._of[unique]
        replaced = call.attempts.get(swapped)
        local = replaced is not None and call.channels[swapped].half
        if replaced is None or local or unique in call.attempts:
            return
        # Another caller took the place of one who was called: the two callers are left with each other.
        other = call.channels.get(call.caller_of(replaced))
        if other is not None and other.unique != unique:
            taken = Attempt(unique, other.unique, other.number, at, "ANSWER", at, follows=unique)
            call.attempts[f"{unique}>{other.unique}"] = taken

    def _left(self, packet: Packet, at: datetime) -> None:
        members = self._bridges.get(packet["BridgeUniqueid"], set())
        if len(members) > 1:
            for unique in members & self._of.keys():
                self._of[unique].together(unique, at)
        members.discard(packet["Uniqueid"])
        if not members:
            self._bridges.pop(packet["BridgeUniqueid"], None)

    def _relinked(self, packet: Packet, call: Call) -> Call:
        """The call; where channels of two calls met, one call from now on under the link the switch tells."""
        for prefix in ("", "Dest"):
            own, link = self._of.get(packet[f"{prefix}Uniqueid"]), packet[f"{prefix}Linkedid"]
            if own is None or not link or own.link == link:
                continue
            whole = self._calls.get(link) or self._call(link)
            self._calls.pop(own.link, None)
            whole.take(own)
            self._of.update(dict.fromkeys(own.channels, whole))
            call = whole
        return call

    def _ended(self, unique: str, at: datetime) -> list[dict[str, str]]:
        call = self._of[unique]
        call.channels[unique].ended = at
        call.living.discard(unique)
        if call.living:
            return []
        self._forget(call)
        return rows_of(call, at, self.zone)

    def _forget(self, call: Call) -> None:
        self._calls.pop(call.link, None)
        for unique in call.channels:
            self._of.pop(unique, None)
        for bridge, members in list(self._bridges.items()):
            members -= call.channels.keys()
            if not members:
                del self._bridges[bridge]


def _lasted(packet: Packet) -> timedelta:
    """How long a channel has been up: `Duration` as hh:mm:ss."""
    parts = packet["Duration"].split(":")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return timedelta()
    hours, minutes, seconds = map(int, parts)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _moment(packet: Packet, at: datetime | None) -> datetime:
    """When it happened, by the switch (timestampevents), else when it was heard."""
    told = packet["Timestamp"]
    if told.replace(".", "", 1).isdigit():
        return datetime.fromtimestamp(float(told), UTC)
    return at or datetime.now(UTC)
