"""Calls, assembled from the legs that switches wrote."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, text

from schemas.calls import Call, call_columns
from store.tables.columns import metadata, number_column
from store.types import column_type

# Missed, not a slip of dialling, and nobody called back: literal, so that planners know the index.
OPEN = text("missed IS NOT NULL AND missed <> 'short' AND closed_by IS NULL")
_NEEDED = {name for name, field in Call.model_fields.items() if field.is_required()}

call = Table(
    "call",
    metadata,
    *(Column(n, column_type(t), nullable=n not in _NEEDED) for n, t in call_columns().items()),
    number_column("hash"),
    number_column("version"),
    number_column("seq"),
    Index("uq_call", "id", unique=True),
    Index("ix_call_linked", "connection", "linked"),
    Index("ix_call_started_at", "started_at", "id"),
    Index("ix_call_phone", "phone", "started_at"),
    Index("ix_call_number", "number", "started_at"),
    Index("ix_call_employee", "employee", "started_at"),
    Index("ix_call_open", "started_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    Index("ix_call_seq", "seq"),
)
