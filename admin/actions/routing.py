"""What pages may ask the hub to do about the table by which enquiries are sent."""

from __future__ import annotations

from typing import Protocol

from admin.actions.mending import unwired
from admin.actions.versions import NoVersions, Versioned
from config.routing import RoutingTable


class Routing(Versioned, Protocol):
    """Versions of the table, and sending an enquiry anew."""

    def propose(
        self, table: RoutingTable, by: str, reason: str | None, seen: int | None = None, /
    ) -> int:
        """Keeps a table as a version; its number. ConfigError if it cannot be.

        Conflict if another is in force than at the time `seen`.
        """

    def again(self, enquiry: str, by: str, version: int | None = None, /) -> bool:
        """Sends an enquiry by the table in force; False if there is none of this id.

        Conflict if it has changed since a `version` that was seen.
        """


class NoRouting(NoVersions):
    """A site that only reads."""

    def propose(
        self, _table: RoutingTable, _by: str, _reason: str | None, _seen: int | None = None, /
    ) -> int:
        raise unwired()

    def again(self, _enquiry: str, _by: str, _version: int | None = None, /) -> bool:
        raise unwired()
