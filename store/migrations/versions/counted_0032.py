"""How long an agent was on duty and paused, of switches that tell sums of intervals and no moments."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import number

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
COLUMNS = ("on_duty_s", "paused_s")


def upgrade() -> None:
    """Give events the columns."""
    for name in COLUMNS:
        op.add_column("canonical_call_event", number(name))


def downgrade() -> None:
    """Take them away."""
    for name in COLUMNS:
        op.drop_column("canonical_call_event", name)
