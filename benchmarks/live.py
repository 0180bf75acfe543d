"""A switch heard at a thousand events a second by the listener that ships, and the dial plan's questions meanwhile.

The listener follows channels, lands calls and puts them together, in one process with the answers to the dial
plan, as `kanon listen` does. For the last third of the time the database is away.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any, cast

from benchmarks.calls import NUMBERS, memory
from config.settings import Settings
from config.telephony import Dialplan, Telephony
from flows.calls.live import Listener
from flows.calls.routing import Directory
from flows.house import House, open_house
from flows.listening.asterisk import answering
from schemas.errors import Retryable
from simulators.telephony import working_day
from simulators.telephony.ami import Manners, Switch, ami
from simulators.telephony.ami_channels import channel_packets
from store import open_store, upgrade

_A_CALL = 9  # events, at the least
_PORTS = (18_610, 14_573)


class _Away:
    """A house whose database does not answer."""

    def __init__(self, house: House) -> None:
        self._house = house

    def __getattr__(self, name: str) -> Any:
        if name == "store":
            raise Retryable("База не отвечает.", "The database does not answer.")
        return getattr(self._house, name)


def run(seconds: int, pace: int) -> None:
    """Measure and print one line for each part."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_listened(Path(folder), seconds, pace))


async def _listened(folder: Path, seconds: int, pace: int) -> None:
    day = working_day(NUMBERS, seconds * pace // _A_CALL, apart=(1, 2))
    # Heard now, so stamped now: the switch's own times would lie in the past.
    events = [
        {k: v for k, v in one.items() if k != "Timestamp"} for one in channel_packets(day.rows)
    ]
    with ami(Switch("secret", events, Manners(pace=pace))) as switch:
        house = _house(folder, switch.port)
        directory = Directory(Telephony())
        where = Dialplan(host="127.0.0.1", http=_PORTS[0], agi=_PORTS[1])
        listener = Listener(house, "switch")
        works = [
            asyncio.create_task(listener.run()),
            asyncio.create_task(answering(house, directory, where)),
        ]
        await asyncio.sleep(1)
        parts = (("database there", seconds * 2 // 3), ("database away", seconds // 3))
        for name, lasts in parts:
            if name == "database away":
                listener.house = cast("House", _Away(house))
            await _measured(listener, name, lasts)
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
        house.close()


@contextmanager
def _switch(calls: int, pace: int) -> Iterator[int]:
    """The port of a switch in a process of its own."""
    fresh = get_context("spawn")
    ours, theirs = fresh.Pipe()
    process = fresh.Process(target=_serve, args=(theirs, calls, pace), daemon=True)
    process.start()
    yield ours.recv()
    ours.send("stop")
    process.join(10)


def _serve(pipe: Connection, calls: int, pace: int) -> None:
    day = working_day(NUMBERS, calls, apart=(1, 2))
    # Heard now, so stamped now: the switch's own times would lie in the past.
    events = [
        {k: v for k, v in one.items() if k != "Timestamp"} for one in channel_packets(day.rows)
    ]
    with ami(Switch("secret", events, Manners(pace=pace))) as switch:
        pipe.send(switch.port)
        pipe.recv()


def _house(folder: Path, port: int) -> House:
    connections = folder / "config" / "connections"
    connections.mkdir(parents=True)
    (folder / "cdr").mkdir()
    os.environ["KANON_BENCH_AMI"] = "secret"
    (connections / "switch.yaml").write_text(
        f"kind: asterisk\nsettings:\n  path: {folder / 'cdr'}\n  ami: {{host: 127.0.0.1, port: {port},"
        " user: u, secret: env:KANON_BENCH_AMI, records: channels}\n",
        encoding="utf-8",
    )
    store = open_store(f"sqlite:///{folder / 'k.db'}", folder / "landing")
    upgrade(store)
    url = store.url.render_as_string(hide_password=False)
    settings = Settings(home=folder, config=folder / "config", database=url, landing=store.landing)
    return open_house(settings)


async def _measured(listener: Listener, name: str, seconds: int) -> None:
    before, heard, begun = memory(), listener.events, time.monotonic()
    waits = await _asked(seconds)
    took = time.monotonic() - begun
    p50, p99 = (waits[int(len(waits) * share)] * 1000 for share in (0.5, 0.99))
    print(
        f"{name}: {listener.events - heard} events in {took:.0f} s"
        f" ({(listener.events - heard) / took:.0f} a second); memory {before:.0f} → {memory():.0f} MB;"
        f" {len(listener.held)} rows held, {listener.lost} lost; {len(waits)} questions,"
        f" p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {waits[-1] * 1000:.0f} ms",
        flush=True,
    )


async def _asked(seconds: int) -> list[float]:
    """The dial plan's question twenty times a second, and how long each answer took."""
    dice, waits = Random(1), list[float]()  # noqa: S311  a game of dice
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", _PORTS[0])
        writer.write(f"GET /route?num={dice.choice(NUMBERS)} HTTP/1.1\r\n\r\n".encode())
        await reader.read()
        writer.close()
        waits.append(time.monotonic() - begun)
        await asyncio.sleep(0.05)
    return sorted(waits)
