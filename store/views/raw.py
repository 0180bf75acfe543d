"""Verbatim payloads for the card of a record: read from landing, absent once landing is pruned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.errors import KanonError
from schemas.records import ENVELOPE
from store import landing
from store.engine import Reader, Store


def payloads(
    store: Store | Reader, reader: Reader, records: Sequence[Mapping[str, Any]], cap: int = 20
) -> list[Mapping[str, Any] | None]:
    """The payload of each record, None beyond the first `cap` or if its landing file is gone."""
    return [
        _payload(store, reader, record) if place < cap else None
        for place, record in enumerate(records)
    ]


def _payload(
    store: Store | Reader, reader: Reader, record: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    try:
        found = landing.payload(store, reader, record["landing_id"], record["landing_row"])
    except (KanonError, FileNotFoundError):
        return None
    return found and {name: value for name, value in found.items() if name not in ENVELOPE}
