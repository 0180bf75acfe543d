"""A judgement keeps what the machine thought of the pair: answers then tell how sure a score may be."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import real, text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KIND = "ix_decision_kind"


def upgrade() -> None:
    """Add score and why to decisions, and find the few of a kind."""
    op.add_column("decision", real("score"))
    op.add_column("decision", text("why"))
    op.create_index(op.f(_KIND), "decision", ["kind", "id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f(_KIND), "decision")
    op.drop_column("decision", "why")
    op.drop_column("decision", "score")
