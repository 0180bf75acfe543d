"""A switch that sends its call records over TCP, in the way real ones do: in pieces, with NULs, with cuts."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class CdrLink:
    """Sends lines to an address; `sent` are those whose last byte left before a cut.

    `cuts`: how often the link breaks in the middle of a line; the line is then sent whole over the next
    link, after a date record. `repeats`: how many lines are sent once more after a break. `garbage`: how
    many lines of noise come between.
    """

    address: tuple[str, int]
    seed: int = 1
    cuts: int = 0
    repeats: int = 0
    garbage: int = 0
    end: bytes = b"\r\n\0\0\0"
    sent: list[str] = field(default_factory=list)
    noise: list[bytes] = field(default_factory=list)

    def play(self, lines: Sequence[str], *, pause: float = 0.0) -> None:
        """Sends all lines; ConnectionError if nobody takes them for five seconds."""
        dice = random.Random(self.seed)  # noqa: S311  a game of dice
        breaks = set(dice.sample(range(1, len(lines)), min(self.cuts, max(len(lines) - 1, 0))))
        noisy = set(dice.sample(range(len(lines)), min(self.garbage, len(lines))))
        link = self._linked()
        date = next((line for line in lines if "/" in line[:14]), "")
        for at, line in enumerate(lines):
            date = line if "/" in line[:14] else date
            if at in breaks:
                self._break(link, line, dice)
                link = self._linked()
                again = lines[max(0, at - self.repeats) : at]
                for one in (date, *again):
                    self._send(link, one.encode() + self.end, dice)
            if at in noisy:
                self.noise.append(bytes(dice.choices(range(128, 256), k=12)))
                self._send(link, self.noise[-1] + self.end, dice)
            link = self._surely(link, line, date, dice)
            self.sent.append(line)
            time.sleep(pause)
        link.close()

    def _surely(
        self, link: socket.socket, line: str, date: str, dice: random.Random
    ) -> socket.socket:
        """Sends a line; over a new link if the old one is gone, after the date. The link it went by."""
        try:
            self._send(link, line.encode() + self.end, dice)
        except OSError:
            link.close()
            link = self._linked()
            self._send(link, date.encode() + self.end, dice)
            self._send(link, line.encode() + self.end, dice)
        return link

    def _linked(self) -> socket.socket:
        until = time.monotonic() + 5
        while True:
            try:
                link = socket.create_connection(self.address, timeout=5)
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return link

    def _send(self, link: socket.socket, data: bytes, dice: random.Random) -> None:
        """In one or two segments, so that a line begins in one and ends in the other."""
        at = dice.randint(0, len(data))
        link.sendall(data[:at])
        link.sendall(data[at:])

    def _break(self, link: socket.socket, line: str, dice: random.Random) -> None:
        link.sendall(line.encode()[: dice.randint(1, len(line) - 1)])
        link.close()
