"""Fake Oracle listeners: they answer the first packet of a login as a broken or busy server would.

Packet layouts: TNS as python-oracledb reads it (REFUSE 4, ACCEPT 2).
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

TNS_ACCEPT, TNS_REFUSE = 2, 4


def packet(kind: int, body: bytes) -> bytes:
    """A TNS packet with its 8-byte header."""
    return struct.pack(">HHBBH", len(body) + 8, 0, kind, 0, 0) + body


def refusal(code: int) -> bytes:
    """The listener's refusal with an ORA code, such as 12514 for an unknown service."""
    text = f"(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR={code})(ERROR_STACK=(ERROR=(CODE={code})(EMFI=4))))"
    return packet(TNS_REFUSE, struct.pack(">BBH", 34, 0, len(text)) + text.encode())


def accepted_by_11g() -> bytes:
    """An acceptance with protocol version 314, as Oracle 11.2 gives it."""
    return packet(
        TNS_ACCEPT, struct.pack(">HHHHHHHH", 314, 0, 8192, 32767, 1, 0, 32, 0) + bytes(16)
    )


@contextmanager
def listener(answer: bytes | None) -> Iterator[int]:
    """The port of a listener that gives every caller `answer`; None: accepts and stays silent."""
    server = socket.create_server(("127.0.0.1", 0))
    closing = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                threading.Thread(target=_talk, args=(client, answer, closing), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield int(server.getsockname()[1])
    finally:
        closing.set()
        server.close()


def _talk(client: socket.socket, answer: bytes | None, closing: threading.Event) -> None:
    with client, suppress(OSError):
        client.recv(4096)
        if answer is None:
            closing.wait()
        else:
            client.sendall(answer)
            client.recv(4096)
