"""Parts of the base for people and tokens, and whose client a company is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, text

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns and the table."""
    op.add_column("account", text("scope"))
    op.add_column("api_token", text("scope"))
    op.create_table(
        "party_owner",
        text("owner", null=False),
        text("party_id", null=False),
        text("author", null=False),
        number("created_at", null=False),
        sa.PrimaryKeyConstraint("owner", "party_id", name=op.f("pk_party_owner")),
    )
    op.create_index(op.f("ix_party_owner_party_id"), "party_owner", ["party_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("party_owner")
    op.drop_column("api_token", "scope")
    op.drop_column("account", "scope")
