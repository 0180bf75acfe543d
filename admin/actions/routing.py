"""What pages may ask the hub to do about the table by which enquiries are sent."""

from __future__ import annotations

from typing import Protocol

from admin.actions.mending import unwired
from admin.actions.versions import NoVersions, Versioned
from config.routing import RoutingTable


class Routing(Versioned, Protocol):
    """Versions of the table, and sending an enquiry anew."""

    def propose(self, table: RoutingTable, by: str, reason: str | None, /) -> int:
        """Keeps a table as a version; its number. ConfigError if it cannot be."""

    def again(self, enquiry: str, by: str, /) -> bool:
        """Sends an enquiry by the table in force; False if there is none of this id."""


class NoRouting(NoVersions):
    """A site that only reads."""

    def propose(self, _table: RoutingTable, _by: str, _reason: str | None, /) -> int:
        raise unwired()

    def again(self, _enquiry: str, _by: str, /) -> bool:
        raise unwired()
