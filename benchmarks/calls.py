"""A million call records assembled and attached, beside plain reading.

One Master.csv is read into an empty store, calls are made of it, and it is said whose number each is;
beside it Polars alone reads the same file. What else a refresh does of calls (enquiries of the missed
ones, and where they are sent) is told apart.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import polars as pl

from config.settings import Settings
from flows.calls.stage import assemble
from flows.house import open_house
from flows.run import running
from flows.sync import settle, sync
from simulators.telephony import working_day, write_master_csv
from store import open_store, upgrade
from store.calls import load
from store.clock import utc_now
from store.views.attaching import ranked

_BASE = 20_000
NUMBERS = [f"8916{n:07d}" for n in range(5_000)]


def run(rows: int) -> None:
    """Measure and print one line."""
    with tempfile.TemporaryDirectory() as folder:
        _records(Path(folder), rows)


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
    with running(house, "bench", "") as run_:
        assemble(run_)
    assembled, spent = time.monotonic() - begun, time.process_time() - spent
    begun = time.monotonic()
    with store.read() as reader:
        whose = ranked(reader, None, utc_now()).unique("phone", keep="first")
        made = load(reader).join(whose, on="phone", how="left").height
    attached = time.monotonic() - begun
    begun = time.monotonic()
    settle(house)
    rest = time.monotonic() - begun
    print(
        f"{read} records: plain reading {plain:.1f} s; landed and mapped {landed:.1f} s, assembled"
        f" {assembled:.1f} s ({spent:.1f} s of processor time) into {made} calls, attached {attached:.1f} s;"
        f" enquiries of the missed ones {rest:.1f} s"
    )
    house.close()


def _write(log: Path, rows: int) -> None:
    """Copies of one day, each with ids, channels and a date of its own."""
    day = log.with_name("day.csv")
    write_master_csv(working_day(NUMBERS, _BASE).rows, day)
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


def memory() -> float:
    """Resident megabytes of this process."""
    text = Path("/proc/self/statm").read_text(encoding="ascii")
    return int(text.split()[1]) * 4096 / 1e6
