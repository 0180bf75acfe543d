"""What people decided, and the rule sets that were active."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table, text

from store.tables.columns import metadata, moment_column, number_column, source_key, text_column

NUMBER_FIELDS = text("field IN ('inn', 'ogrn', 'national_number')")
decision = Table(
    "decision",
    metadata,
    number_column("id", key=True),
    number_column("act"),
    text_column("kind"),
    text_column("verdict", null=True),
    text_column("entity"),
    text_column("field", null=True),
    text_column("value", null=True),
    text_column("author_kind"),
    text_column("author"),
    text_column("reason", null=True),
    text_column("batch", null=True),
    moment_column("created_at"),
    Column("score", Float, nullable=True),
    text_column("why", null=True),
    Index(None, "act"),
    Index("ix_decision_kind", "kind", "id"),
    Index(None, "batch"),
    # Only numbers are asked for by value; long texts would not fit into an index.
    Index(
        "ix_decision_number", "value", postgresql_where=NUMBER_FIELDS, sqlite_where=NUMBER_FIELDS
    ),
)
decision_record = Table(
    "decision_record",
    metadata,
    number_column("decision_id", key=True),
    text_column("side", key=True),
    number_column("place", key=True),
    *source_key(),
    number_column("evidence", null=True),
    Index("ix_decision_record_key", "connection", "stream", "key"),
)
withdrawal = Table(
    "withdrawal",
    metadata,
    number_column("decision_id", key=True),
    text_column("author"),
    text_column("reason", null=True),
    moment_column("created_at"),
)
rule_set = Table(
    "rule_set",
    metadata,
    number_column("id", key=True),
    text_column("version"),
    text_column("model", null=True),
    number_column("restores", null=True),
    text_column("author"),
    text_column("reason", null=True),
    moment_column("activated_at"),
    Index("ix_rule_set_version", "version"),
)
rule_link = Table(
    "rule_link",
    metadata,
    number_column("departure", key=True),
    text_column("rules"),
    text_column("entity", key=True),
    text_column("connection", key=True),
    text_column("stream", key=True),
    text_column("key", key=True),
    text_column("own_id", null=True),
    text_column("own_unit_id", null=True),
    text_column("own_id_after", null=True),
    text_column("own_unit_id_after", null=True),
    Index("ix_rule_link_rules", "rules", "departure"),
)
