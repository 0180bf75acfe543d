"""Call legs as switches wrote them, and the calls assembled from them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text as sql

from store.migrations.columns import flag, json, number, text

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OPEN = sql("missed IS NOT NULL AND missed <> 'short' AND closed_by IS NULL")


def create_canonical_call_leg() -> None:
    """Table canonical_call_leg."""
    op.create_table(
        "canonical_call_leg",
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        number("changed_at"),
        flag("deleted", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        text("mapping_version", null=False),
        json("issues"),
        text("linked"),
        text("unique"),
        text("caller"),
        text("called"),
        text("caller_name"),
        text("caller_phone"),
        text("called_phone"),
        text("caller_device"),
        text("called_device"),
        text("context"),
        text("application"),
        text("application_data"),
        text("outcome"),
        number("started_at"),
        number("answered_at"),
        number("ended_at"),
        text("account"),
        text("recording"),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(
        op.f("ix_canonical_call_leg_linked"), "canonical_call_leg", ["connection", "linked"]
    )
    op.create_index(op.f("ix_canonical_call_leg_seq"), "canonical_call_leg", ["seq"])
    op.create_index(
        op.f("uq_canonical_call_leg"),
        "canonical_call_leg",
        ["connection", "stream", "key"],
        unique=True,
    )


def create_call() -> None:
    """Table call."""
    op.create_table(
        "call",
        text("id", null=False),
        text("connection", null=False),
        text("linked", null=False),
        text("direction", null=False),
        text("number"),
        text("phone"),
        text("did"),
        text("employee"),
        text("operator"),
        flag("answered", null=False),
        text("missed"),
        number("started_at", null=False),
        number("answered_at"),
        number("ended_at", null=False),
        number("wait_s", null=False),
        number("talk_s", null=False),
        number("legs", null=False),
        text("recording"),
        text("closed_by"),
        number("closed_after_s"),
        number("hash", null=False),
        number("version", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("ix_call_employee"), "call", ["employee", "started_at"])
    op.create_index(op.f("ix_call_linked"), "call", ["connection", "linked"])
    op.create_index(
        op.f("ix_call_open"), "call", ["started_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(op.f("ix_call_number"), "call", ["number", "started_at"])
    op.create_index(op.f("ix_call_phone"), "call", ["phone", "started_at"])
    op.create_index(op.f("ix_call_seq"), "call", ["seq"])
    op.create_index(op.f("ix_call_started_at"), "call", ["started_at", "id"])
    op.create_index(op.f("uq_call"), "call", ["id"], unique=True)


def upgrade() -> None:
    """Create both tables."""
    create_canonical_call_leg()
    create_call()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("call")
    op.drop_table("canonical_call_leg")
