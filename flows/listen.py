"""Listen: systems that speak first. What they say is landed at once; the flows drain it as any other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from connectors.base import Awaits, Receives, Source
from flows.enquiries.acknowledge import acknowledge_quietly
from flows.extract import STAGE as EXTRACT
from flows.house import House
from flows.map_plan import STAGE as MAP
from flows.map_plan import Position
from flows.sync import settle, sync
from schemas.errors import ConfigError, Retryable
from store import checkpoints, landing

log = structlog.get_logger()
_LONGEST_PAUSE = 60.0


def receive(house: House, connection: str, told: Mapping[str, Any], secret: str) -> bool:
    """Land what a system sent by itself; whether it is new. Refused if its secret is wrong."""
    source = house.source(connection)
    if not isinstance(source, Receives):
        raise ConfigError(
            f"Подключение {connection} само ничего не присылает.",
            f"The connection {connection} sends nothing by itself.",
        )
    batch = source.received(told, secret)
    with house.store.write() as writer:
        return landing.land(writer, connection, None, [batch]).landed > 0


def drain(house: House, connection: str) -> None:
    """Carry what has come of a connection to the feed and the enquiries."""
    sync(house, connection)
    settle(house)
    acknowledge_quietly(house)


def listen(house: House, connection: str, go_on: Callable[[], bool]) -> str:
    """Drain a connection whenever something comes, while `go_on`; the address it is sent to, if it is.

    A system that is down is waited for. Refused and Conflict, such as a revoked token, end it.
    """
    source = house.source(connection)
    if not isinstance(source, Awaits):
        raise ConfigError(
            f"Подключение {connection} не из тех, которые слушают: его читают по расписанию.",
            f"The connection {connection} is none to listen to: it is read by schedule.",
        )
    address = source.listen_by_settings() if isinstance(source, Receives) else ""
    if address:
        return address
    pause = 1.0
    while go_on():
        try:
            if source.wait(_place(house, connection, source)) or _is_left(house, connection):
                drain(house, connection)
            pause = 1.0
        except Retryable as error:
            pause = min(error.retry_after or pause * 2, _LONGEST_PAUSE)
            log.warning("source is down, waiting", connection=connection, seconds=pause)
            time.sleep(pause)
    return ""


def _place(house: House, connection: str, source: Source) -> Any:
    [stream] = source.discover()
    with house.store.read() as reader:
        return checkpoints.get(reader, EXTRACT, connection, stream.name)


def _is_left(house: House, connection: str) -> bool:
    """Whether something landed is not mapped yet, as after a stop in the middle."""
    with house.store.read() as reader:
        for stream in house.mapped_streams(connection):
            done = Position.of(checkpoints.get(reader, MAP, connection, stream)).landing_id
            if landing.pending(reader, connection, stream, done):
                return True
    return False
