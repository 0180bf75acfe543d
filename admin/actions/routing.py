"""What pages may ask the hub to do about the table by which enquiries are sent."""

from __future__ import annotations

from typing import Protocol

from admin.actions.mending import unwired
from config.routing import RoutingTable


class Routing(Protocol):
    """Versions of the table, and sending an enquiry anew."""

    def propose(self, table: RoutingTable, by: str, reason: str | None, /) -> int:
        """Keeps a table as a version; its number. ConfigError if it cannot be."""

    def try_out(self, version: int, by: str, /) -> int:
        """Asks a version about past enquiries, in the background; the number of the work."""

    def activate(self, version: int, by: str, four_eyes: bool, /) -> None:
        """Puts a version in force; Conflict if its author asks alone where two are needed."""

    def drop(self, version: int, by: str, /) -> None:
        """Puts a version aside."""

    def back(self, by: str, seen: int, reason: str | None, /) -> None:
        """Brings the table before back, if `seen` is still what is in force."""

    def again(self, enquiry: str, by: str, /) -> bool:
        """Sends an enquiry by the table in force; False if there is none of this id."""


class NoRouting:
    """A site that only reads."""

    def propose(self, _table: RoutingTable, _by: str, _reason: str | None, /) -> int:
        raise unwired()

    def try_out(self, _version: int, _by: str, /) -> int:
        raise unwired()

    def activate(self, _version: int, _by: str, _four_eyes: bool, /) -> None:
        raise unwired()

    def drop(self, _version: int, _by: str, /) -> None:
        raise unwired()

    def back(self, _by: str, _seen: int, _reason: str | None, /) -> None:
        raise unwired()

    def again(self, _enquiry: str, _by: str, /) -> bool:
        raise unwired()
