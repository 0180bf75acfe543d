"""A switch heard at a thousand events a second by the listener that ships, and the dial plan's questions meanwhile.

The listener follows channels, lands calls and puts them together, in one process with the answers to the dial
plan, as `kanon listen` does; the switch and whoever asks are processes of their own. For the last third of
the time the database is away.
"""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
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
_MARGIN = 20  # seconds in which processes begin
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
    calls = (seconds + _MARGIN) * pace // _A_CALL
    fresh = get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        _switch(calls, pace) as port,
        ProcessPoolExecutor(1, mp_context=fresh) as phone,
    ):
        asyncio.run(_listened(Path(folder), port, phone, seconds))


async def _listened(folder: Path, port: int, phone: Executor, seconds: int) -> None:
    house = _house(folder, port)
    directory = Directory(Telephony())
    where = Dialplan(host="127.0.0.1", http=_PORTS[0], agi=_PORTS[1])
    listener = Listener(house, "switch")
    works = [
        asyncio.create_task(listener.run()),
        asyncio.create_task(answering(house, directory, where)),
    ]
    await asyncio.get_running_loop().run_in_executor(phone, _asked, 2)
    parts = (("database there", seconds * 2 // 3), ("database away", seconds // 3))
    for name, lasts in parts:
        if name == "database away":
            listener.house = cast("House", _Away(house))
        await _measured(listener, phone, name, lasts)
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
    store.close()
    house = open_house(settings)
    lean = house.store.lean()
    house.close()
    return replace(house, store=lean)


async def _measured(listener: Listener, phone: Executor, name: str, seconds: int) -> None:
    before, heard, begun = memory(), listener.events, time.monotonic()
    course = asyncio.create_task(_course(seconds))
    asked = asyncio.get_running_loop().run_in_executor(phone, _asked, seconds)
    waits = await asked
    took = time.monotonic() - begun
    course.cancel()
    p50, p99 = (waits[int(len(waits) * share)] * 1000 for share in (0.5, 0.99))
    print(
        f"{name}: {listener.events - heard} events in {took:.0f} s"
        f" ({(listener.events - heard) / took:.0f} a second); memory {before:.0f} → {memory():.0f} MB;"
        f" {len(listener.held)} rows held, {listener.lost} lost; {len(waits)} questions,"
        f" p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {waits[-1] * 1000:.0f} ms",
        flush=True,
    )


async def _course(seconds: int) -> None:
    """Memory ten times on the way."""
    while True:
        await asyncio.sleep(seconds / 10)
        print(f"  {memory():.0f} MB", flush=True)


def _asked(seconds: int) -> list[float]:
    """The dial plan's question twenty times a second, and how long each answer took; in a process of its own."""
    dice, waits = Random(1), list[float]()  # noqa: S311  a game of dice
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", _PORTS[0])) as line:
            line.sendall(f"GET /route?num={dice.choice(NUMBERS)} HTTP/1.1\r\n\r\n".encode())
            while line.recv(4096):
                pass
        waits.append(time.monotonic() - begun)
        time.sleep(0.05)
    return sorted(waits)
