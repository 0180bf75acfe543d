"""What other systems hold on to, answers, places in the feed and webhooks, and the journal of acts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import json, number, text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the four tables."""
    op.create_table(
        "request_answer",
        text("caller", null=False),
        text("key", null=False),
        text("digest", null=False),
        number("status"),
        text("body"),
        text("location"),
        number("asked_at", null=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_request_answer")),
    )
    op.create_index(op.f("ix_request_answer_asked_at"), "request_answer", ["asked_at"])
    op.create_table(
        "consumer",
        text("name", null=False),
        number("position", null=False),
        number("created_at", null=False),
        text("created_by", null=False),
        number("read_at"),
        number("acked_at"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_consumer")),
    )
    _webhook()
    _journal()


def _webhook() -> None:
    op.create_table(
        "webhook",
        number("id", null=False),
        text("name", null=False),
        text("url", null=False),
        text("secret", null=False),
        json("entities"),
        text("state", null=False),
        number("position", null=False),
        number("upto"),
        number("attempts", null=False),
        number("next_at"),
        number("tried_at"),
        number("delivered_at"),
        number("delivered", null=False),
        text("error"),
        number("error_status"),
        number("created_at", null=False),
        text("created_by", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        number("id", null=False),
        number("at", null=False),
        text("who", null=False),
        text("act", null=False),
        text("object_kind"),
        text("object_id"),
        text("before"),
        text("after"),
        text("reason"),
        text("address"),
        text("request"),
        text("previous", null=False),
        text("hash", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_who"), "journal", ["who", "id"])
    op.create_index(op.f("ix_journal_act"), "journal", ["act", "id"])
    op.create_index(op.f("ix_journal_object"), "journal", ["object_id", "id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("journal", "webhook", "consumer", "request_answer"):
        op.drop_table(table)
