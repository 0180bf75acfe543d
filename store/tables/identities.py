"""Which record belongs to which company, the pairs that wait for a person, and the change feed."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table

from store.tables.columns import metadata, moment_column, number_column, source_key, text_column
from store.types import Texts

identity = Table(
    "identity",
    metadata,
    text_column("id"),
    text_column("entity"),
    text_column("state"),
    text_column("survivor_id", null=True),
    text_column("founder"),
    text_column("origin_id", null=True),
    number_column("born", null=True),
    number_column("seq"),
    Index("uq_identity", "id", unique=True),
    Index("ix_identity_survivor_id", "survivor_id"),
    Index("ix_identity_seq", "seq"),
)
link = Table(
    "link",
    metadata,
    text_column("entity"),
    *source_key(),
    text_column("golden_id"),
    text_column("unit_id", null=True),
    text_column("own_id", null=True),
    text_column("own_unit_id", null=True),
    text_column("rule"),
    Column("score", Float, nullable=True),
    text_column("reason", null=True),
    number_column("seq"),
    Index("uq_link", "entity", "connection", "stream", "key", unique=True),
    Index("ix_link_golden_id", "golden_id"),
    Index("ix_link_own_id", "own_id"),
    Index("ix_link_seq", "seq"),
)
_QUEUE = (
    "rank", "entity", "rule",
    "left_connection", "left_stream", "left_key", "right_connection", "right_stream", "right_key",
)  # fmt: skip
review_pair = Table(
    "review_pair",
    metadata,
    text_column("entity"),
    text_column("rule"),
    text_column("severity"),
    text_column("left_connection"),
    text_column("left_stream"),
    text_column("left_key"),
    text_column("right_connection"),
    text_column("right_stream"),
    text_column("right_key"),
    text_column("reason"),
    Column("score", Float, nullable=True),
    number_column("rank", null=True),
    text_column("state"),
    number_column("seq"),
    Index(
        "uq_review_pair",
        "entity",
        "rule",
        "left_connection",
        "left_stream",
        "left_key",
        "right_connection",
        "right_stream",
        "right_key",
        unique=True,
    ),
    Index("ix_review_pair_queue", "state", *_QUEUE),
    Index("ix_review_pair_reason", "state", "reason", *_QUEUE),
)
golden_change = Table(
    "golden_change",
    metadata,
    text_column("entity"),
    text_column("golden_id"),
    number_column("version"),
    text_column("field"),
    text_column("before", null=True),
    text_column("after", null=True),
    moment_column("at"),
    Index("ix_golden_change_golden_id", "golden_id", "version"),
)
change = Table(
    "change",
    metadata,
    number_column("pos", key=True),
    text_column("entity"),
    text_column("golden_id"),
    text_column("op"),
    number_column("version"),
    text_column("survivor_id", null=True),
    Column("new_ids", Texts, nullable=True),
    moment_column("at"),
    number_column("run_id", null=True),
    Index(None, "golden_id", "pos"),
    Index(None, "run_id"),
)
