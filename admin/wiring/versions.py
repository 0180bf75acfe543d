"""The buttons about versions wired to the flows of an opened house."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from admin.background.jobs import Jobs
from flows import versions
from flows.house import House
from store.versions import Versions

Tried = Callable[[House, int], Mapping[str, Any]]


def _nothing() -> None:
    """Nothing follows."""


class HouseVersions:
    """`admin.actions.versions.Versioned` over an opened house.

    `tried` asks a version about what there is; `settled` follows when another is in force.
    """

    def __init__(
        self,
        house: House,
        jobs: Jobs,
        kept: Versions,
        tried: Tried,
        settled: Callable[[], object] = _nothing,
    ) -> None:
        self._house, self._jobs, self._kept = house, jobs, kept
        self._tried, self._settled = tried, settled

    def try_out(self, version: int, by: str) -> int:
        """Ask it in the background."""
        work = partial(self._tried, self._house, version)
        return self._jobs.start(self._kept.kind, str(version), by, work)

    def activate(self, version: int, by: str, four_eyes: bool, seen: int | None = None) -> None:
        """Put it in force."""
        versions.activate(self._house, self._kept, version, by, four_eyes=four_eyes, seen=seen)
        self._settled()

    def drop(self, version: int, by: str) -> None:
        """Put it aside."""
        versions.drop(self._house, self._kept, version, by)

    def back(self, by: str, seen: int, reason: str | None) -> None:
        """Bring the one before back."""
        versions.back(self._house, self._kept, by, seen, reason)
        self._settled()
