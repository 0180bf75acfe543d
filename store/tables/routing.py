"""Tables by which enquiries are sent to people: their versions, which was in force when, and what they sent."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from store.tables.columns import metadata, moment_column, number_column, text_column
from store.types import Texts

routing_version = Table(
    "routing_version",
    metadata,
    number_column("id", key=True),
    text_column("lines"),
    text_column("author"),
    text_column("reason", null=True),
    text_column("state"),
    moment_column("created_at"),
    text_column("settled_by", null=True),
    moment_column("settled_at", null=True),
    Index("ix_routing_version_state", "state", "id"),
)
routing_active = Table(
    "routing_active",
    metadata,
    number_column("id", key=True),
    number_column("version"),
    number_column("restores", null=True),
    text_column("author"),
    text_column("reason", null=True),
    moment_column("activated_at"),
)
enquiry_route = Table(
    "enquiry_route",
    metadata,
    number_column("id", key=True),
    text_column("channel"),
    text_column("thread"),
    text_column("message_id"),
    number_column("version"),
    number_column("line"),
    text_column("owner", null=True),
    text_column("unit", null=True),
    Column("why", Texts, nullable=False),
    moment_column("at"),
    Index("ix_enquiry_route_thread", "channel", "thread"),
)
