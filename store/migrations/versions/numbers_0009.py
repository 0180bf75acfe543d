"""Who holds a national number, and who was given a number by a person, is asked before every creation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NATIONAL = "ix_golden_legal_entity_national_number"


def upgrade() -> None:
    """Index both."""
    op.create_index(op.f(_NATIONAL), "golden_legal_entity", ["national_number", "id"])
    numbers = sa.text("field IN ('inn', 'ogrn', 'national_number')")
    op.create_index(
        op.f("ix_decision_number"),
        "decision",
        ["value"],
        postgresql_where=numbers,
        sqlite_where=numbers,
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_index(op.f("ix_decision_number"), "decision")
    op.drop_index(op.f(_NATIONAL), "golden_legal_entity")
