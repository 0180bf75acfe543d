"""A million call records assembled and attached beside plain reading; a switch heard at a thousand events a second.

The first part reads one Master.csv into an empty store, makes calls of it and says whose number each
is; beside it Polars alone reads the same file. The second part lets a simulated switch tell events for
a while and asks the dial plan's questions meanwhile.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from itertools import cycle
from pathlib import Path
from random import Random

import polars as pl

from config.settings import Settings
from config.telephony import Telephony
from connectors.asterisk.ami import Ami, AmiSettings
from connectors.asterisk.dialplan import serve_http
from connectors.asterisk.live import Heard
from flows.calls.routing import Directory
from flows.house import open_house
from flows.sync import settle, sync
from schemas.errors import KanonError
from simulators.telephony import working_day, write_master_csv
from simulators.telephony.ami import Event, Manners, Switch, ami
from simulators.telephony.live_events import live_events
from store import open_store, upgrade
from store.calls import load
from store.views.callers import callers

_BASE = 20_000
_EVERY_SECOND = 1_000
_NUMBERS = [f"8916{n:07d}" for n in range(5_000)]


def run(rows: int, seconds: int) -> None:
    """Measure both and print one line each."""
    with tempfile.TemporaryDirectory() as folder:
        _records(Path(folder), rows)
    asyncio.run(_live(seconds))


def _records(folder: Path, rows: int) -> None:
    log = folder / "cdr" / "Master.csv"
    _write(log, rows)
    begun = time.monotonic()
    read = pl.read_csv(log, has_header=False, infer_schema=False).height
    plain = time.monotonic() - begun
    connections = folder / "config" / "connections"
    connections.mkdir(parents=True)
    text = f"kind: asterisk\nsettings:\n  path: {log.parent}\n"
    (connections / "switch.yaml").write_text(text, encoding="utf-8")
    store = open_store(f"sqlite:///{folder / 'k.db'}", folder / "landing")
    upgrade(store)
    url = store.url.render_as_string(hide_password=False)
    house = open_house(
        Settings(home=folder, config=folder / "config", database=url, landing=store.landing)
    )
    begun = time.monotonic()
    sync(house, "switch")
    landed = time.monotonic() - begun
    begun, spent = time.monotonic(), time.process_time()
    settle(house)
    assembled, spent = time.monotonic() - begun, time.process_time() - spent
    begun = time.monotonic()
    with store.read() as reader:
        made = load(reader).join(callers(reader), on="phone", how="left").height
    attached = time.monotonic() - begun
    print(
        f"{read} records: plain reading {plain:.1f} s; landed and mapped {landed:.1f} s, assembled"
        f" {assembled:.1f} s ({spent:.1f} s of processor time) into {made} calls, attached {attached:.1f} s"
    )
    house.close()


def _write(log: Path, rows: int) -> None:
    """Copies of one day, each with ids, channels and a date of its own."""
    day = log.with_name("day.csv")
    write_master_csv(working_day(_NUMBERS, _BASE).rows, day)
    base = pl.read_csv(
        day, has_header=False, separator="\x01", quote_char=None, new_columns=["line"]
    )
    day.unlink()
    copies = -(-rows // base.height)
    with log.open("wb") as out:
        for nth in range(copies):
            kept = base.head(min(base.height, rows - nth * base.height))
            moved = kept.select(
                pl.col("line")
                .str.replace_all('"17', f'"{17 + nth}')
                .str.replace_all('"2026-', f'"{2026 - nth}-')
                .str.replace_all(r"-([0-9a-f]{3})([0-9a-f]{5})", f"-{nth:03x}${{2}}")
            )
            moved.write_csv(out, include_header=False, quote_style="never")


async def _live(seconds: int) -> None:
    events = [*live_events(working_day(_NUMBERS, 2_000).rows)]
    told: list[Event] = [
        e for _, e in zip(range(seconds * _EVERY_SECOND), cycle(events), strict=False)
    ]
    switch = Switch("secret", told, Manners(pace=_EVERY_SECOND))
    with ami(switch):
        own = {"host": "127.0.0.1", "port": switch.port, "user": "u", "secret": "secret"}
        client = await Ami.open(AmiSettings.model_validate(own))
        http = await serve_http("127.0.0.1", 0, Directory(Telephony()).answer)
        port = http.sockets[0].getsockname()[1]
        asking = asyncio.create_task(_asked(port))
        before, begun, count, records = _memory(), time.monotonic(), 0, 0
        heard, middle = Heard(), 0.0
        try:
            async for packet in client.events():
                count += 1
                records += len(heard.take(packet))
                middle = middle or (_memory() if count > len(told) // 2 else 0.0)
                if count > len(told):
                    break
        except KanonError as error:
            print("broken:", error.en)
        took = time.monotonic() - begun
        asking.cancel()
        waits = sorted((await asyncio.gather(asking, return_exceptions=True), _WAITS)[1])
        p99 = waits[int(len(waits) * 0.99)] * 1000 if waits else 0
        print(
            f"{count} events in {took:.0f} s ({count / took:.0f} a second), {records} records; memory"
            f" {before:.0f} → {middle:.0f} → {_memory():.0f} MB; {len(waits)} questions, p99 {p99:.1f} ms"
        )
        await client.close()
        http.close()


_WAITS: list[float] = []


async def _asked(port: int) -> None:
    """The dial plan's question twenty times a second."""
    dice = Random(1)  # noqa: S311  a game of dice
    while True:
        begun = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /route?num={dice.choice(_NUMBERS)} HTTP/1.1\r\n\r\n".encode())
        await reader.read()
        writer.close()
        _WAITS.append(time.monotonic() - begun)
        await asyncio.sleep(0.05)


def _memory() -> float:
    """Resident megabytes of this process."""
    text = Path("/proc/self/statm").read_text(encoding="ascii")
    return int(text.split()[1]) * 4096 / 1e6
