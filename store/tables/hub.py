"""What runs, what was read how far, what landed and what waits in quarantine."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table, text

from store.tables.columns import metadata, moment_column, number_column, source_key, text_column

run = Table(
    "run",
    metadata,
    number_column("id", key=True),
    text_column("flow"),
    text_column("connection", null=True),
    text_column("stream", null=True),
    text_column("state"),
    moment_column("started_at"),
    moment_column("heartbeat_at"),
    moment_column("finished_at", null=True),
    text_column("parameters", null=True),
    text_column("error_kind", null=True),
    text_column("error_ru", null=True),
    text_column("error_en", null=True),
    text_column("detail", null=True),
    Index(None, "connection", "id"),
    Index(None, "state", "id"),
)
run_count = Table(
    "run_count",
    metadata,
    number_column("run_id", key=True),
    text_column("stage", key=True),
    text_column("connection", key=True),
    text_column("stream", key=True),
    text_column("name", key=True),
    number_column("value"),
    Index(None, "connection", "stream", "run_id"),
)
checkpoint = Table(
    "checkpoint",
    metadata,
    text_column("stage", key=True),
    text_column("connection", key=True),
    text_column("stream", key=True),
    text_column("name", key=True),
    text_column("cursor"),
    number_column("run_id", null=True),
    moment_column("updated_at"),
)
lease = Table(
    "lease",
    metadata,
    text_column("name", key=True),
    text_column("owner"),
    moment_column("acquired_at"),
    moment_column("expires_at"),
)
counter = Table("counter", metadata, text_column("name", key=True), number_column("value"))
stream_state = Table(
    "stream_state",
    metadata,
    text_column("connection", key=True),
    text_column("stream", key=True),
    number_column("last_run", null=True),
    number_column("last_rows", null=True),
    moment_column("last_at", null=True),
    number_column("lag", null=True),
)
stream_column = Table(
    "stream_column",
    metadata,
    text_column("connection", key=True),
    text_column("stream", key=True),
    text_column("column", key=True),
    text_column("dtype"),
    number_column("first_run", null=True),
    moment_column("first_seen"),
    moment_column("last_seen"),
)
landing_batch = Table(
    "landing_batch",
    metadata,
    number_column("id", key=True),
    text_column("connection"),
    text_column("stream"),
    text_column("path"),
    number_column("rows"),
    number_column("bytes"),
    text_column("sha256"),
    number_column("run_id", null=True),
    moment_column("created_at"),
    number_column("withdrawn", null=True),
    Index(None, "connection", "stream", "id"),
)
source_record = Table(
    "source_record",
    metadata,
    *source_key(),
    number_column("hash"),
    number_column("landing_id"),
    number_column("landing_row"),
    Column("deleted", Boolean, nullable=False),
    moment_column("first_seen"),
    moment_column("last_seen"),
    Index("uq_source_record", "connection", "stream", "key", unique=True),
)
quarantine = Table(
    "quarantine",
    metadata,
    number_column("id", key=True),
    text_column("stage"),
    *source_key(),
    text_column("reason"),
    text_column("field", null=True),
    text_column("value", null=True),
    text_column("message_ru"),
    text_column("message_en"),
    number_column("landing_id", null=True),
    number_column("landing_row", null=True),
    text_column("mapping_version", null=True),
    text_column("payload", null=True),
    number_column("attempts"),
    text_column("state"),
    moment_column("first_seen"),
    moment_column("last_seen"),
    number_column("run_id", null=True),
    moment_column("put_off_until", null=True),
    text_column("put_off_by", null=True),
    text_column("put_off_why", null=True),
    Index(
        "uq_quarantine_open",
        "stage",
        "connection",
        "stream",
        "key",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_quarantine_group", "state", "reason", "connection", "stream", "id"),
    Index("ix_quarantine_state", "state", "id"),
    Index(None, "run_id"),
)
