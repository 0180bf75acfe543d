"""Links of switches, taken down line by line: some connect to us, others are connected to.

A link is read as fast as it is written to the disk and waits for nothing else. While the disk is full
nothing is read, so that the switch keeps its records itself; what was read is kept and tried again.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import structlog

from connectors.avaya.settings import Spool as SpoolSettings
from connectors.avaya.spool import Spool, mend
from schemas.errors import Conflict

CHUNK = 1 << 16
MOST_LINKS = 64
# How long a link may be silent while stopping before it counts as told to the end.
_DRAINED = 0.2
# How long a link that never falls silent is listened to while stopping, in seconds.
LAST_WORDS = 5.0
_AGAIN = 1.0
_PAUSES = (1, 2, 5, 10, 30)
log = structlog.get_logger()


@dataclass
class Listener:
    """The links of one connection. `heard` is called after bytes are on the disk."""

    name: str
    settings: SpoolSettings
    heard: Callable[[], None] = lambda: None
    port: int = 0
    _links: set[asyncio.Task[None]] = field(default_factory=set)
    _stop_by: float = 0.0

    async def serve(self, stop: asyncio.Event) -> None:
        """Takes down what comes until `stop`; then what is on its way still, and ends."""
        folder = self.settings.path
        folder.mkdir(parents=True, exist_ok=True)
        server = await self._bound() if self.settings.listen else None
        mended = mend(folder)
        if server is not None:
            await server.start_serving()
            self.port = server.sockets[0].getsockname()[1]
        log.info("links.listening", connection=self.name, port=self.port, cut_lines=mended)
        if self.settings.dial:
            self._keep(asyncio.create_task(self._dial(stop)))
        await stop.wait()
        self._stop_by = time.monotonic() + LAST_WORDS
        if server is not None:
            # Links that were made just now are taken down too.
            await asyncio.sleep(_DRAINED)
            server.close()
        while self._links:
            await asyncio.gather(*self._links, return_exceptions=True)

    async def _bound(self) -> asyncio.Server:
        host, _, port = self.settings.listen.rpartition(":")
        try:
            server = await asyncio.start_server(
                self._linked, host or None, int(port), start_serving=False, limit=CHUNK
            )
        except OSError as error:
            raise Conflict(
                f"{self.name}: порт {port} занят или недоступен. Освободите его или задайте другой в listen.",
                f"{self.name}: port {port} is taken or not ours. Free it or set another in `listen`.",
                detail=type(error).__name__,
            ) from error
        return server

    async def _linked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = str(writer.get_extra_info("peername")[0])
        if len(self._links) >= MOST_LINKS or not self._welcome(peer):
            # Whoever sets up a switch looks here for the address it came from.
            log.warning("links.refused", connection=self.name, peer=peer, links=len(self._links))
            writer.close()
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a coroutine that runs has a task
        self._keep(task)
        await self._take_down(reader, writer, peer)

    def _welcome(self, peer: str) -> bool:
        nets = [ip_network(one) for one in self.settings.peers]
        address = ip_address(peer.partition("%")[0])
        plain = getattr(address, "ipv4_mapped", None) or address
        return not nets or any(plain in net for net in nets)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._links.add(task)
        task.add_done_callback(self._links.discard)

    async def _dial(self, stop: asyncio.Event) -> None:
        """Connects to a switch that listens itself, again and again, with growing pauses."""
        host, _, port = self.settings.dial.rpartition(":")
        failed = 0
        while not stop.is_set():
            try:
                reader, writer = await asyncio.open_connection(host, int(port), limit=CHUNK)
            except OSError:
                await _until(stop, _PAUSES[min(failed, len(_PAUSES) - 1)])
                failed += 1
                continue
            failed = 0
            await self._take_down(reader, writer, host)
            await _until(stop, _AGAIN)

    async def _take_down(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str
    ) -> None:
        _keep_alive(writer)
        spool = Spool(Path(self.settings.path), peer)
        try:
            while data := await self._more(reader):
                await self._written(spool, data)
                self.heard()
        except (ConnectionError, TimeoutError):
            log.info("links.cut", connection=self.name)
        finally:
            await asyncio.to_thread(spool.close)
            self.heard()
            writer.close()

    async def _more(self, reader: asyncio.StreamReader) -> bytes:
        """The next bytes; nothing at the end of the link, or once all is read while stopping."""
        while not self._is_over():
            wait = _DRAINED if self._stop_by else _AGAIN
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(reader.read(CHUNK), wait)
            if self._stop_by:
                break
        return b""

    def _is_over(self) -> bool:
        return self._stop_by > 0 and time.monotonic() > self._stop_by

    async def _written(self, spool: Spool, data: bytes) -> None:
        while True:
            try:
                return await asyncio.to_thread(spool.write, data, datetime.now(UTC))
            except OSError as error:
                if self._is_over():
                    raise
                log.error("links.disk", connection=self.name, error=type(error).__name__)
                await asyncio.sleep(_AGAIN)


def _keep_alive(writer: asyncio.StreamWriter) -> None:
    """So that a switch that lost its power does not hold a link for ever."""
    link = writer.get_extra_info("socket")
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


async def _until(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
