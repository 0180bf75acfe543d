"""A manager interface that behaves as badly as real ones do: for clients that must survive it.

Segments that divide a letter, lines that are no fields, a Ping that is never answered, a connection cut in
the middle of a packet, an Originate whose answer never comes (handbook 5.2 and 10).
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
CHALLENGE = "840415273"
Event = dict[str, str]


@dataclass
class Manners:
    """How the switch behaves: `segment` bytes at a time (0: whole), and what it fails to do."""

    segment: int = 0
    pong: bool = True
    answers_originate: bool = True
    originates: bool = True
    garbage: bool = False
    lists: bool = True  # whether the account may ask which channels are up
    cut_after: int = 0  # events, then half of one and the end
    pace: int = 0  # events a second, 0: as fast as it goes


@dataclass
class Switch:
    """A switch on loopback: `port`, what was asked of it, and the events it tells to whoever logs in."""

    secret: str
    events: Sequence[Event] = ()
    manners: Manners = field(default_factory=Manners)
    port: int = 0
    actions: list[Event] = field(default_factory=list)
    up: list[str] = field(default_factory=list)
    logins: int = 0
    told: int = 0
    # An answer never stands in the middle of an event.
    _line: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def dialled(self) -> list[str]:
        """The ActionID of every Originate that came, in order."""
        return [one["ActionID"] for one in self.actions if one.get("Action") == "Originate"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, until it leaves or is cut off."""
        writer.write(BANNER)
        try:
            while (raw := await _packet(reader)) is not None:
                self.actions.append(raw)
                await self._answer(writer, raw)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, asked: Event) -> None:
        kind = asked.get("Action", "").lower()
        own = {"ActionID": asked.get("ActionID", "")}
        if kind == "challenge":
            await self._send(writer, {"Response": "Success", **own, "Challenge": CHALLENGE})
        elif kind == "login":
            await self._login(writer, asked, own)
        elif kind == "ping" and self.manners.pong:
            await self._send(writer, {"Response": "Success", **own, "Ping": "Pong"})
        elif kind == "originate":
            await self._originate(writer, asked, own)
        elif kind == "status":
            await self._status(writer, own)
        elif kind == "coreshowchannels":
            await self._channels(writer, own)
        elif kind not in {"ping", "originate"}:
            await self._send(writer, {"Response": "Success", **own, "Message": "OK"})

    async def _originate(self, writer: asyncio.StreamWriter, asked: Event, own: Event) -> None:
        if self.manners.originates:
            self.up.append(asked["ChannelId"])
        if self.manners.answers_originate:
            message = "Originate successfully queued"
            await self._send(writer, {"Response": "Success", **own, "Message": message})
        else:
            writer.transport.abort()

    async def _status(self, writer: asyncio.StreamWriter, own: Event) -> None:
        started = {"Response": "Success", **own, "EventList": "start"}
        await self._send(writer, started | {"Message": "Channel status will follow"})
        for channel in self.up:
            await self._send(writer, {"Event": "Status", **own, "Uniqueid": channel})
        await self._send(writer, {"Event": "StatusComplete", **own, "Items": str(len(self.up))})

    async def _channels(self, writer: asyncio.StreamWriter, own: Event) -> None:
        if not self.manners.lists:
            await self._send(writer, {"Response": "Error", **own, "Message": "Permission denied"})
            return
        await self._send(writer, {"Response": "Success", **own, "EventList": "start"})
        living = channels_up(self.events[: self.told])
        for one in living:
            await self._send(writer, {"Event": "CoreShowChannel", **own, **one})
        complete = {"Event": "CoreShowChannelsComplete", **own, "ListItems": str(len(living))}
        await self._send(writer, complete)

    async def _login(self, writer: asyncio.StreamWriter, asked: Event, own: Event) -> None:
        key = hashlib.md5((CHALLENGE + self.secret).encode(), usedforsecurity=False).hexdigest()
        if asked.get("Secret") != self.secret and asked.get("Key") != key:
            refused = {"Response": "Error", **own, "Message": "Authentication failed"}
            await self._send(writer, refused)
            writer.close()
            return
        self.logins += 1
        accepted = {"Response": "Success", **own, "Message": "Authentication accepted"}
        await self._send(writer, accepted)
        await self._send(writer, {"Event": "FullyBooted", "Uptime": "1", "Status": "Fully Booted"})
        self._teller = asyncio.create_task(self._tell(writer))

    async def _tell(self, writer: asyncio.StreamWriter) -> None:
        begun = time.monotonic()
        for nth, event in enumerate(self.events[self.told :], 1):
            if self.manners.cut_after and nth > self.manners.cut_after:
                writer.write(_written(event)[: len(_written(event)) // 2])
                await writer.drain()
                self.manners.cut_after = 0
                writer.close()
                return
            if self.manners.garbage and nth % 3 == 0:
                writer.write(b"no field at all\r\n\xff\xfe broken\r\n\r\n")
            await self._send(writer, event)
            self.told += 1
            if self.manners.pace and nth % max(1, self.manners.pace // 20) == 0:
                due = begun + nth / self.manners.pace
                await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _send(self, writer: asyncio.StreamWriter, event: Event) -> None:
        data = _written(event)
        step = self.manners.segment or len(data)
        async with self._line:
            for start in range(0, len(data), step):
                writer.write(data[start : start + step])
                await writer.drain()
                if self.manners.segment:
                    await asyncio.sleep(0)


def channels_up(told: Sequence[Event]) -> list[Event]:
    """The channels that are up after these events, as `CoreShowChannels` lists them."""
    up: dict[str, Event] = {}
    for event in told:
        unique = event.get("Uniqueid", "")
        if event["Event"] == "Newchannel":
            up[unique] = {
                **event,
                "ChannelStateDesc": "Ring",
                "Duration": "00:00:00",
                "BridgeId": "",
            }
            up[unique].pop("Event")
        elif event["Event"] == "Hangup":
            up.pop(unique, None)
        elif unique in up and event["Event"] == "BridgeEnter":
            up[unique] |= {"ChannelStateDesc": "Up", "BridgeId": event["BridgeUniqueid"]}
        elif unique in up and event["Event"] == "BridgeLeave":
            up[unique]["BridgeId"] = ""
        elif event["Event"] == "DialBegin" and event["DestUniqueid"] in up:
            up[event["DestUniqueid"]]["Application"] = "AppDial"
    last = told[-1].get("Timestamp") if told else None
    return [one | ({"Timestamp": last} if last else {}) for one in up.values()]


def _written(event: Event) -> bytes:
    return ("".join(f"{name}: {value}\r\n" for name, value in event.items()) + "\r\n").encode()


async def _packet(reader: asyncio.StreamReader) -> Event | None:
    told: Event = {}
    while line := await reader.readline():
        text = line.decode(errors="replace").strip()
        if not text and told:
            return told
        name, _, value = text.partition(":")
        if name:
            told[name.strip()] = value.strip()
    return None


@contextmanager
def ami(switch: Switch) -> Iterator[Switch]:
    """The switch, listening in a thread of its own until the block ends."""
    ready = threading.Event()
    stop: list[Callable[[], object]] = []

    async def run() -> None:
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        server = await asyncio.start_server(switch.serve, "127.0.0.1", switch.port)
        switch.port = server.sockets[0].getsockname()[1]
        stop.append(lambda: loop.call_soon_threadsafe(done.set))
        ready.set()
        await done.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield switch
    finally:
        stop[0]()
        thread.join(5)
