"""What people write down of their calls in documents of other systems."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import text

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None
NOTED = ("noted_by", "subject", "comment", "person", "party_key")


def upgrade() -> None:
    """Give legs what a document says of its call; they are empty until documents are read."""
    for name in NOTED:
        op.add_column("canonical_call_leg", text(name))


def downgrade() -> None:
    """Take it away."""
    for name in NOTED:
        op.drop_column("canonical_call_leg", name)
