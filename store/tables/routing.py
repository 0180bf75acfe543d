"""To whom the tables of routing sent enquiries, and why."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from store.tables.columns import metadata, moment_column, number_column, text_column
from store.types import Texts

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
