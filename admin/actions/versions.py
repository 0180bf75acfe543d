"""What pages may ask of proposals that are kept as versions."""

from __future__ import annotations

from typing import Protocol

from admin.actions.mending import unwired


class Versioned(Protocol):
    """A version is tried, put in force or aside, and the one before it comes back."""

    def try_out(self, version: int, by: str, /) -> int:
        """Asks a version about what there is, in the background; the number of the work."""

    def activate(self, version: int, by: str, four_eyes: bool, seen: int | None = None, /) -> None:
        """Puts a version in force; Conflict if its author asks alone where two are needed, or if another came
        in force since it was proposed that is not the one `seen`."""

    def drop(self, version: int, by: str, /) -> None:
        """Puts a version aside."""

    def back(self, by: str, seen: int, reason: str | None, /) -> None:
        """Brings what was before back, if `seen` is still what is in force."""


class NoVersions:
    """A site that only reads."""

    def try_out(self, _version: int, _by: str, /) -> int:
        raise unwired()

    def activate(
        self, _version: int, _by: str, _four_eyes: bool, _seen: int | None = None, /
    ) -> None:
        raise unwired()

    def drop(self, _version: int, _by: str, /) -> None:
        raise unwired()

    def back(self, _by: str, _seen: int, _reason: str | None, /) -> None:
        raise unwired()
