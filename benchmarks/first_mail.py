"""The first sync of a large mailbox, killed again and again: what was lost, what was doubled, how long it took.

The EWS simulator answers in this process; the sync runs in another, which is killed without warning at
moments by chance, while it reads and while it maps, and started again until one lives to its end. Then one
more process makes enquiries of the letters.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from math import inf
from pathlib import Path
from random import Random

import polars as pl
from sqlalchemy import func, select

from config.settings import Settings
from flows.house import House, open_house
from flows.sync import settle, sync
from simulators.exchange import PASSWORD, USER, Office, Post, serve_mail
from simulators.exchange.server import MailServer
from simulators.world import World
from store import canonical
from store.tables import enquiry, landing_batch

BOX = "zakaz@kanon.example"
_PAGE = 256  # the connector's own
_PACE = 200  # letters a second, roughly: so long may the killed ones live


@dataclass(frozen=True, slots=True)
class Ended:
    """Processes that were started, seconds in all, and the most memory one of them took."""

    started: int
    seconds: float
    megabytes: int
    whole: bool


def run(letters: int, kills: int, home: Path | None = None, seconds: float = inf) -> None:
    """Measure and print one table; with `home` a sync that had only so many seconds is gone on with."""
    office = Office(Post(World(3, 2_000)))
    office.open(BOX)
    for number in range(letters):
        office.deliver(BOX, number)
    with ExitStack() as held:
        kept = home or Path(held.enter_context(tempfile.TemporaryDirectory()))
        server = held.enter_context(serve_mail(office))
        _configured(kept, server)
        chance = Random(letters)  # noqa: S311  moments by chance, no secret
        most = 2 * letters / _PACE / (kills + 1)
        lives = [chance.uniform(2, 2 + most) for _ in range(kills)]
        ended = _killed(kept, server, letters, lives, seconds)
        house = open_house(Settings(home=kept))
        if ended.whole:
            _told(house, office, letters, ended)
            _settled(house, kept)
        else:
            sys.stdout.write(f"killed after {ended.seconds:.0f} s: go on with the same --home\n")
        house.close()


def _configured(home: Path, server: MailServer) -> None:
    connections = home / "config" / "connections"
    connections.mkdir(parents=True, exist_ok=True)
    (connections / "mail.yaml").write_text(
        f"kind: exchange\nsettings:\n  url: {server.url}\n  mailboxes: [{BOX}]\n"
        f"  user: {USER}\n  password: env:MAIL_PASSWORD\n  auth: ntlm\n",
        encoding="utf-8",
    )
    os.environ["MAIL_PASSWORD"] = PASSWORD
    open_house(Settings(home=home), create=True).close()


def _estimate(server: MailServer, letters: int, took: float) -> None:
    """Write over one line how far it is and how long it still takes, by the pages that were asked for."""
    told = min(letters, server.requests.count("SyncFolderItems") * _PAGE)
    if told and sys.stderr.isatty():
        rest = took / told * (letters - told)
        sys.stderr.write(f"\r{told} of {letters} letters, {took:.0f} s, about {rest:.0f} s more   ")
        sys.stderr.flush()


def _killed(
    home: Path, server: MailServer, letters: int, lives: list[float], limit: float
) -> Ended:
    """Start the sync until one lives; one is killed after so many seconds of `lives`, all after `limit`."""
    begun, most, started = time.monotonic(), 0, 0
    while True:
        started += 1
        end = min(limit, time.monotonic() - begun + (lives.pop(0) if lives else inf))
        with _process("sync", home) as child:
            while child.poll() is None:
                most = max(most, _megabytes(child.pid))
                if time.monotonic() - begun > end:
                    child.send_signal(signal.SIGKILL)
                _estimate(server, letters, time.monotonic() - begun)
                time.sleep(0.2)
        took = time.monotonic() - begun
        if child.returncode != -signal.SIGKILL or took > limit:
            return Ended(started, took, most, child.returncode == 0)


def _process(work: str, home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.first_mail", work, str(home)])


def _settled(house: House, home: Path) -> None:
    begun, most = time.monotonic(), 0
    with _process("settle", home) as child:
        while child.poll() is None:
            most = max(most, _megabytes(child.pid))
            time.sleep(0.2)
    with house.store.read() as reader:
        made = reader.scalar(select(func.count()).select_from(enquiry))
    _write({
        "enquiries made of them and sent": made,
        "seconds for that": round(time.monotonic() - begun),
        "most memory of that process, MB": most,
    })  # fmt: skip


def _megabytes(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) // 1024 if found else 0


def _told(house: House, office: Office, letters: int, ended: Ended) -> None:
    with house.store.read() as reader:
        found = canonical.load(reader, "message").select("key", "message_id", "box")
        landed = reader.frame(landing_batch.select())
    real = [office.post.real(number).message_id for number in range(letters)]
    wanted = pl.Series([one for one in real if one])
    told = found["message_id"]
    nameless = told.str.contains("|", literal=True).sum()  # those are known by their content
    sync(house, "mail")
    with house.store.read() as reader:
        again = reader.frame(landing_batch.select()).height
    rows = {
        "letters in the mailbox": letters,
        "messages in the hub": found.height,
        "lost": wanted.filter(~wanted.is_in(told.implode())).len()
        + (len(real) - len(wanted))
        - nameless,
        "doubled": told.len() - told.n_unique(),
        "processes, all but the last killed": ended.started,
        "seconds": round(ended.seconds),
        "letters a second": round(letters / ended.seconds),
        "most memory of a process, MB": ended.megabytes,
        "batches landed by one more sync": again - landed.height,
    }
    _write(rows)


def _write(rows: Mapping[str, object]) -> None:
    for name, value in rows.items():
        sys.stdout.write(f"{name:40} {value}\n")


if __name__ == "__main__":
    opened = open_house(Settings(home=Path(sys.argv[2])))
    if sys.argv[1] == "settle":
        settle(opened)
    else:
        sync(opened, "mail")
    opened.close()
