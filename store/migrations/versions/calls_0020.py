"""What switches note beside call records: events, and the stages and sessions they tell of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import flag, json, number, text

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LEG = (
    text("direction"), text("queue"), text("agent"), text("trunk"),
    number("queued_at"), number("ring_s"), number("hold_s"), number("after_s"),
)  # fmt: skip
CALL = (text("queue"), number("queued_s"), number("hold_s"), number("after_s"))
FOLLOWED = ("unique", "caller_device", "called_device")


def create_canonical_call_event() -> None:
    """Table canonical_call_event."""
    op.create_table(
        "canonical_call_event",
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
        text("event"),
        number("at"),
        text("queue"),
        text("agent"),
        text("device"),
        text("peer"),
        text("number"),
        text("dialled"),
        text("application"),
        text("reason"),
        number("waited_s"),
        number("talked_s"),
        number("rang_s"),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(
        op.f("ix_canonical_call_event_linked"), "canonical_call_event", ["connection", "linked"]
    )
    op.create_index(op.f("ix_canonical_call_event_seq"), "canonical_call_event", ["seq"])
    op.create_index(
        op.f("uq_canonical_call_event"),
        "canonical_call_event",
        ["connection", "stream", "key"],
        unique=True,
    )


def create_call_stage() -> None:
    """Table call_stage."""
    op.create_table(
        "call_stage",
        text("id", null=False),
        text("call", null=False),
        text("kind", null=False),
        text("queue"),
        text("employee"),
        flag("done", null=False),
        number("started_at", null=False),
        number("seconds", null=False),
        number("hash", null=False),
    )
    op.create_index(op.f("uq_call_stage"), "call_stage", ["id"], unique=True)
    op.create_index(op.f("ix_call_stage_call"), "call_stage", ["call", "started_at"])
    op.create_index(op.f("ix_call_stage_started_at"), "call_stage", ["started_at", "id"])


def create_agent_session() -> None:
    """Table agent_session."""
    op.create_table(
        "agent_session",
        text("id", null=False),
        text("connection", null=False),
        text("agent", null=False),
        text("kind", null=False),
        text("queue"),
        text("reason"),
        number("started_at", null=False),
        number("ended_at"),
        number("hash", null=False),
    )
    op.create_index(op.f("uq_agent_session"), "agent_session", ["id"], unique=True)
    op.create_index(op.f("ix_agent_session_started_at"), "agent_session", ["started_at", "id"])


def upgrade() -> None:
    """Create the tables and give legs and calls their new columns."""
    create_canonical_call_event()
    create_call_stage()
    create_agent_session()
    for table, columns in (("canonical_call_leg", LEG), ("call", CALL)):
        for column in columns:
            op.add_column(table, sa.Column(column.name, column.type))
    for name in FOLLOWED:
        op.create_index(
            op.f(f"ix_canonical_call_leg_{name}"), "canonical_call_leg", ["connection", name]
        )


def downgrade() -> None:
    """Take them away."""
    for name in FOLLOWED:
        op.drop_index(op.f(f"ix_canonical_call_leg_{name}"), "canonical_call_leg")
    for table, columns in (("canonical_call_leg", LEG), ("call", CALL)):
        for column in columns:
            op.drop_column(table, column.name)
    for table in ("agent_session", "call_stage", "canonical_call_event"):
        op.drop_table(table)
