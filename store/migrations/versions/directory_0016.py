"""When the directory last confirmed an account that is its own."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import number

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment; accounts of the hub have none."""
    op.add_column("account", number("confirmed_at"))


def downgrade() -> None:
    """Drop it; accounts of the directory stay, without a password."""
    op.drop_column("account", "confirmed_at")
