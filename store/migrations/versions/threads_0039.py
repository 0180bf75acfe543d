"""How many tables of a migration are read at once, where somebody said so."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import number

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give migrations the number; those without go by their connection."""
    op.add_column("migration", number("threads"))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("migration", "threads")
