"""Missed calls that wait for a call back, one row per number: who, how often, how old."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import OPEN_CALL, call
from store.views.calls import with_companies
from store.views.paging import dicts

MOST = 200
_LOOKED_AT = 2_000


def waiting(reader: Reader, limit: int = MOST) -> list[dict[str, Any]]:
    """The newest of them, grouped by number, who waits longest first; with companies of the numbers."""
    newest = dicts(
        reader,
        sa.select(
            call.c.id, call.c.phone, call.c.number, call.c.did, call.c.queue, call.c.missed,
            call.c.started_at, call.c.ended_at, call.c.wait_s,
        )
        .where(OPEN_CALL)
        .order_by(call.c.started_at.desc(), call.c.id.desc())
        .limit(_LOOKED_AT),
    )  # fmt: skip
    found: dict[str, dict[str, Any]] = {}
    for row in newest:
        key = row["phone"] or row["number"] or row["id"]
        one = found.setdefault(key, {**row, "times": 0, "first_at": row["started_at"]})
        one["times"] += 1
        one["first_at"] = row["started_at"]
    rows = sorted(found.values(), key=lambda row: (row["first_at"], row["id"]))[-limit:]
    return with_companies(reader, rows)
