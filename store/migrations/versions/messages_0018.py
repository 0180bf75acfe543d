"""Messages of every channel as their sources tell them."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import flag, json, number, text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLE = "canonical_message"


def upgrade() -> None:
    """Create table canonical_message."""
    op.create_table(
        _TABLE,
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
        *(text(name) for name in ("channel", "direction", "nature", "box", "thread", "message_id")),
        text("reply_to"),
        json("references"),
        text("album"),
        number("sent_at"),
        *(text(f"sender_{name}") for name in ("name", "email", "phone", "chat")),
        json("recipients"),
        *(text(name) for name in ("subject", "body", "quoted", "signature")),
        json("attachments"),
        *(text(name) for name in ("language", "company", "inn", "topic", "order_number", "page")),
        json("tags"),
        text("token"),
        text("moved_to"),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f(f"ix_{_TABLE}_thread"), _TABLE, ["channel", "thread"])
    op.create_index(op.f(f"ix_{_TABLE}_message_id"), _TABLE, ["message_id"])
    op.create_index(op.f(f"ix_{_TABLE}_moved_to"), _TABLE, ["moved_to"])
    op.create_index(op.f(f"ix_{_TABLE}_seq"), _TABLE, ["seq"])
    op.create_index(op.f(f"uq_{_TABLE}"), _TABLE, ["connection", "stream", "key"], unique=True)


def downgrade() -> None:
    """Drop it."""
    op.drop_table(_TABLE)
