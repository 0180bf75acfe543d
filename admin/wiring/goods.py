"""The buttons about goods wired to the flows of an opened house."""

from __future__ import annotations

from flows.catalogue import decide
from flows.house import House


class HouseCataloguing:
    """`admin.actions.goods.Cataloguing` over an opened house."""

    def __init__(self, house: House) -> None:
        self._house = house

    def join(self, good: str, other: str, by: str) -> bool:
        """Two goods are one."""
        return decide.join(self._house, good, other, by)

    def part(self, good: str, record: str, by: str) -> bool:
        """A record of the good is another good."""
        return decide.part(self._house, good, record, by)

    def withdraw(self, number: int, by: str) -> bool:
        """A decision is taken back."""
        return decide.withdraw(self._house, number, by)
