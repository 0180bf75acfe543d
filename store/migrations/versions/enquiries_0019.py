"""Enquiries assembled from messages, what people decided of them, and one-time links to chats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import json, number, text

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

STANDING = sa.text("state IN ('new', 'in_work')")
_BY_TIME = {
    "owner": "owner", "topic": "topic", "phone": "sender_phone", "email": "sender_email", "inn": "inn",
    "company": "company_id", "contact": "contact_id",
}  # fmt: skip


def create_enquiry() -> None:
    """Table enquiry."""
    op.create_table(
        "enquiry",
        text("id", null=False),
        text("channel", null=False),
        text("thread", null=False),
        json("threads"),
        text("message_id", null=False),
        text("box"),
        text("state", null=False),
        number("began_at", null=False),
        number("last_at", null=False),
        *(number(name) for name in ("answered_at", "waits_since", "deadline_at")),
        number("messages", null=False),
        number("files", null=False),
        *(text(name) for name in ("subject", "opening")),
        *(text(f"sender_{name}") for name in ("name", "email", "phone", "chat")),
        *(text(name) for name in ("company", "inn", "company_id", "contact_id")),
        json("orders"),
        *(text(name) for name in ("topic", "topic_text", "topic_by")),
        json("topic_why"),
        *(text(name) for name in ("unit", "owner", "transferred_to", "route")),
        json("route_why"),
        text("source"),
        json("tags"),
        text("page"),
        text("same_as"),
        json("same_why"),
        number("hash", null=False),
        number("version", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("uq_enquiry"), "enquiry", ["id"], unique=True)
    op.create_index(op.f("ix_enquiry_thread"), "enquiry", ["channel", "thread"])
    op.create_index(op.f("ix_enquiry_began_at"), "enquiry", ["began_at", "id"])
    for name, column in _BY_TIME.items():
        op.create_index(op.f(f"ix_enquiry_{name}"), "enquiry", [column, "began_at"])
    op.create_index(op.f("ix_enquiry_same_as"), "enquiry", ["same_as"])
    op.create_index(
        op.f("ix_enquiry_standing"), "enquiry", ["began_at", "id"],
        sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip
    op.create_index(op.f("ix_enquiry_seq"), "enquiry", ["seq"])


def create_acts() -> None:
    """Table enquiry_act."""
    op.create_table(
        "enquiry_act",
        number("id", null=False),
        *(text(n, null=False) for n in ("channel", "thread", "message_id", "field")),
        text("value"),
        text("note"),
        text("author", null=False),
        number("at", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_act")),
    )
    op.create_index(op.f("ix_enquiry_act_thread"), "enquiry_act", ["channel", "thread"])


def create_tokens() -> None:
    """Table chat_token."""
    op.create_table(
        "chat_token",
        *(text(name, null=False) for name in ("digest", "contact_id", "author")),
        number("made_at", null=False),
        number("until", null=False),
        text("used_by"),
        number("used_at"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_chat_token")),
    )
    op.create_index(op.f("ix_chat_token_used_by"), "chat_token", ["used_by"])
    op.create_index(op.f("ix_chat_token_contact_id"), "chat_token", ["contact_id"])


def upgrade() -> None:
    """Create the three tables."""
    create_enquiry()
    create_acts()
    create_tokens()


def downgrade() -> None:
    """Drop them; what people decided of enquiries is lost."""
    for table in ("chat_token", "enquiry_act", "enquiry"):
        op.drop_table(table)
