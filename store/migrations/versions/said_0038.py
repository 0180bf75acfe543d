"""What a run said, line by line, and who asked it to stop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, text

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give runs lines, of which those of before have none, and room for a name."""
    op.add_column("run", text("stop_by"))
    op.create_table(
        "run_line",
        *(number(name, null=False) for name in ("run_id", "n", "at")),
        *(text(name, null=False) for name in ("level", "stage", "what", "act")),
        number("rows"),
        text("said"),
        sa.PrimaryKeyConstraint("run_id", "n", name=op.f("pk_run_line")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("run_line")
    op.drop_column("run", "stop_by")
