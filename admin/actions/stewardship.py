"""What the pages of stewards may ask the hub to do beyond one plain answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from flows.bulk import Plan
from flows.clusters import Cluster, Parting
from flows.judge import Answered
from flows.merged import Merged
from store.proposals import Proposal

if TYPE_CHECKING:
    from admin.actions import Judged

Verdict = Literal["same", "different"]


class Stewardship(Protocol):
    """Merging with picks, many pairs at once, second persons, and companies from inside."""

    def merged(self, left: str, right: str, /) -> Merged | None:
        """The card two records' companies would have if they were one; None if it cannot be told."""

    def answer(self, left: str, right: str, said: Judged, picks: Mapping[str, str], /) -> Answered:
        """Write down an answer with the values chosen; a grave one waits for a second person."""

    def plan(self, filters: Mapping[str, str], verdict: Verdict, by: str, /) -> Plan:
        """The pairs one answer to many would be about."""

    def begin(
        self,
        filters: Mapping[str, str],
        verdict: Verdict,
        by: str,
        reason: str | None,
        seen: str,
        /,
    ) -> Proposal:
        """Start the act that was looked at; Conflict if it would be another one now."""

    def go_on(self, number: int, /) -> None:
        """Carry on with an act that stands half done; harmless if it does not."""

    def is_at_work(self, number: int, /) -> bool:
        """Whether somebody carries the act out at this moment."""

    def confirm(self, number: int, by: str, /) -> None:
        """A second person agrees; Conflict for one's own proposal."""

    def decline(self, number: int, by: str, reason: str | None, /) -> None:
        """A second person does not agree."""

    def undo(self, number: int, by: str, /) -> int:
        """Take back a whole act; how many decisions that was."""

    def cluster(self, golden_id: str, /) -> Cluster | None:
        """A company from inside; None if there is none of this id."""

    def parting(self, golden_id: str, refs: Sequence[str], /) -> Parting:
        """What would become of a company if these records left it."""

    def split(
        self, golden_id: str, refs: Sequence[str], by: str, reason: str | None, version: int, /
    ) -> Answered:
        """These records leave; Conflict if the company is of another version by now."""
