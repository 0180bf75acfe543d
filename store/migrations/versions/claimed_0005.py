"""Canonical parties keep an INN whose checksum fails, as evidence for matching."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    by_code_point = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("canonical_party", sa.Column("claimed_inn", by_code_point, nullable=True))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("canonical_party", "claimed_inn")
