"""A second factor for accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, text

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give them a table; nobody has one yet."""
    op.create_table(
        "second_factor",
        number("account_id", null=False),
        text("secret", null=False),
        number("since", null=False),
        number("last_step", null=False),
        text("recovery", null=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("second_factor")
