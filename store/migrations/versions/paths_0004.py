"""Indexes for what pages ask: rows and changes of a run, pairs that wait for a person."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_QUEUE = [
    "state",
    "rule",
    "entity",
    "left_connection",
    "left_stream",
    "left_key",
    "right_connection",
    "right_stream",
    "right_key",
]


def upgrade() -> None:
    """Create the indexes."""
    op.create_index(op.f("ix_quarantine_run_id"), "quarantine", ["run_id"])
    op.create_index(op.f("ix_change_run_id"), "change", ["run_id"])
    op.drop_index(op.f("ix_review_pair_state"), "review_pair")
    op.create_index(op.f("ix_review_pair_queue"), "review_pair", _QUEUE)


def downgrade() -> None:
    """Bring back the indexes of before."""
    op.drop_index(op.f("ix_review_pair_queue"), "review_pair")
    op.create_index(op.f("ix_review_pair_state"), "review_pair", ["entity", "state", "severity"])
    op.drop_index(op.f("ix_change_run_id"), "change")
    op.drop_index(op.f("ix_quarantine_run_id"), "quarantine")
