"""Who passed a letter on: of messages and of enquiries."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import text

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the next refresh fills them."""
    for table in ("canonical_message", "enquiry"):
        op.add_column(table, text("forwarded_by"))


def downgrade() -> None:
    """Drop them."""
    for table in ("canonical_message", "enquiry"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("forwarded_by")
