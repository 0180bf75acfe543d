"""The buttons about refused records wired to the flows of an opened house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from admin.background.settling import Settling
from flows import correct, mend, mend_alike
from flows.correct import Fixed
from flows.house import House
from flows.mend import Anatomy, Verdict
from flows.mend_alike import Change, Group, Tried
from store import quarantine


class HouseMending:
    """`admin.actions.mending.Mending` over an opened house; what passed is matched in the background."""

    house: House
    _settling: Settling

    def anatomy(self, row: int) -> Anatomy | None:
        """An open row as it can be corrected."""
        return mend.anatomy(self.house, row)

    def check(self, row: int, values: Mapping[str, str]) -> Verdict:
        """What mapping would say of other values."""
        return mend.check(self.house, row, values)

    def mend(
        self, row: int, values: Mapping[str, str], seen: str, by: str, reason: str | None
    ) -> tuple[Verdict, Fixed | None]:
        """Keep values that make the record pass."""
        verdict, fixed = mend.mend(self.house, row, values, seen, by, reason)
        if fixed is not None:
            self._settling.soon(0)
        return verdict, fixed

    def columns_of(self, group: Group) -> Sequence[str]:
        """The columns a change for a group may be made in."""
        return mend_alike.columns_of(self.house, group)

    def try_alike(self, group: Group, change: Change) -> Tried:
        """What a change would do to a group."""
        return mend_alike.try_alike(self.house, group, change)

    def mend_alike(
        self, group: Group, change: Change, stamp: str, by: str, reason: str | None
    ) -> Fixed:
        """Keep a change for the records of a group that it cures."""
        return self._settled(mend_alike.mend_alike(self.house, group, change, stamp, by, reason))

    def undo_corrections(self, batch: str, by: str) -> Fixed:
        """Withdraw a batch of corrections."""
        return self._settled(correct.withdraw(self.house, batch, by))

    def put_off(self, ids: Sequence[int], why: str, by: str, until: datetime) -> int:
        """Put open rows out of sight until a day."""
        with self.house.store.write() as writer:
            return quarantine.put_off(writer, ids, why, by, until)

    def bring_back(self, ids: Sequence[int]) -> int:
        """Open rows again before their day."""
        with self.house.store.write() as writer:
            return quarantine.reopen(writer, ids)

    def _settled(self, fixed: Fixed) -> Fixed:
        self._settling.soon(0)
        return fixed
