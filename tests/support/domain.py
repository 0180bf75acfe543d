"""A real Samba domain controller on its own loopback address, made once per run and thrown away."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.processes import see_out

REALM, BASE = "CORP.EXAMPLE.TEST", "DC=corp,DC=example,DC=test"
ADMINISTRATOR, SECRET = f"Administrator@{REALM.lower()}", "Passw0rd!Adm1n"
CERTIFIED = f"DC1.{REALM.lower()}"
# Nothing of it outlives the run: waiting for the disk would only make it slow.
_SERVICES = (
    "server services = ldap, cldap, kdc, rpc, drepl\n\tldap server require strong auth = no"
    "\n\tldb:nosync = true"
)


@dataclass(frozen=True, slots=True)
class Controller:
    """A running controller: where it answers, and the authority that signed its certificate."""

    host: str
    ca: Path
    config: Path

    def tool(self, *words: str) -> None:
        """Run `samba-tool` on it."""
        command = ["samba-tool", *words, f"--configfile={self.config}"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


def missing() -> str:
    """What keeps a controller from being started here; empty if nothing."""
    if shutil.which("samba") is None or shutil.which("samba-tool") is None:
        return "no Samba domain controller here (apt: samba-ad-dc samba-ad-provision)"
    return "" if os.getuid() == 0 else "a domain controller's ports need root"


_RUNNING = ExitStack()


@cache
def shared() -> Controller:
    """One controller for everything in this process that brings units of its own; `end` ends it."""
    return _RUNNING.enter_context(controller())


def end() -> None:
    """End the shared controller, if there is one: a worker's process may go without its last words."""
    _RUNNING.close()


def _own_address() -> str:
    """A loopback address that no other process of this machine has: what an earlier run left does not answer here."""
    number = os.getpid()
    return f"127.{64 + (number >> 16) % 64}.{(number >> 8) % 256}.{number % 256}"


@contextmanager
def controller() -> Iterator[Controller]:
    """A controller of a new domain on a loopback address of this process; it ends with the block."""
    address = _own_address()
    home = Path(tempfile.mkdtemp(prefix="kanon-dc-", dir="/tmp"))
    _provision(home, address)
    config = home / "etc" / "smb.conf"
    _settle(config, home)
    log = (home / "samba.log").open("wb")
    server = subprocess.Popen(
        ["samba", "-F", "-M", "single", f"--configfile={config}", "--debug-stdout"],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    try:
        _wait(server, address)
        yield Controller(address, home / "private" / "tls" / "ca.pem", config)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        see_out(server)
        log.close()
        shutil.rmtree(home, ignore_errors=True)


def _provision(home: Path, address: str) -> None:
    command = [
        "samba-tool", "domain", "provision", f"--targetdir={home}", f"--realm={REALM}", "--domain=CORP",
        "--host-name=dc1", f"--host-ip={address}", "--server-role=dc", "--dns-backend=NONE",
        f"--adminpass={SECRET}", f"--option=interfaces={address}/8", "--option=bind interfaces only=yes",
        "--option=ldb:nosync=true",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)


def _settle(config: Path, home: Path) -> None:
    own = f"{_SERVICES}\n\tpid directory = {home}\n\tncalrpc dir = {home}/ncalrpc\n\tlog file = {home}/log.%m"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[global]", f"[global]\n\t{own}", 1), encoding="utf-8")


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError("the domain controller ended at once: its ports may be taken")
        try:
            with socket.create_connection((address, 636), timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the domain controller did not answer in 90 s")
