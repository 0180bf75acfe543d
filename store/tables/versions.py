"""Pairs of tables of what people change by proposal: its versions, and which was in force when."""

from __future__ import annotations

from sqlalchemy import Index, Table

from store.tables.columns import metadata, moment_column, number_column, text_column


def version_tables(kind: str) -> tuple[Table, Table]:
    """The tables KIND_version and KIND_active."""
    version = Table(
        f"{kind}_version",
        metadata,
        number_column("id", key=True),
        text_column("lines"),
        text_column("author"),
        text_column("reason", null=True),
        text_column("state"),
        moment_column("created_at"),
        text_column("settled_by", null=True),
        moment_column("settled_at", null=True),
        Index(f"ix_{kind}_version_state", "state", "id"),
    )
    active = Table(
        f"{kind}_active",
        metadata,
        number_column("id", key=True),
        number_column("version"),
        number_column("restores", null=True),
        text_column("author"),
        text_column("reason", null=True),
        moment_column("activated_at"),
    )
    return version, active


routing_version, routing_active = version_tables("routing")
dictionary_version, dictionary_active = version_tables("dictionary")
