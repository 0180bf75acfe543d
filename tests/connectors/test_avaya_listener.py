"""The listener of call records: what a switch sent is on the disk before anything is made of it."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.avaya import spool as spooling
from connectors.avaya.listener import Listener
from connectors.avaya.settings import AvayaSettings
from connectors.avaya.source import Avaya
from connectors.avaya.spool import CUT, Spool, mend
from schemas.errors import Conflict
from schemas.records import KEY
from simulators.telephony import working_day
from simulators.telephony.cdr_link import CdrLink
from simulators.telephony.communication_manager import lines, records
from tests.support.listeners import free_port
from tests.support.listening import in_thread, listening, until

DAY = working_day([f"8916000{n:04d}" for n in range(20)], 60, seed=3)
LINES = list(lines(records(DAY), "customized"))
CALLS = [line for line in LINES if "/" not in line[:14]]
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def of(folder: Path, **told: object) -> AvayaSettings:
    wanted = {
        "path": folder,
        "layout": "customized",
        "listen": "127.0.0.1:0",
        "zone": "UTC",
        **told,
    }
    return AvayaSettings.model_validate(wanted)


def read(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All rows the spool gives, and all rejects."""
    batches = list(
        Avaya("a", of(folder)).read("cdr", None, datetime.now(UTC) + timedelta(seconds=1))
    )
    return pl.concat([b.rows for b in batches]), pl.concat([b.rejects for b in batches])


def spooled(folder: Path) -> str:
    return "".join(f.read_text("latin-1") for f in sorted(folder.glob("*.cdr")))


def more_than(folder: Path, number: int) -> bool:
    return spooled(folder).count("\n") > number


def has(folder: Path, line: str) -> bool:
    return line in spooled(folder)


def test_every_line_is_taken_down_with_cuts_nuls_repeats_and_noise(tmp_path: Path) -> None:
    with listening(Listener("a", of(tmp_path))) as address:
        link = CdrLink(address, seed=5, cuts=4, repeats=2, garbage=5)
        link.play(LINES)
    rows, rejects = read(tmp_path)
    assert link.sent == LINES
    assert sorted(rows.unique(KEY)["line"]) == sorted(CALLS)
    assert rows.height >= len(CALLS)
    assert rejects["reason"].to_list() == ["layout_misfit"] * rejects.height
    # Noise, and the beginnings of lines that a cut left; a date record cut short is one of them.
    assert 5 <= rejects.height <= 5 + 4


def test_what_was_sent_before_a_stop_is_taken_down_and_nothing_twice_after_it(
    tmp_path: Path,
) -> None:
    half = len(LINES) // 2
    for part in (LINES[:half], LINES[half:]):
        with listening(Listener("a", of(tmp_path))) as address:
            known = spooled(tmp_path).count("\n")
            link = socket.create_connection(address)
            link.sendall(LINES[0].encode() + b"\r\n")
            until(partial(more_than, tmp_path, known))
            link.sendall("".join(f"{line}\r\n" for line in part).encode())
        link.close()
    rows, rejects = read(tmp_path)
    assert sorted(rows["line"]) == sorted(CALLS)
    assert rejects.is_empty()


_PROCESS = """
import asyncio, sys
from pathlib import Path
from connectors.avaya.listener import Listener
from connectors.avaya.settings import AvayaSettings
s = AvayaSettings.model_validate({"path": sys.argv[1], "layout": "customized", "listen": sys.argv[2]})
asyncio.run(Listener("a", s).serve(asyncio.Event()))
"""


def test_a_listener_killed_in_the_middle_of_a_line_keeps_what_it_had_and_goes_on(
    tmp_path: Path,
) -> None:
    port = free_port()
    for part in (LINES[:30], LINES[30:]):
        command = [sys.executable, "-c", _PROCESS, str(tmp_path), f"127.0.0.1:{port}"]
        with subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
        ) as process:
            link = CdrLink(("127.0.0.1", port))
            link.play([*part, part[0][:20]])
            until(partial(has, tmp_path, part[-1]))
            process.send_signal(signal.SIGKILL)
    assert mend(tmp_path) <= 2
    rows, rejects = read(tmp_path)
    assert sorted(rows["line"]) == sorted(CALLS)
    assert set(rejects["reason"]) <= {"layout_misfit"}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.binary(min_size=1, max_size=12), max_size=30), st.booleans())
