"""The first question to the gate reads the rules it goes by, which takes a second: they are read beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from flows.gate import ask, near
from flows.house import House
from schemas.errors import KanonError
from store import canonical


def warm(house: House, fields: Mapping[str, str | None]) -> None:
    """Ask about `fields`, made up, and about a record that is there; nothing is written, nothing told.

    `fields` have the names of those that will be asked about: each set of names is read by itself.
    """
    with suppress(KanonError):
        ask(house, fields)
        with house.store.read() as reader:
            for known in canonical.some(reader, "party", 1).iter_rows(named=True):
                near(reader, known)
