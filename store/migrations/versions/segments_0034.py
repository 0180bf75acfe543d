"""Segment and planned volume of counterparties, and the volume that messages and enquiries tell."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import text

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None
_ADDED = (
    ("canonical_party", ("segment", "planned_volume")),
    ("golden_legal_entity", ("segment", "planned_volume")),
    ("canonical_message", ("planned_volume",)),
    ("enquiry", ("planned_volume",)),
)


def upgrade() -> None:
    """Add the columns; all are empty until the next refresh."""
    for table, names in _ADDED:
        for name in names:
            op.add_column(table, text(name))


def downgrade() -> None:
    """Drop them."""
    for table, names in _ADDED:
        for name in names:
            op.drop_column(table, name)
