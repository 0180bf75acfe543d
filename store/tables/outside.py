"""What other systems hold on to: answers given, places in the feed, webhooks; and the journal of acts."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from store.tables.columns import metadata, moment_column, number_column, text_column
from store.types import Texts

request_answer = Table(
    "request_answer",
    metadata,
    text_column("caller", key=True),
    text_column("key", key=True),
    text_column("digest"),
    number_column("status", null=True),
    text_column("body", null=True),
    text_column("location", null=True),
    moment_column("asked_at"),
    Index("ix_request_answer_asked_at", "asked_at"),
)
consumer = Table(
    "consumer",
    metadata,
    text_column("name", key=True),
    number_column("position"),
    moment_column("created_at"),
    text_column("created_by"),
    moment_column("read_at", null=True),
    moment_column("acked_at", null=True),
)
webhook = Table(
    "webhook",
    metadata,
    number_column("id", key=True),
    text_column("name"),
    text_column("url"),
    text_column("secret"),
    Column("entities", Texts, nullable=True),
    text_column("state"),
    number_column("position"),
    number_column("upto", null=True),
    number_column("attempts"),
    moment_column("next_at", null=True),
    moment_column("tried_at", null=True),
    moment_column("delivered_at", null=True),
    number_column("delivered"),
    text_column("error", null=True),
    number_column("error_status", null=True),
    moment_column("created_at"),
    text_column("created_by"),
)
journal = Table(
    "journal",
    metadata,
    number_column("id", key=True),
    moment_column("at"),
    text_column("who"),
    text_column("act"),
    text_column("object_kind", null=True),
    text_column("object_id", null=True),
    text_column("before", null=True),
    text_column("after", null=True),
    text_column("reason", null=True),
    text_column("address", null=True),
    text_column("request", null=True),
    text_column("previous"),
    text_column("hash"),
    Index("ix_journal_who", "who", "id"),
    Index("ix_journal_act", "act", "id"),
    Index("ix_journal_object", "object_id", "id"),
)
