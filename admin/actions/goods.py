"""What pages may say of goods, and of the words by which their names are read."""

from __future__ import annotations

from typing import Protocol

from admin.actions.mending import unwired
from mappings.nomenclature.taught import Dictionary


class Cataloguing(Protocol):
    """Decisions on goods; each answers False if what it is about is no more."""

    def join(self, good: str, other: str, by: str, /) -> bool:
        """Two goods are one; Conflict where their attributes differ."""

    def part(self, good: str, record: str, by: str, /) -> bool:
        """A record of the good is another good."""

    def withdraw(self, number: int, by: str, /) -> bool:
        """A decision is taken back."""

    def propose(self, taught: Dictionary, by: str, reason: str | None, /) -> int:
        """Keeps words as a version; its number. ConfigError if they cannot be."""

    def try_out(self, version: int, by: str, /) -> int:
        """Reads the names of the catalogue by a version, in the background; the number of the work."""

    def activate(self, version: int, by: str, four_eyes: bool, /) -> None:
        """Puts a version in force; Conflict if its author asks alone where two are needed."""

    def drop(self, version: int, by: str, /) -> None:
        """Puts a version aside."""

    def back(self, by: str, seen: int, reason: str | None, /) -> None:
        """Brings the words before back, if `seen` is still what is in force."""


class NoCataloguing:
    """A site that only reads."""

    def join(self, _good: str, _other: str, _by: str, /) -> bool:
        raise unwired()

    def part(self, _good: str, _record: str, _by: str, /) -> bool:
        raise unwired()

    def withdraw(self, _number: int, _by: str, /) -> bool:
        raise unwired()

    def propose(self, _taught: Dictionary, _by: str, _reason: str | None, /) -> int:
        raise unwired()

    def try_out(self, _version: int, _by: str, /) -> int:
        raise unwired()

    def activate(self, _version: int, _by: str, _four_eyes: bool, /) -> None:
        raise unwired()

    def drop(self, _version: int, _by: str, /) -> None:
        raise unwired()

    def back(self, _by: str, _seen: int, _reason: str | None, /) -> None:
        raise unwired()
