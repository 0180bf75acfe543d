"""The connections of an opened house as the pages name them."""

from __future__ import annotations

from collections.abc import Mapping

from admin.settings import SourceCard
from config.connections import Connection
from dedup.trust import TrustOrder
from flows.house import House

# A field of each group whose sources are trusted alike.
_GROUPS: Mapping[str, str] = {"requisites": "inn", "name": "name"}


def source_cards(house: House) -> tuple[SourceCard, ...]:
    """Every connection with its schedule and how far it is trusted."""
    known = {group: places(house.trust, field) for group, field in _GROUPS.items()}
    return tuple(_card(connection, known) for connection in house.connections.values())


def places(trust: TrustOrder, field: str) -> dict[str, tuple[int, int]]:
    """Connection → its place for a field and the last place; connections trusted alike share one."""
    order = list(trust.by_field.get(field, ()))
    names = trust.by_connection
    present = [name for name in order if name in names.values()]
    strange = any(name not in order for name in names.values())
    last = len(present) + strange
    return {
        connection: (present.index(name) + 1 if name in present else last, last)
        for connection, name in names.items()
    }


def _card(connection: Connection, known: Mapping[str, Mapping[str, tuple[int, int]]]) -> SourceCard:
    name = connection.name
    trust = {group: placed[name] for group, placed in known.items() if name in placed}
    return SourceCard(
        name, name, connection.kind,
        schedule=connection.schedule, zone=connection.zone, trust=trust,
    )  # fmt: skip
