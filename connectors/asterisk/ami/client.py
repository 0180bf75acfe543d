"""A client of the manager interface: one connection from login to its end.

Nothing is sent twice: an action whose answer never came is reported as such, and what to do about it is
the caller's decision. A new connection is a new client.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Self

from connectors.asterisk.ami.packets import Packet, Packets, written
from connectors.asterisk.ami.settings import AmiSettings
from connectors.asterisk.ami.switchboard import Dialled, Dialling
from schemas.errors import Refused, Retryable

# Events that nobody took yet: beyond it the connection counts as lost, and the gap is read from records.
HELD = 50_000
_END = None


@dataclass
class Up:
    """What a switch says of its channels; `told` is false if it does not, as to accounts that may not ask."""

    told: bool = False
    channels: list[Packet] = field(default_factory=list)
    meanwhile: list[Packet] = field(default_factory=list)


@dataclass
class Ami:
    """A `Switchboard` over TCP; made by `Ami.open`."""

    settings: AmiSettings
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    packets: Packets = field(default_factory=Packets)
    _events: asyncio.Queue[Packet | None] = field(default_factory=lambda: asyncio.Queue(HELD))
    _asked: dict[str, asyncio.Future[Packet]] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)
    _ended: bool = False

    @classmethod
    async def open(cls, settings: AmiSettings) -> Self:
        """A client that has logged in. Refused for a wrong secret, Retryable if nobody answers."""
        try:
            async with asyncio.timeout(settings.connect_timeout):
                reader, writer = await asyncio.open_connection(settings.host, settings.port)
        except (OSError, TimeoutError) as error:
            raise _away(settings, error) from None
        client = cls(settings, reader, writer)
        client._tasks = [asyncio.create_task(client._read())]
        try:
            await client._login()
        except BaseException:
            await client.close()
            raise
        client._tasks.append(asyncio.create_task(client._watch()))
        return client

    async def events(self) -> AsyncIterator[Packet]:
        """Events in the order in which the switch sent them; Retryable when the connection is lost."""
        while not (self._ended and self._events.empty()):
            packet = await self._events.get()
            if packet is _END:
                break
            yield packet
        raise _away(self.settings, ConnectionResetError())

    async def dial(self, wish: Dialling) -> Dialled:
        """Originate, once. The channel bears the wish's id, so its call and its record are known by it."""
        if not wish.extension.isalnum() or not wish.number.removeprefix("+").isdigit():
            raise Refused(
                "Номер или добавочный записан не цифрами: вызов не отправлен.",
                "The number or the extension is not made of digits: the call was not sent.",
            )
        fields = {
            "Channel": self.settings.device.format(wish.extension),
            "Context": self.settings.context,
            "Exten": wish.number.removeprefix("+"),
            "Priority": "1",
            "CallerID": wish.number,
            "Timeout": str(int(wish.timeout * 1000)),
            "ChannelId": wish.id,
            "Variable": f"__KANON_REQUEST={wish.id}",
            "Async": "true",
        }
        try:
            answer = await self.ask("Originate", fields, action_id=wish.id)
        except Retryable:
            return Dialled(wish.id, "unknown")
        state = "accepted" if answer["Response"] == "Success" else "refused"
        return Dialled(wish.id, "accepted" if state == "accepted" else "refused", answer["Message"])

    async def has(self, channel: str) -> bool:
        """Whether a channel of this id is up now; events that come meanwhile are dropped."""
        number = f"kanon-{next(self._numbers)}"
        await self.ask("Status", {}, action_id=number)
        found = False
        try:
            async with asyncio.timeout(self.settings.silence):
                async for packet in self.events():
                    if packet["ActionID"] != number:
                        continue
                    if packet.event == "StatusComplete":
                        break
                    found = found or packet["Uniqueid"] == channel
        except TimeoutError as error:
            raise _away(self.settings, error) from None
        return found

    async def up(self, found: Up) -> None:
        """Fill `found` with the channels that are up now, and with what the switch told while it listed them."""
        number = f"kanon-{next(self._numbers)}"
        answer = await self.ask("CoreShowChannels", {}, action_id=number)
        if answer["Response"] != "Success":
            return
        try:
            async with asyncio.timeout(self.settings.silence):
                async for packet in self.events():
                    if packet["ActionID"] != number:
                        found.meanwhile.append(packet)
                    elif packet.event == "CoreShowChannelsComplete":
                        found.told = True
                        return
                    else:
                        found.channels.append(packet)
        except TimeoutError:
            found.channels.clear()

    async def ask(
        self,
        action: str,
        fields: Mapping[str, str],
        action_id: str = "",
        within: float | None = None,
    ) -> Packet:
        """The switch's first answer to an action; Retryable if the connection ends or it stays silent."""
        number = action_id or f"kanon-{next(self._numbers)}"
        if self._ended:
            raise _away(self.settings, ConnectionResetError())
        waiting = asyncio.get_running_loop().create_future()
        packet = written({"Action": action, "ActionID": number, **fields})
        self._asked[number] = waiting
        try:
            self.writer.write(packet)
            await self.writer.drain()
            return await asyncio.wait_for(waiting, within or self.settings.silence)
        except (OSError, TimeoutError) as error:
            raise _away(self.settings, error) from None
        finally:
            self._asked.pop(number, None)

    async def close(self) -> None:
        """End the connection; harmless when it has ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._end()
        self.writer.close()
        with suppress(OSError, TimeoutError):
            await asyncio.wait_for(self.writer.wait_closed(), 1)

    async def _login(self) -> None:
        secret = self.settings.secret.get_secret_value()
        wait = self.settings.connect_timeout
        proof = {"Secret": secret}
        if self.settings.login == "md5":
            challenge = await self.ask("Challenge", {"AuthType": "MD5"}, within=wait)
            told = (challenge["Challenge"] + secret).encode()
            key = hashlib.md5(told, usedforsecurity=False).hexdigest()
            proof = {"AuthType": "MD5", "Key": key}
        own = {"Username": self.settings.user, "Events": self.settings.events}
        answer = await self.ask("Login", {**own, **proof}, within=wait)
        if answer["Response"] != "Success":
            raise Refused(
                f"Станция {self.settings.host} не пустила {self.settings.user}: проверьте user и secret.",
                f"The switch {self.settings.host} refused {self.settings.user}: check user and secret.",
                detail=answer["Message"],
            )

    async def _read(self) -> None:
        try:
            while data := await self.reader.read(1 << 16):
                for packet in self.packets.feed(data):
                    self._take(packet)
        except (OSError, asyncio.QueueFull):
            pass
        finally:
            self._end()

    def _take(self, packet: Packet) -> None:
        if packet.event:
            self._events.put_nowait(packet)
            return
        waiting = self._asked.get(packet["ActionID"])
        if waiting is not None and not waiting.done():
            waiting.set_result(packet)

    async def _watch(self) -> None:
        """Ping whenever half of the allowed silence is over; a switch that does not answer is gone."""
        while True:
            await asyncio.sleep(self.settings.silence / 2)
            try:
                await self.ask("Ping", {})
            except Retryable:
                self.writer.transport.abort()
                self._end()
                return

    def _end(self) -> None:
        self._ended = True
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(ConnectionResetError())
        if self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(_END)


def _away(settings: AmiSettings, error: BaseException) -> Retryable:
    place = f"{settings.host}:{settings.port}"
    return Retryable(
        f"Станция {place} не отвечает; звонки за это время возьмём из её записей.",
        f"The switch {place} does not answer; the calls of this time will come from its records.",
        detail=type(error).__name__,
    )
