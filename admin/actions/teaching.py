"""What pages may ask of the words by which names of goods are read."""

from __future__ import annotations

from typing import Protocol

from admin.actions.mending import unwired
from admin.actions.versions import NoVersions, Versioned
from mappings.nomenclature.taught import Dictionary


class Teaching(Versioned, Protocol):
    """Versions of the dictionary of goods."""

    def propose(
        self, taught: Dictionary, by: str, reason: str | None, seen: int | None = None, /
    ) -> int:
        """Keeps words as a version; its number. ConfigError if they cannot be.

        Conflict if another is in force than at the time `seen`.
        """


class NoTeaching(NoVersions):
    """A site that only reads."""

    def propose(
        self, _taught: Dictionary, _by: str, _reason: str | None, _seen: int | None = None, /
    ) -> int:
        raise unwired()
