"""Packets of the manager interface, cut from a stream of bytes wherever the network divided it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from schemas.errors import Refused

LONGEST = 1 << 20
_BANNER = b"Asterisk Call Manager"


@dataclass(frozen=True, slots=True)
class Packet:
    """One response or event: its fields, every line of `Output`, and how many lines were no fields."""

    fields: Mapping[str, str]
    output: tuple[str, ...] = ()
    strange: int = 0

    def __getitem__(self, name: str) -> str:
        """The field, empty if the packet has none of this name."""
        return self.fields.get(name, "")

    @property
    def event(self) -> str:
        """The event's name, empty for a response."""
        return self["Event"]


@dataclass
class Packets:
    """Bytes in, whole packets out; a letter divided between two segments is one letter again."""

    _held: bytes = b""
    strange: int = field(default=0)

    def feed(self, data: bytes) -> Iterator[Packet]:
        """The packets that are whole now. One longer than a megabyte is dropped and counted as strange."""
        self._held += data
        while True:
            if self._held.startswith(_BANNER):
                _, found, rest = self._held.partition(b"\n")
                if not found:
                    return
                self._held = rest
            whole, found, rest = self._held.partition(b"\r\n\r\n")
            if not found:
                if len(self._held) > LONGEST:
                    self._held, self.strange = b"", self.strange + 1
                return
            self._held = rest
            packet = _packet(whole)
            self.strange += packet.strange
            if packet.fields:
                yield packet


def _packet(whole: bytes) -> Packet:
    fields: dict[str, str] = {}
    output, strange = [], 0
    for line in whole.decode(errors="backslashreplace").split("\r\n"):
        name, found, value = line.partition(":")
        name = name.strip()
        if not found or not name or " " in name:
            strange += bool(line.strip())
        elif name == "Output":
            output.append(value.removeprefix(" "))
        else:
            fields.setdefault(name, value.strip())
    return Packet(fields, tuple(output), strange)


def written(fields: Mapping[str, str]) -> bytes:
    """An action as bytes; Refused if a value would become a command of its own."""
    for name, value in fields.items():
        if any(sign in name + value for sign in "\r\n\0"):
            raise Refused(
                "В команде станции недопустимый знак перевода строки: она не отправлена.",
                "A command to the switch holds a line break, which is not allowed: it was not sent.",
                detail=name,
            )
    lines = [f"{name}: {value}" for name, value in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
