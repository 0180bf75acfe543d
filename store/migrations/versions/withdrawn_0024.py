"""Landed batches that a migration taken back as a whole brought: they stay, and count no more."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import number

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("landing_batch", number("withdrawn"))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("landing_batch", "withdrawn")
