"""Further processes that serve the same pages: one process of Python uses little more than one core."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

import structlog

log = structlog.get_logger("kanon.serve")
_PAUSE = 1.0  # seconds before a process that died is begun again
_PATIENCE = 10.0  # seconds a process may take to finish what it answers


def listening(port: int) -> socket.socket:
    """A socket on loopback that several processes can answer on; OSError if the port is taken."""
    listener = socket.create_server(("127.0.0.1", port), backlog=2048)
    listener.set_inheritable(True)
    return listener


@contextmanager
def beside(
    number: int, listener: socket.socket, options: Sequence[str], secret: bytes
) -> Iterator[None]:
    """`number` more processes answer on `listener` until the block ends; one that dies is begun again.

    They take forms of each other's pages, which `secret` signs.
    """
    command = [sys.executable, "-m", "admin.cli", "serve", *options]
    command += ["--listener", str(listener.fileno())]
    with ExitStack() as stack:
        for _ in range(number):
            stack.enter_context(_kept(command, listener, secret))
        yield


@contextmanager
def _kept(command: Sequence[str], listener: socket.socket, secret: bytes) -> Iterator[None]:
    stop = threading.Event()
    running: list[subprocess.Popen[bytes]] = []
    begin = partial(_begun, command, listener, secret)
    keeper = threading.Thread(target=_keep, args=(begin, running, stop), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        for process in running:
            _end(process)
        keeper.join(_PATIENCE)


def _begun(
    command: Sequence[str], listener: socket.socket, secret: bytes
) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603  our own command
        command, pass_fds=(listener.fileno(),), stdin=subprocess.PIPE, start_new_session=True
    )
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.write(secret.hex().encode() + b"\n")
            process.stdin.flush()
    return process


def _keep(
    begin: Callable[[], subprocess.Popen[bytes]],
    running: list[subprocess.Popen[bytes]],
    stop: threading.Event,
) -> None:
    while not stop.is_set():
        process = begin()
        running[:] = [process]
        if stop.is_set():
            _end(process)
        code = process.wait()
        if not stop.wait(_PAUSE):
            log.warning("a process of the pages ended and is begun again", code=code)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def told_by_parent() -> bytes:
    """The secret that signs forms; this process ends when the one that began it does, however that ends."""
    secret = bytes.fromhex(sys.stdin.buffer.readline().decode())

    def watch() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
    return secret
