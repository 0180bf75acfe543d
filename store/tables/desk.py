"""What people keep at hand: how pages look to them, lists they saved, work they sent into the background, drafts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table

from store.tables.columns import metadata, moment_column, number_column, text_column

account_view = Table(
    "account_view",
    metadata,
    number_column("account_id", key=True),
    text_column("preferences"),
    moment_column("updated_at"),
)
saved_list = Table(
    "saved_list",
    metadata,
    number_column("id", key=True),
    text_column("path"),
    text_column("name"),
    text_column("query"),
    text_column("owner"),
    Column("shared", Boolean, nullable=False),
    moment_column("created_at"),
    Index("uq_saved_list", "path", "owner", "name", unique=True),
)
job = Table(
    "job",
    metadata,
    number_column("id", key=True),
    text_column("kind"),
    text_column("about", null=True),
    text_column("author"),
    text_column("state"),
    text_column("result", null=True),
    text_column("error_ru", null=True),
    text_column("error_en", null=True),
    moment_column("created_at"),
    moment_column("alive_at"),
    moment_column("finished_at", null=True),
    Index(None, "kind", "about", "id"),
)
rule_draft = Table(
    "rule_draft",
    metadata,
    number_column("id", key=True),
    text_column("version"),
    text_column("model"),
    text_column("author"),
    text_column("reason", null=True),
    text_column("state"),
    moment_column("created_at"),
    text_column("settled_by", null=True),
    moment_column("settled_at", null=True),
    Index("ix_rule_draft_state", "state", "id"),
    Index("uq_rule_draft_version", "version", unique=True),
)
