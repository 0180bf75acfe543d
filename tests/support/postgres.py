"""A throw-away PostgreSQL cluster for tests, started on demand on a unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_DISK = "/tmp"  # noqa: S108 - folders in it are made by mkdtemp
_MEMORY = Path("/dev/shm")  # noqa: S108 - as above
_ROOM = 2 * 2**30


def server_binaries() -> Path | None:
    """The folder with `initdb`, newest version first, or None."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
    on_path = shutil.which("initdb")
    folders = [*reversed(debian), *([Path(on_path).parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _as_server_user() -> list[str]:
    """`initdb` refuses root: run it as the image's own user."""
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def in_memory() -> str:
    """A folder that is no disk, where there is one with room; otherwise the ordinary one.

    A database is some hundreds of small files: making them on a disk costs more than a test of the store.
    """
    has_room = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    return str(_MEMORY) if has_room and shutil.disk_usage(_MEMORY).free >= _ROOM else _DISK


@contextmanager
def cluster(binaries: Path, under: str = _DISK) -> Iterator[str]:
    """The socket folder of a running cluster; user `hub`, trust on the socket, no TCP, no fsync."""
    home = Path(tempfile.mkdtemp(prefix="kanon-pg-", dir=under))
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
    data, log = home / "data", home / "log"
    run = [
        *_as_server_user(),
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-A",
        "trust",
        "-U",
        "hub",
    ]
    subprocess.run(
        [*run, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"],
        check=True,
        capture_output=True,
        cwd=home,
    )
    control = [*_as_server_user(), str(binaries / "pg_ctl"), "-w", "-D", str(data), "-l", str(log)]
    options = f"-k {home} -c listen_addresses='' -c fsync=off -c max_connections=60"
    subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True, cwd=home)
    try:
        yield str(home)
    finally:
        stop = [*control, "-m", "immediate", "stop"]
        subprocess.run(stop, check=True, capture_output=True, cwd=home)
        shutil.rmtree(home, ignore_errors=True)


def run_sql(socket: str, statement: str) -> None:
    """Run one statement outside of a transaction in the maintenance database."""
    with psycopg.connect(f"host={socket} user=hub dbname=postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def copy_database(socket: str, name: str, template: str) -> None:
    """Make a database as another one is that nobody is connected to."""
    with psycopg.connect(f"host={socket} user=hub dbname=postgres", autocommit=True) as connection:
        # Its files are copied: to write them all to the log as well takes twice as long.
        by_file = " STRATEGY file_copy" if connection.info.server_version >= 150_000 else ""
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}{by_file}".encode())


def url_of(socket: str, database: str) -> str:
    """The store's URL of a database in the cluster."""
    return f"postgresql://hub@/{database}?host={socket}"
