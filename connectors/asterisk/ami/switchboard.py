"""What the hub asks of a live switch, whichever library or wire stands behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

from connectors.asterisk.ami.packets import Packet


@dataclass(frozen=True, slots=True)
class Dialling:
    """A wish: ring the employee's `extension`, then connect him with `number`. `id` names it for ever."""

    id: str
    extension: str
    number: str
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Dialled:
    """What became of a wish: accepted by the switch, refused by it, or nobody can say.

    `unknown` means the line broke after the wish was sent: it is never sent again.
    """

    id: str
    state: Literal["accepted", "refused", "unknown"]
    message: str = ""


class Switchboard(Protocol):
    """A live switch, connected and logged in."""

    def events(self) -> AsyncIterator[Packet]:
        """Events until the connection ends; Retryable when it does."""

    async def dial(self, wish: Dialling) -> Dialled:
        """Send a wish once."""

    async def close(self) -> None:
        """Leave; harmless when already gone."""
