"""The page of routing wired to the flows of an opened house."""

from __future__ import annotations

from functools import partial

from admin.background.jobs import Jobs
from config.routing import RoutingTable
from flows import versions
from flows.enquiries import routing_versions
from flows.enquiries.decide import send_again
from flows.house import House
from store.versions import ROUTING

TRIED = "routing"


class HouseRouting:
    """`admin.actions.routing.Routing` over an opened house."""

    def __init__(self, house: House, jobs: Jobs) -> None:
        self._house, self._jobs = house, jobs

    def propose(self, table: RoutingTable, by: str, reason: str | None) -> int:
        """Keep a version."""
        return routing_versions.propose(self._house, table, by, reason)

    def try_out(self, version: int, by: str) -> int:
        """Ask it about past enquiries."""
        work = partial(routing_versions.tried, self._house, version)
        return self._jobs.start(TRIED, str(version), by, work)

    def activate(self, version: int, by: str, four_eyes: bool) -> None:
        """Put it in force; the next enquiry goes by it."""
        versions.activate(self._house, ROUTING, version, by, four_eyes=four_eyes)

    def drop(self, version: int, by: str) -> None:
        """Put it aside."""
        versions.drop(self._house, ROUTING, version, by)

    def back(self, by: str, seen: int, reason: str | None) -> None:
        """Bring the one before back."""
        versions.back(self._house, ROUTING, by, seen, reason)

    def again(self, enquiry: str, by: str) -> bool:
        """Send an enquiry anew."""
        return send_again(self._house, enquiry, by)
