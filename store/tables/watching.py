"""What people do about refused records and troubled sources, and what they were told."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table, text

from store.tables.columns import metadata, moment_column, number_column, source_key, text_column

correction = Table(
    "correction",
    metadata,
    number_column("id", key=True),
    *source_key(),
    text_column("field"),
    text_column("was", null=True),
    text_column("value", null=True),
    text_column("author"),
    text_column("reason", null=True),
    text_column("batch"),
    Column("pending", Boolean, nullable=False),
    moment_column("created_at"),
    moment_column("ended_at", null=True),
    text_column("ending", null=True),
    text_column("ended_by", null=True),
    Index(
        "uq_correction_standing",
        "connection",
        "stream",
        "key",
        "field",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_correction_batch", "batch", "id"),
    Index("ix_correction_pending", "pending", "connection"),
)
source_pause = Table(
    "source_pause",
    metadata,
    text_column("connection", key=True),
    text_column("reason"),
    text_column("author"),
    moment_column("created_at"),
)
source_probe = Table(
    "source_probe",
    metadata,
    text_column("connection", key=True),
    number_column("place", key=True),
    text_column("name"),
    Column("ok", Boolean, nullable=False),
    text_column("message_ru"),
    text_column("message_en"),
    moment_column("tried_at"),
)
alert = Table(
    "alert",
    metadata,
    text_column("rule", key=True),
    text_column("subject", key=True),
    text_column("message_ru"),
    text_column("message_en"),
    moment_column("first_at"),
    moment_column("last_at"),
    moment_column("told_at", null=True),
    moment_column("recovered_at", null=True),
)
