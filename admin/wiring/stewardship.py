"""The stewards' pages wired to the flows of an opened house."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from admin.actions import Judged
from admin.actions.stewardship import Verdict
from flows import bulk, clusters, second
from flows.bulk import Plan
from flows.clusters import Cluster, Parting
from flows.house import House
from flows.judge import Answered, judge
from flows.merged import Merged, merged
from schemas.errors import Conflict, KanonError
from store import leases
from store.proposals import Proposal

log = structlog.get_logger()
_ALIVE = timedelta(minutes=2)


class HouseStewardship:
    """`admin.actions.stewardship.Stewardship` over an opened house; `settled` is called after what was decided.

    With `second`, grave acts wait for a second person: where only one can sign in, nobody could confirm.
    """

    def __init__(self, house: House, settled: Callable[[], object], *, second: bool) -> None:
        self.house = house
        self._settled = settled
        self._second = second

    def merged(self, left: str, right: str) -> Merged | None:
        """The card of both companies together."""
        return merged(self.house, left, right)

    def answer(self, left: str, right: str, said: Judged, picks: Mapping[str, str]) -> Answered:
        """Write an answer down; matching acts on it in the background."""
        told = (said.verdict, said.by, said.reason, said.seen)
        done = judge(self.house, left, right, *told, picks=picks, second=self._second)
        self._settled()
        return done

    def plan(self, filters: Mapping[str, str], verdict: Verdict, by: str) -> Plan:
        """The pairs one answer would be about."""
        found = bulk.plan(self.house, filters, verdict, by)
        return found if self._second else bulk.alone(found)

    def begin(
        self, filters: Mapping[str, str], verdict: Verdict, by: str, reason: str | None, seen: str
    ) -> Proposal:
        """Start an act in bulk."""
        act = bulk.begin(self.house, filters, verdict, by, reason, seen, second=self._second)
        self.go_on(act.id)
        return act

    def go_on(self, number: int) -> None:
        """Carry an act out in the background, unless that is being done."""
        threading.Thread(
            target=self._carry_out, args=(number,), name="background-act", daemon=True
        ).start()

    def _carry_out(self, number: int) -> None:
        name, owner = _lease(number), f"thread {threading.get_ident()}"
        try:
            leases.acquire(self.house.store, name, owner, _ALIVE)
        except Conflict:
            return
        try:
            second.finish(self.house, number)
            renew = leases.renew
            bulk.carry_out(self.house, number, lambda: renew(self.house.store, name, owner, _ALIVE))
            self._settled()
        except KanonError as error:
            log.warning("bulk act stopped", act=number, error=error.en)
        except Exception as error:  # noqa: BLE001  nobody above this thread would hear of it
            where = traceback.format_tb(error.__traceback__)
            log.error("bulk act broke", act=number, error=type(error).__name__, where=where)
        finally:
            leases.release(self.house.store, name, owner)

    def is_at_work(self, number: int) -> bool:
        """Whether a living thread holds the act."""
        with self.house.store.read() as reader:
            return leases.conflict(reader, _lease(number)) is not None

    def confirm(self, number: int, by: str) -> None:
        """Agree with a proposal."""
        second.confirm(self.house, number, by)
        self.go_on(number)
        self._settled()

    def decline(self, number: int, by: str, reason: str | None) -> None:
        """Do not agree with a proposal."""
        second.decline(self.house, number, by, reason)

    def undo(self, number: int, by: str) -> int:
        """Take back an act."""
        gone = bulk.undo(self.house, number, by)
        self._settled()
        return gone

    def cluster(self, golden_id: str) -> Cluster | None:
        """A company from inside."""
        return clusters.cluster(self.house, golden_id)

    def parting(self, golden_id: str, refs: Sequence[str]) -> Parting:
        """What a split would do."""
        return clusters.parting(self.house, golden_id, refs)

    def split(
        self, golden_id: str, refs: Sequence[str], by: str, reason: str | None, version: int
    ) -> Answered:
        """Split a company."""
        done = clusters.split(self.house, golden_id, refs, by, reason, version, second=self._second)
        self._settled()
        return done


def _lease(number: int) -> str:
    return f"act:{number}"
