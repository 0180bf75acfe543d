"""Calls that several sources tell, and working time told as sums of intervals."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text as sql

from store.migrations.columns import number, text

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
LENGTHS = ("on_duty_s", "paused_s")
TWICE = sql("same_as IS NOT NULL")


def upgrade() -> None:
    """Give events the lengths, and calls the other telling of the same call, which the next refresh fills."""
    for name in LENGTHS:
        op.add_column("canonical_call_event", number(name))
    op.add_column("call", text("same_as"))
    op.create_index(
        op.f("ix_call_same_as"),
        "call",
        ["started_at", "same_as"],
        sqlite_where=TWICE,
        postgresql_where=TWICE,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_call_same_as"), "call")
    op.drop_column("call", "same_as")
    for name in LENGTHS:
        op.drop_column("canonical_call_event", name)
