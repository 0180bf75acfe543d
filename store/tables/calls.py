"""Calls, assembled from the legs that switches wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from pydantic import BaseModel
from sqlalchemy import Column, Index, Table, text

from schemas.calls import (
    AgentSession,
    Call,
    CallStage,
    call_columns,
    session_columns,
    stage_columns,
)
from store.tables.columns import metadata, moment_column, number_column, text_column
from store.types import column_type

# Missed, not a slip of dialling, and nobody called back: literal, so that planners know the index.
OPEN = text("missed IS NOT NULL AND missed <> 'short' AND closed_by IS NULL")

# Told by a better source too; few or none, so the index is of these alone.
TOLD_TWICE = text("same_as IS NOT NULL")


def _own(model: type[BaseModel], columns: Mapping[str, pl.DataType]) -> list[Column[Any]]:
    needed = {name for name, field in model.model_fields.items() if field.is_required()}
    return [Column(n, column_type(t), nullable=n not in needed) for n, t in columns.items()]


call = Table(
    "call",
    metadata,
    *_own(Call, call_columns()),
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
    Index("ix_call_request_of", "request"),
    Index(
        "ix_call_same_as",
        "started_at",
        "same_as",
        sqlite_where=TOLD_TWICE,
        postgresql_where=TOLD_TWICE,
    ),
)

call_stage = Table(
    "call_stage",
    metadata,
    *_own(CallStage, stage_columns()),
    number_column("hash"),
    Index("uq_call_stage", "id", unique=True),
    Index("ix_call_stage_call", "call", "started_at"),
    Index("ix_call_stage_started_at", "started_at", "id"),
)

# What somebody asked the hub to dial; who asks twice under one key is told of the first.
call_request = Table(
    "call_request",
    metadata,
    text_column("id", key=True),
    *(text_column(n) for n in ("author", "key", "connection", "extension", "phone", "state")),
    text_column("reason", null=True),
    *(moment_column(n) for n in ("asked_at", "changed_at")),
    Index("uq_call_request", "author", "key", unique=True),
)

# Calls somebody took whose number no company bore then; that it was so stays, whoever bears it later.
unknown_caller = Table(
    "unknown_caller", metadata, text_column("call_id", key=True), moment_column("seen_at")
)

# Who had an extension since when (nothing: since ever) and until when (nothing: he has it).
extension_term = Table(
    "extension_term",
    metadata,
    *(text_column(name) for name in ("connection", "key", "extension")),
    text_column("name", null=True),
    *(moment_column(name, null=True) for name in ("since", "until")),
    Index("ix_extension_term_extension", "extension"),
    Index("ix_extension_term_key", "connection", "key"),
)

agent_session = Table(
    "agent_session",
    metadata,
    *_own(AgentSession, session_columns()),
    number_column("hash"),
    Index("uq_agent_session", "id", unique=True),
    Index("ix_agent_session_started_at", "started_at", "id"),
)
