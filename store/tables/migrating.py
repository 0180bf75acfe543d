"""Migrations of legacy bases: their plans, how far each table is, and who signed for it."""

from __future__ import annotations

from sqlalchemy import Index, Table

from store.tables.columns import metadata, moment_column, number_column, text_column

migration = Table(
    "migration",
    metadata,
    number_column("id", key=True),
    text_column("name"),
    text_column("connection"),
    text_column("plan"),
    text_column("state"),
    text_column("author"),
    moment_column("started_at"),
    moment_column("finished_at", null=True),
    number_column("run_id", null=True),
    text_column("error_ru", null=True),
    text_column("error_en", null=True),
    text_column("act", null=True),
    number_column("threads", null=True),
    Index(None, "name", "id"),
)
migration_part = Table(
    "migration_part",
    metadata,
    number_column("migration_id", key=True),
    text_column("stream", key=True),
    number_column("layer"),
    text_column("state"),
    number_column("rows", null=True),
    text_column("read_before", null=True),
    text_column("mapped_before", null=True),
    number_column("landed_before"),
    moment_column("started_at", null=True),
    moment_column("finished_at", null=True),
)
migration_signature = Table(
    "migration_signature",
    metadata,
    number_column("migration_id", key=True),
    text_column("place", key=True),
    text_column("author"),
    text_column("digest"),
    moment_column("created_at"),
)
