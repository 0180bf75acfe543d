"""The buttons about goods wired to the flows of an opened house."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from admin.background.jobs import Jobs
from flows import versions
from flows.catalogue import decide, dictionary
from flows.house import House
from mappings.nomenclature import Grammar
from mappings.nomenclature.taught import Dictionary
from store.versions import DICTIONARY

TRIED = "dictionary"
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
            found = dictionary.grammar_of(self._house, reader)
        self._known = now, found
        return found


class HouseCataloguing:
    """`admin.actions.goods.Cataloguing` over an opened house; `settled` has names read anew."""

    def __init__(self, house: House, jobs: Jobs, settled: Callable[[], object]) -> None:
        self._house, self._jobs, self._settled = house, jobs, settled

    def join(self, good: str, other: str, by: str) -> bool:
        """Two goods are one."""
        return decide.join(self._house, good, other, by)

    def part(self, good: str, record: str, by: str) -> bool:
        """A record of the good is another good."""
        return decide.part(self._house, good, record, by)

    def withdraw(self, number: int, by: str) -> bool:
        """A decision is taken back."""
        return decide.withdraw(self._house, number, by)

    def propose(self, taught: Dictionary, by: str, reason: str | None) -> int:
        """Keep a version."""
        return dictionary.propose(self._house, taught, by, reason)

    def try_out(self, version: int, by: str) -> int:
        """Read the names of the catalogue by it."""
        work = partial(dictionary.tried, self._house, version)
        return self._jobs.start(TRIED, str(version), by, work)

    def activate(self, version: int, by: str, four_eyes: bool) -> None:
        """Put it in force; all names are read by it in the background."""
        versions.activate(self._house, DICTIONARY, version, by, four_eyes=four_eyes)
        self._settled()

    def drop(self, version: int, by: str) -> None:
        """Put it aside."""
        versions.drop(self._house, DICTIONARY, version, by)

    def back(self, by: str, seen: int, reason: str | None) -> None:
        """Bring the words before back; all names are read by them in the background."""
        versions.back(self._house, DICTIONARY, by, seen, reason)
        self._settled()
