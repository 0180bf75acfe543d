"""What the page of rules may ask the hub to do: propose, try on the base, put in force, bring back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from admin.actions.card import unwired


@dataclass(frozen=True, slots=True)
class TrustGroup:
    """Whom a group of fields is taken from: sources, the most trusted first."""

    name: str
    sources: Sequence[str]
    fields: Sequence[str]


class RuleActions(Protocol):
    """Rule sets as versions; none is ever edited."""

    def propose_rules(self, changed: Mapping[str, Any], by: str, reason: str | None, /) -> int:
        """The number of a draft: the rules in force with `changed`; ConfigError for what cannot be."""

    def try_rules(self, draft: int, by: str, /) -> int:
        """Begin to match the whole base by a draft in the background; the number of the job."""

    def activate_rules(self, draft: int, by: str, four_eyes: bool, /) -> str:
        """Put a draft in force and match again; Conflict if it is settled or its author asks alone."""

    def drop_rules(self, draft: int, by: str, /) -> None:
        """Put a draft aside; Conflict if it is settled."""

    def rules_back(self, by: str, reason: str | None, /) -> str:
        """Put the rule set before this one in force again; ConfigError if there is none."""

    def trust(self) -> Sequence[TrustGroup]:
        """The order of trust in force."""


class NoRuleActions:
    """A site that only reads."""

    def propose_rules(self, _changed: Mapping[str, Any], _by: str, _reason: str | None, /) -> int:
        raise unwired()

    def try_rules(self, _draft: int, _by: str, /) -> int:
        raise unwired()

    def activate_rules(self, _draft: int, _by: str, _four_eyes: bool, /) -> str:
        raise unwired()

    def drop_rules(self, _draft: int, _by: str, /) -> None:
        raise unwired()

    def rules_back(self, _by: str, _reason: str | None, /) -> str:
        raise unwired()

    def trust(self) -> Sequence[TrustGroup]:
        return ()
