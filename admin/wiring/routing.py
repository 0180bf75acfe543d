"""The page of routing wired to the flows of an opened house."""

from __future__ import annotations

from admin.background.jobs import Jobs
from admin.wiring.versions import HouseVersions
from config.routing import RoutingTable
from flows.enquiries.decide import send_again
from flows.enquiries.routing_versions import propose, tried
from flows.house import House
from store.versions import ROUTING


class HouseRouting(HouseVersions):
    """`admin.actions.routing.Routing` over an opened house; the next enquiry goes by the table in force."""

    def __init__(self, house: House, jobs: Jobs) -> None:
        super().__init__(house, jobs, ROUTING, tried)

    def propose(
        self, table: RoutingTable, by: str, reason: str | None, seen: int | None = None
    ) -> int:
        """Keep a version."""
        return propose(self._house, table, by, reason, seen)

    def again(self, enquiry: str, by: str, version: int | None = None) -> bool:
        """Send an enquiry anew."""
        return send_again(self._house, enquiry, by, version)
