"""The buttons about calls wired to the flows of an opened house."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.calls.dialling import Wish, dial, watched
from flows.house import House


class HouseTelephoning:
    """`admin.actions.telephoning.Telephoning` over an opened house."""

    def __init__(self, house: House) -> None:
        self._house = house

    def dial(self, number: str, whose: str, by: str, key: str) -> str:
        """Ask the switch to connect a person with a number."""
        return dial(self._house, Wish(number, whose, by, key))

    def request(self, request: str) -> Mapping[str, Any] | None:
        """What has become of a request."""
        return watched(self._house, request)
