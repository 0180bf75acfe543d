"""The office behind HTTP: EWS with Basic or real NTLM, kept-alive connections, trouble on demand."""

from __future__ import annotations

import base64
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import spnego

from simulators.exchange.office import Office
from simulators.exchange.soap import answer, busy
from simulators.exchange.streaming import events

DOMAIN, LOGIN, PASSWORD = "CORP", "kanon", "Zima-2026-snegopad"
USER = f"{DOMAIN}\\{LOGIN}"
TOKENS, CLIENT, SECRET = "/token", "kanon-hub", "Vesna-2026-kapel"

_ACTING = (
    "{http://schemas.microsoft.com/exchange/services/2006/types}ConnectingSID/"
    "{http://schemas.microsoft.com/exchange/services/2006/types}PrimarySmtpAddress"
)


@dataclass
class MailServer:
    """A running server: its address, what it was asked and as whom, how much it still answers.

    After `answers_left` answers, or `pages_left` pages of changes, it breaks every connection. A stream of
    events lasts `stream_seconds`; with `streams` off none is given. `tokens` are those it has given out.
    """

    office: Office
    url: str = ""
    requests: list[str] = field(default_factory=list)
    answers_left: int | None = None
    pages_left: int | None = None
    acting: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    stream_seconds: float = 30.0
    streams: bool = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    told: MailServer
    ntlm: Any = None
    known = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == TOKENS:
            self._give_token(body.decode())
            return
        self.known = self.known or self._admitted()
        if not self.known:
            return
        request = ET.fromstring(body)  # noqa: S314  our own tests ask
        name = next(iter(request.find("{http://schemas.xmlsoap.org/soap/envelope/}Body") or ())).tag
        call = name.partition("}")[2]
        self.told.requests.append(call)
        self.told.acting |= {one.text or "" for one in request.findall(f".//{_ACTING}")}
        if self._is_cut(call):
            self.close_connection = True
            self.connection.close()
            return
        office = self.told.office
        if call == "GetStreamingEvents" and office.busy is None:
            self._stream(request)
            return
        told = busy(office.busy) if office.busy is not None else answer(office, request)
        self._say(500 if office.busy is not None else 200, told.encode())

    def _is_cut(self, call: str) -> bool:
        """Whether the connection breaks now instead of an answer."""
        told = self.told
        if told.answers_left is not None:
            told.answers_left -= 1
        if told.pages_left is not None and call == "SyncFolderItems":
            told.pages_left -= 1
        return any(left is not None and left < 0 for left in (told.answers_left, told.pages_left))

    def _admitted(self) -> bool:
        way, _, token = self.headers.get("Authorization", "").partition(" ")
        if way == "Basic" and base64.b64decode(token).decode() == f"{USER}:{PASSWORD}":
            return True
        if way == "Bearer" and token in self.told.tokens:
            return True
        if way in {"NTLM", "Negotiate"}:
            return self._negotiated(base64.b64decode(token))
        self._say(401, b"", "NTLM", "Basic realm=mail")
        return False

    def _give_token(self, asked: str) -> None:
        """Client credentials become a token (RFC 6749, 4.4)."""
        told = {name: one for name, [one] in parse_qs(asked).items()}
        if (told.get("client_id"), told.get("client_secret")) != (CLIENT, SECRET):
            self._say(401, b'{"error": "invalid_client"}')
            return
        token = f"token-{len(self.told.tokens)}"
        self.told.tokens.add(token)
        body = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
        self._say(200, json.dumps(body).encode())

    def _stream(self, request: Any) -> None:
        """Whole envelopes one after another, while the stream lasts."""
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for told in events(self.told, request):
            part = told.encode()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            self.wfile.flush()
        if self.told.streams:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def _negotiated(self, token: bytes) -> bool:
        self.ntlm = self.ntlm or spnego.server(protocol="ntlm")
        try:
            reply = self.ntlm.step(token)
        except (spnego.exceptions.SpnegoError, ValueError):
            self.ntlm = None
            self._say(401, b"", "NTLM")
            return False
        if self.ntlm.complete:
            return True
        self._say(401, b"", f"NTLM {base64.b64encode(reply or b'').decode()}")
        return False

    def _say(self, status: int, body: bytes, *ways: str) -> None:
        self.send_response(status)
        for way in ways:
            self.send_header("WWW-Authenticate", way)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None:
        """Requests are counted, not printed."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *told: object) -> None:
        """Readers that are killed break their connections: that is what they are for."""


@contextmanager
def serve_mail(office: Office) -> Iterator[MailServer]:
    """The office at http://127.0.0.1:PORT/EWS/Exchange.asmx; it ends with the block."""
    told = MailServer(office)
    handler = type("Handler", (_Handler,), {"told": told})
    server = _Server(("127.0.0.1", 0), handler)
    told.url = f"http://127.0.0.1:{server.server_port}/EWS/Exchange.asmx"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    with _ntlm_users():
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            server.server_close()


@contextmanager
def _ntlm_users() -> Iterator[None]:
    """The one user NTLM knows, in the file its library reads."""
    before = os.environ.get("NTLM_USER_FILE")
    with tempfile.TemporaryDirectory() as folder:
        users = Path(folder) / "users"
        users.write_text(f"{DOMAIN}:{LOGIN}:{PASSWORD}\n", encoding="utf-8")
        os.environ["NTLM_USER_FILE"] = str(users)
        yield
        if before is None:
            os.environ.pop("NTLM_USER_FILE", None)
        else:
            os.environ["NTLM_USER_FILE"] = before
