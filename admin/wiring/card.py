"""The buttons of a card wired to the flows: golden is made again at once, and waited for a little."""

from __future__ import annotations

from admin.actions.card import Typed
from admin.background.settling import Settling
from flows.decide import withdraw
from flows.decide_value import cleaned_value, release_value, set_value
from flows.house import House

# A person would rather see the new value than an early answer.
PATIENCE = 3.0


class HouseCardActions:
    """`admin.actions.card.CardActions` over an opened house."""

    house: House
    _settling: Settling

    def set_value(self, typed: Typed) -> int:
        """Write down a value of a person's own; golden has it once it is made again."""
        done = set_value(
            self.house, typed.golden_id, typed.field, typed.value, typed.by, typed.reason,
            expected_version=typed.seen,
        )  # fmt: skip
        self._settling.soon(PATIENCE)
        return int(done.ids[-1])

    def release_value(self, golden_id: str, field: str, by: str) -> int:
        """Take back what people set for a field."""
        done = release_value(self.house, golden_id, field, by)
        self._settling.soon(PATIENCE)
        return done.written

    def take_back(self, decision: int, by: str) -> int:
        """Take back one value."""
        done = withdraw(self.house, decision, by)
        self._settling.soon(PATIENCE)
        return done.written

    def check_value(self, entity: str, field: str, value: str) -> str:
        """The value as it would be stored."""
        return cleaned_value(entity, field, value)
