"""Runs the simulated base on a free port of this machine."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from simulators.onec.base import HUB_NODE, Base
from simulators.onec.faults import Faults
from simulators.onec.schema import PLAN
from simulators.onec.server import Publication


@dataclass(frozen=True)
class OneC:
    """A running publication: its address, login, exchange plan, and the base behind it."""

    url: str
    publication: Publication
    plan: str = PLAN
    node: str = HUB_NODE

    @property
    def base(self) -> Base:
        """The information base itself, to change from a test."""
        return self.publication.base

    @property
    def faults(self) -> Faults:
        """Switches of what goes wrong."""
        return self.publication.faults

    @property
    def user(self) -> str:
        """Login."""
        return self.publication.user

    @property
    def password(self) -> str:
        """Password, invented."""
        return self.publication.password


@contextmanager
def serve(publication: Publication, port: int = 0, host: str = "127.0.0.1") -> Iterator[OneC]:
    """The publication served in a thread until the block ends; port 0 takes a free one."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    listening = socket.create_server((host, port))
    config = uvicorn.Config(publication.app(), log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    address = f"http://{host}:{listening.getsockname()[1]}/{publication.name}/odata/standard.odata"
    try:
        yield OneC(address, publication)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
