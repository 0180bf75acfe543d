"""When people of our own firm are away."""

from __future__ import annotations

from sqlalchemy import Index, Table

from store.tables.columns import metadata, moment_column, number_column, text_column

absence = Table(
    "absence",
    metadata,
    number_column("id", key=True),
    text_column("login"),
    text_column("kind"),
    text_column("since"),
    text_column("until"),
    moment_column("begins_at"),
    moment_column("ends_at"),
    text_column("deputy", null=True),
    text_column("note", null=True),
    text_column("author"),
    moment_column("made_at"),
    text_column("withdrawn_by", null=True),
    moment_column("withdrawn_at", null=True),
    Index("ix_absence_login", "login"),
    Index("ix_absence_ends_at", "ends_at"),
)
