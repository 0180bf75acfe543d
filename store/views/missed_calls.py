"""Missed calls that wait for a call back, one row per number: who, how often, how old, whose task."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from store.by_ref import listed
from store.engine import Reader
from store.tables import OPEN_CALL, STANDING_ENQUIRY, call, enquiry
from store.views.calls import COUNTS, with_companies
from store.views.paging import dicts

MOST = 200
_LOOKED_AT = 2_000
_E = enquiry.c


def waiting(reader: Reader, limit: int = MOST) -> list[dict[str, Any]]:
    """The newest of them, grouped by number, who waits longest first; with companies of the numbers.

    `enquiry_id` is the standing enquiry of the number, `whose` who works on it: a person or a unit.
    """
    newest = dicts(
        reader,
        sa.select(
            call.c.id, call.c.phone, call.c.number, call.c.did, call.c.queue, call.c.missed,
            call.c.started_at, call.c.ended_at, call.c.wait_s,
        )
        .where(OPEN_CALL, COUNTS)
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
    return _with_tasks(reader, with_companies(reader, rows))


def _with_tasks(reader: Reader, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each with the newest standing enquiry of its number."""
    phones = sorted({row["phone"] for row in rows if row["phone"]})
    found: dict[str, dict[str, Any]] = {}
    if phones:
        asked = listed(reader, phones)
        query = (
            sa.select(_E.sender_phone, _E.id, _E.owner, _E.unit)
            .select_from(asked.join(enquiry, _E.sender_phone == asked.c.value))
            .where(STANDING_ENQUIRY)
            .order_by(_E.began_at, _E.id)
        )
        found = {one["sender_phone"]: one for one in dicts(reader, query)}
    for row in rows:
        own = found.get(row["phone"] or "", {})
        row |= {"enquiry_id": own.get("id"), "whose": own.get("owner") or own.get("unit")}
    return rows
