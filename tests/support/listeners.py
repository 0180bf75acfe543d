"""A mail server and a web server on loopback that keep what they were sent."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Heard:
    """What a listener was sent, and what it answers."""

    port: int = 0
    letters: list[Message] = field(default_factory=list)
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    status: int = 200


@contextmanager
def mail_server() -> Iterator[Heard]:
    """A server that speaks as much SMTP as a plain letter needs."""
    heard = Heard()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline():
                word = line.strip().upper().split(b" ")[0]
                if word == b"DATA":
                    self._say("354 go on")
                    heard.letters.append(message_from_bytes(self._letter(), policy=default))
                    self._say("250 kept")
                elif word == b"QUIT":
                    self._say("221 bye")
                    return
                elif heard.status != 200 and word == b"MAIL":
                    self._say(f"{heard.status} no")
                else:
                    self._say("250 well")

        def _say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

        def _letter(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            return b"".join(lines)

    with _listening(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk), heard):
        yield heard


@contextmanager
def web_server() -> Iterator[Heard]:
    """A server that keeps posted JSON."""
    heard = Heard()

    class Talk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.posts.append((self.path, json.loads(body)))
            self.send_response(heard.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    with _listening(ThreadingHTTPServer(("127.0.0.1", 0), Talk), heard):
        yield heard


@contextmanager
def _listening(server: socketserver.TCPServer, heard: Heard) -> Iterator[None]:
    heard.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
