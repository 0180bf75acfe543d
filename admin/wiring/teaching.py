"""The dictionary of goods wired to the flows of an opened house."""

from __future__ import annotations

import time
from collections.abc import Callable

from admin.background.jobs import Jobs
from admin.wiring.versions import HouseVersions
from flows.catalogue.dictionary import grammar_of, propose, tried
from flows.house import House
from mappings.nomenclature import Grammar
from mappings.nomenclature.taught import Dictionary
from store.versions import DICTIONARY

_FRESH = 2.0  # seconds for which pages need not ask again which words are in force


class GrammarInForce:
    """The grammar by which names are read now; what another process put in force is known within 2 s."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: tuple[float, Grammar] | None = None

    def __call__(self) -> Grammar:
        """The grammar, asked of the store at most once in 2 s."""
        known, now = self._known, time.monotonic()
        if known is not None and now - known[0] < _FRESH:
            return known[1]
        with self._house.store.read() as reader:
            found = grammar_of(self._house, reader)
        self._known = now, found
        return found


class HouseTeaching(HouseVersions):
    """`admin.actions.teaching.Teaching` over an opened house; `settled` has all names read anew."""

    def __init__(self, house: House, jobs: Jobs, settled: Callable[[], object]) -> None:
        super().__init__(house, jobs, DICTIONARY, tried, settled)

    def propose(
        self, taught: Dictionary, by: str, reason: str | None, seen: int | None = None
    ) -> int:
        """Keep a version."""
        return propose(self._house, taught, by, reason, seen)
