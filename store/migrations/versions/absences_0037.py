"""When people of our own firm are away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, text

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "absence",
        number("id", null=False),
        *(text(name, null=False) for name in ("login", "kind", "since", "until")),
        *(number(name, null=False) for name in ("begins_at", "ends_at")),
        text("deputy"),
        text("note"),
        text("author", null=False),
        number("made_at", null=False),
        text("withdrawn_by"),
        number("withdrawn_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    for name in ("login", "ends_at"):
        op.create_index(op.f(f"ix_absence_{name}"), "absence", [name])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("absence")
