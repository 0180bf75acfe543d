"""The buttons of the page of rules wired to the flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from admin.actions.rules import TrustGroup
from admin.background.jobs import Jobs
from admin.background.settling import Settling
from flows import rule_drafts, rules
from flows.house import House

TRIED = "rules"


class HouseRuleActions:
    """`admin.actions.rules.RuleActions` over an opened house."""

    house: House
    jobs: Jobs
    _settling: Settling

    def propose_rules(self, changed: Mapping[str, Any], by: str, reason: str | None) -> int:
        """Keep a proposal."""
        return rule_drafts.propose(self.house, changed, by, reason).id

    def try_rules(self, draft: int, by: str) -> int:
        """Match the whole base by a draft, in the background; nothing else is written."""
        work = partial(rule_drafts.tried, self.house, draft)
        return self.jobs.start(TRIED, str(draft), by, work)

    def activate_rules(self, draft: int, by: str, four_eyes: bool) -> str:
        """Put a draft in force; matching acts on it in the background."""
        version = rule_drafts.activate_draft(self.house, draft, by, four_eyes=four_eyes)
        self._settling.soon(0)
        return version

    def drop_rules(self, draft: int, by: str) -> None:
        """Put a draft aside."""
        rule_drafts.drop_draft(self.house, draft, by)

    def rules_back(self, by: str, reason: str | None) -> str:
        """Bring the rules before these back; matching acts on it in the background."""
        version = rules.back(self.house, by, reason).version
        self._settling.soon(0)
        return version

    def trust(self) -> Sequence[TrustGroup]:
        """The order of trust of this installation."""
        told = self.house.trust_rules
        return [TrustGroup(n, order, told.fields.get(n, ())) for n, order in told.order.items()]
