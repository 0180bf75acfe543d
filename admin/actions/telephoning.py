"""What pages and API may ask of the switch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from admin.actions.mending import unwired


class Telephoning(Protocol):
    """Calls dialled for people."""

    def dial(self, number: str, whose: str, by: str, key: str, /) -> str:
        """Rings the phone of `whose` login, then the number; the request's id. ConfigError says why it cannot be.

        The same asker (`by`) and key are the same request; Conflict if it was for another number.
        """

    def request(self, request: str, /) -> Mapping[str, Any] | None:
        """A request as it stands now, with the `call` that came of it."""


class NoTelephoning:
    """A site that only reads."""

    def dial(self, _number: str, _whose: str, _by: str, _key: str, /) -> str:
        raise unwired()

    def request(self, _request: str, /) -> Mapping[str, Any] | None:
        return None
