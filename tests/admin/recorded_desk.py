"""Actions of cards and rules that remember what they were asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from admin.actions.card import Typed
from admin.actions.rules import TrustGroup
from schemas.errors import ConfigError


class RecordedDesk:
    """Every value but “bad” can be one; every set of rules can be in force."""

    def __init__(self) -> None:
        super().__init__()
        self.typed: list[Typed] = []
        self.taken_back: list[tuple[Any, ...]] = []
        self.ruled: list[tuple[Any, ...]] = []

    def set_value(self, typed: Typed) -> int:
        self.check_value("legal_entity", typed.field, typed.value)
        self.typed.append(typed)
        return 9

    def release_value(self, golden_id: str, field: str, by: str) -> int:
        self.taken_back.append((golden_id, field, by))
        return 1

    def take_back(self, decision: int, by: str) -> int:
        self.taken_back.append((decision, by))
        return 1

    def check_value(self, entity: str, field: str, value: str) -> str:
        if value == "bad":
            raise ConfigError(f"{field}: так нельзя.", f"{field}: not so.")
        return value.strip()

    def propose_rules(self, changed: Mapping[str, Any], by: str, reason: str | None) -> int:
        self.ruled.append(("propose", dict(changed), by, reason))
        return 1

    def try_rules(self, draft: int, by: str) -> int:
        self.ruled.append(("try", draft, by))
        return 1

    def activate_rules(self, draft: int, by: str, four_eyes: bool) -> str:
        self.ruled.append(("activate", draft, by, four_eyes))
        return "3"

    def drop_rules(self, draft: int, by: str) -> None:
        self.ruled.append(("drop", draft, by))

    def rules_back(self, by: str, reason: str | None) -> str:
        self.ruled.append(("back", by, reason))
        return "2"

    def trust(self) -> Sequence[TrustGroup]:
        return (TrustGroup("name", ("crm", "onec"), ("name", "status")),)
