"""People of our own firm and their groups, as records of a directory."""

from __future__ import annotations

from typing import Any

import polars as pl

from schemas.content import content_hash
from schemas.entities import columns, content_columns
from store import Writer, canonical

_BASE = {
    "connection": "ad", "stream": "users", "landing_id": 1, "landing_row": 0, "issues": [], "deleted": False,
    "mapping_version": "1", "status": "active", "phones": [], "emails": [], "members": [],
}  # fmt: skip


def save_staff(writer: Writer, entity: str, *rows: dict[str, Any]) -> None:
    """Records of employee, department or staff_group; what is not told is usual or empty."""
    kinds = columns(entity)
    frame = pl.DataFrame(
        [{n: {**_BASE, **row}.get(n) for n in kinds} for row in rows], schema=kinds
    )
    told = content_hash(frame.schema, content_columns(entity)).alias("hash")
    canonical.save(writer, entity, frame.with_columns(told))
