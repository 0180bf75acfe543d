"""What pages may say of goods."""

from __future__ import annotations

from typing import Protocol

from admin.actions.mending import unwired


class Cataloguing(Protocol):
    """Decisions on goods; each answers False if what it is about is no more."""

    def join(self, good: str, other: str, by: str, /) -> bool:
        """Two goods are one; Conflict where their attributes differ."""

    def part(self, good: str, record: str, by: str, /) -> bool:
        """A record of the good is another good."""

    def withdraw(self, number: int, by: str, /) -> bool:
        """A decision is taken back."""


class NoCataloguing:
    """A site that only reads."""

    def join(self, _good: str, _other: str, _by: str, /) -> bool:
        raise unwired()

    def part(self, _good: str, _record: str, _by: str, /) -> bool:
        raise unwired()

    def withdraw(self, _number: int, _by: str, /) -> bool:
        raise unwired()
