"""Enquiries, assembled from messages, and what people decided of them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, text

from schemas.enquiries import Enquiry, enquiry_columns
from store.tables.columns import metadata, moment_column, number_column, text_column
from store.types import column_type

# Literal, so that planners know the index.
STANDING = text("state IN ('new', 'in_work')")
WAITING = text("deadline_at IS NOT NULL")
_NEEDED = {name for name, field in Enquiry.model_fields.items() if field.is_required()}

enquiry = Table(
    "enquiry",
    metadata,
    *(Column(n, column_type(t), nullable=n not in _NEEDED) for n, t in enquiry_columns().items()),
    number_column("hash"),
    number_column("version"),
    number_column("seq"),
    Index("uq_enquiry", "id", unique=True),
    Index("ix_enquiry_thread", "channel", "thread"),
    Index("ix_enquiry_began_at", "began_at", "id"),
    Index("ix_enquiry_owner", "owner", "began_at"),
    Index("ix_enquiry_topic", "topic", "began_at"),
    Index("ix_enquiry_phone", "sender_phone", "began_at"),
    Index("ix_enquiry_email", "sender_email", "began_at"),
    Index("ix_enquiry_inn", "inn", "began_at"),
    Index("ix_enquiry_company", "company_id", "began_at"),
    Index("ix_enquiry_contact", "contact_id", "began_at"),
    Index("ix_enquiry_same_as", "same_as"),
    Index(
        "ix_enquiry_standing", "began_at", "id", sqlite_where=STANDING, postgresql_where=STANDING
    ),
    Index(
        "ix_enquiry_deadline", "deadline_at", "id", sqlite_where=WAITING, postgresql_where=WAITING
    ),
    Index("ix_enquiry_seq", "seq"),
)
enquiry_act = Table(
    "enquiry_act",
    metadata,
    number_column("id", key=True),
    text_column("channel"),
    text_column("thread"),
    text_column("message_id"),
    text_column("field"),
    text_column("value", null=True),
    text_column("note", null=True),
    text_column("author"),
    moment_column("at"),
    Index("ix_enquiry_act_thread", "channel", "thread"),
)
chat_token = Table(
    "chat_token",
    metadata,
    text_column("digest", key=True),
    text_column("contact_id"),
    text_column("author"),
    moment_column("made_at"),
    moment_column("until"),
    text_column("used_by", null=True),
    moment_column("used_at", null=True),
    Index("ix_chat_token_used_by", "used_by"),
    Index("ix_chat_token_contact_id", "contact_id"),
)
acknowledgement = Table(
    "acknowledgement",
    metadata,
    text_column("mark", key=True),
    text_column("enquiry_id"),
    text_column("thread"),
    text_column("box"),
    text_column("address"),
    text_column("reply_to"),
    text_column("subject"),
    text_column("text"),
    text_column("state"),
    text_column("trouble", null=True),
    moment_column("made_at"),
    moment_column("ended_at", null=True),
    Index("ix_acknowledgement_thread", "thread"),
    Index("ix_acknowledgement_address", "address", "made_at"),
    Index("ix_acknowledgement_state", "state", "made_at"),
)
