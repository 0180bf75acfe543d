"""Runs the simulated Bot API on a free port of this machine."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from simulators.telegram.bot import Bot
from simulators.telegram.server import application


@contextmanager
def serve(bot: Bot, port: int = 0, host: str = "127.0.0.1") -> Iterator[str]:
    """The address of the server, which runs in a thread until the block ends; port 0 takes a free one."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    listening = socket.create_server((host, port))
    config = uvicorn.Config(application(bot), log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
