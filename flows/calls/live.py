"""Hearing a switch: records land the moment calls end; what was not heard comes from its own records.

The listener never makes the switch wait: events are taken off the wire at once, landed by a thread,
a lone record at once and a stream of them once a second. While the store is away they are held, up to a bound; beyond it the gap is read later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from connectors.asterisk import Asterisk
from connectors.asterisk.ami import Ami, AmiSettings, Packet, Up
from connectors.asterisk.channels import CHANNELS, Followed
from connectors.asterisk.live import LIVE, Heard, batch
from flows.extract import STAGE
from flows.house import House
from flows.map import map_stream
from flows.run import running
from flows.sync import SETTLE_WAITS, settle, sync
from schemas.errors import ConfigError, KanonError, Refused, Retryable
from store import call_requests, landing

log = structlog.get_logger()
HELD = 100_000
EVERY = 1.0
AT_ONCE = 5_000  # rows landed at once: a long absence of the store is made good by portions
# After so many events in one go others have their turn: a dial plan waits for an answer.
_TURN = 100
_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
# Whoever knocks with a wrong secret too often is locked out by the switch.
REFUSED = 300.0
# Why the phone of whoever asked for a call was not taken (AST_CONTROL of OriginateResponse).
FAILURES = {"0": "no_such_phone", "5": "own_busy", "8": "no_such_phone"}
STREAM = {"cdr": LIVE, "channels": CHANNELS}
Row = Mapping[str, str]


def ami_of(house: House, connection: str) -> tuple[Asterisk, AmiSettings]:
    """The connector of a switch and its manager interface; ConfigError if it names none."""
    source = house.source(connection)
    if not isinstance(source, Asterisk) or source.settings.ami is None:
        raise ConfigError(
            f"У подключения {connection} нет настройки ami: слушать нечего.",
            f"Connection {connection} has no setting `ami`: there is nothing to listen to.",
        )
    return source, source.settings.ami


def is_live(house: House, connection: str) -> bool:
    """Whether a connection is a switch with a manager interface."""
    if house.connection(connection).kind != "asterisk":
        return False
    try:
        ami_of(house, connection)
    except ConfigError:
        return False
    return True


def land(house: House, connection: str, rows: Sequence[Row]) -> None:
    """Store records that were heard, map them and put their calls together."""
    source, settings = ami_of(house, connection)
    stream = STREAM[settings.records]
    with running(house, "listen", connection, wait=SETTLE_WAITS) as run:
        with house.store.write() as writer:
            landed = landing.land(
                writer, connection, run.id, [batch(rows, source.settings.tz, stream)]
            )
            run.count(
                writer, STAGE, connection, stream, received=landed.received, landed=landed.landed,
                unchanged=landed.unchanged, quarantined=landed.quarantined,
            )  # fmt: skip
        map_stream(run, connection, house.mapping(connection, stream))
    settle(house)


@dataclass
class Listener:
    """One switch, heard until cancelled; `connections` counts how often it was reached."""

    house: House
    connection: str
    held: list[Row] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    lost: int = 0
    connections: int = 0
    events: int = 0
    _gap: bool = True
    _due: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Listen, land, and come back after every break; to a switch that refused us, after minutes.

        A wrong secret ends nothing: other switches are listened for by the same process.
        """
        source, settings = ami_of(self.house, self.connection)
        landing_ = asyncio.create_task(self._land_for_ever())
        heard = Heard() if settings.records == "cdr" else Followed(source.settings.tz)
        tries = 0
        try:
            while True:
                try:
                    client = await Ami.open(settings)
                    tries, self.connections, self._gap = 0, self.connections + 1, True
                    self._due.set()
                    await self._hear(client, heard)
                except Retryable as error:
                    log.warning("switch is away", connection=self.connection, why=error.detail)
                except Refused as error:
                    told = {"ru": error.ru, "en": error.en, "why": error.detail}
                    log.error("switch refused us", connection=self.connection, **told)
                    await asyncio.sleep(REFUSED)
                    _, settings = ami_of(self.house, self.connection)  # the secret may be mended
                    continue
                await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
                tries += 1
        finally:
            landing_.cancel()
            await asyncio.gather(landing_, return_exceptions=True)

    async def _hear(self, client: Ami, heard: Heard | Followed) -> None:
        try:
            if isinstance(heard, Followed):
                await self._resume(client, heard)
            async for packet in client.events():
                self._take(packet, heard)
                if self.events % _TURN == 0:
                    await asyncio.sleep(0)
        finally:
            if isinstance(heard, Followed):
                heard.broken()
            await client.close()

    async def _resume(self, client: Ami, heard: Followed) -> None:
        """Calls that were going on when the connection broke: told if they ended since, else followed on."""
        up = Up()
        try:
            await client.up(up)
        except Retryable:
            log.info("broken again", connection=self.connection)
        else:
            if not up.told:
                log.warning("switch does not list its channels", connection=self.connection)
            self._hold(heard.resumed(up))
        for packet in up.meanwhile:
            self._take(packet, heard)

    def _take(self, packet: Packet, heard: Heard | Followed) -> None:
        self.events += 1
        if packet.event == "OriginateResponse" and packet["Response"] == "Failure":
            self.failed[packet["ActionID"]] = FAILURES.get(packet["Reason"], "nobody_took")
            self._due.set()
        self._hold(heard.take(packet))

    def _hold(self, rows: Sequence[Row]) -> None:
        if rows:
            self._due.set()
        if len(self.held) + len(rows) <= HELD:
            self.held += rows
        elif rows:
            self.lost, self._gap = self.lost + len(rows), True

    async def _land_for_ever(self) -> None:
        """Landed at once what comes after a pause; of a stream of records, what came in each second."""
        clock = asyncio.get_running_loop().time
        while True:
            await self._due.wait()
            self._due.clear()
            begun = clock()
            await self._land()
            if self.held or self.failed or self._gap:
                self._due.set()
            await asyncio.sleep(max(0.0, EVERY - (clock() - begun)))

    async def _land(self) -> None:
        rows, gap, failed = self.held[:AT_ONCE], self._gap, dict(self.failed)
        try:
            if failed:
                await asyncio.to_thread(self._tell, failed)
                self.failed = {k: v for k, v in self.failed.items() if k not in failed}
            if gap:
                self._gap = False
                await asyncio.to_thread(self._read_gap)
            if rows:
                await asyncio.to_thread(land, self.house, self.connection, rows)
                del self.held[: len(rows)]
        except KanonError as error:
            self._gap = self._gap or gap
            log.warning("not landed yet", connection=self.connection, why=error.detail)
        except Exception as error:  # noqa: BLE001  a store that is away must not end the listening
            self._gap = self._gap or gap
            log.warning("not landed yet", connection=self.connection, why=type(error).__name__)

    def _tell(self, failed: Mapping[str, str]) -> None:
        """Requests to dial in which the employee's own phone was not taken."""
        with self.house.store.write() as writer:
            for request, reason in failed.items():
                call_requests.move(writer, request, "failed", reason)

    def _read_gap(self) -> None:
        """The calls of the time in which nobody listened."""
        sync(self.house, self.connection)
        settle(self.house)