def test_bytes_are_kept_whatever_pieces_they_come_in(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], whole: bool
) -> None:
    """Without stamps and marks the spool is what was sent, but for what comes before the first record."""
    folder = tmp_path_factory.mktemp("spool")
    spool = Spool(folder, "::1")
    sent = [piece.replace(b"\t", b"").replace(b"\x18", b"") or b"x" for piece in pieces]
    sent = [*sent, b"\n"] if whole else sent
    for piece in sent:
        spool.write(piece, NOW)
    spool.close()
    [told] = [file.read_bytes() for file in folder.iterdir()] or [b""]
    bare = told.replace(f"{NOW:%Y%m%dT%H%M%S.%fZ}\t".encode(), b"").replace(CUT, b"")
    assert bare.lstrip(b"\0\r\n") == b"".join(sent).lstrip(b"\0\r\n")
    assert not told or told.endswith(b"\n")


def test_a_line_without_end_does_not_fill_the_memory_nor_stop_the_reading(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "x")
    spool.write(b"z" * 50_000, NOW)
    spool.write(b"\n" + LINES[1].encode() + b"\n", NOW)
    spool.close()
    rows, rejects = read(tmp_path)
    assert rows["line"].to_list() == [LINES[1]]
    assert max(len(line) for line in spooled(tmp_path).split("\n")) < 10_000
    assert set(rejects["reason"]) == {"layout_misfit"}


def test_each_day_has_its_file_but_no_line_is_parted(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "x")
    spool.write(b"half of ", NOW)
    spool.write(b"a line\nnext\n", NOW + timedelta(days=1))
    spool.write(b"last\n", NOW + timedelta(days=1))
    spool.close()
    assert [f.read_bytes().count(b"\n") for f in sorted(tmp_path.iterdir())] == [2, 1]


def test_a_full_disk_is_waited_for_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = iter([True, True])

    def fsync(file: int) -> None:
        if next(full, False):
            raise OSError(errno.ENOSPC, "full")
        os.fsync(file)

    monkeypatch.setattr(spooling, "_to_disk", fsync)
    monkeypatch.setattr("connectors.avaya.listener._AGAIN", 0.05)
    with listening(Listener("a", of(tmp_path))) as address:
        CdrLink(address).play(LINES[:20])
        until(lambda: LINES[19] in spooled(tmp_path))
    rows, rejects = read(tmp_path)
    assert rows["line"].to_list() == [line for line in LINES[:20] if line in CALLS]
    assert rejects.is_empty()


def test_strangers_are_shown_the_door(tmp_path: Path) -> None:
    picky = Listener("a", of(tmp_path, peers=("10.0.0.0/8",)))
    with listening(picky) as address, socket.create_connection(address) as link:
        assert link.recv(1) == b""
    assert spooled(tmp_path) == ""


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        one = Listener("a", of(tmp_path, listen=f"127.0.0.1:{taken.getsockname()[1]}"))
        with pytest.raises(Conflict, match="is taken"):
            asyncio.run(one.serve(asyncio.Event()))


def test_a_switch_that_listens_itself_is_connected_to_and_again_after_a_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.avaya.listener._AGAIN", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as switch:
        dialled = of(tmp_path, listen="", dial=f"127.0.0.1:{switch.getsockname()[1]}")
        with in_thread(Listener("a", dialled).serve):
            for part in (LINES[:10], LINES[10:20]):
                link, _ = switch.accept()
                link.sendall("".join(f"{line}\r\n" for line in part).encode())
                link.close()
            until(lambda: LINES[19] in spooled(tmp_path))
    rows, _ = read(tmp_path)
    assert sorted(rows["line"]) == sorted(line for line in LINES[:20] if line in CALLS)
