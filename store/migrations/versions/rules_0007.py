"""Rule sets and their activations; what each change of rules did to the ids of records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables; without a row the shipped rules are active."""
    op.create_table(
        "rule_set",
        number("id", null=False),
        text("version", null=False),
        text("model"),
        number("restores"),
        text("author", null=False),
        text("reason"),
        number("activated_at", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
    )
    op.create_index(op.f("ix_rule_set_version"), "rule_set", ["version"])
    op.create_table(
        "rule_link",
        number("departure", null=False),
        text("rules", null=False),
        text("entity", null=False),
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        text("own_id"),
        text("own_unit_id"),
        text("own_id_after"),
        text("own_unit_id_after"),
        sa.PrimaryKeyConstraint(
            "departure", "entity", "connection", "stream", "key", name=op.f("pk_rule_link")
        ),
    )
    op.create_index(op.f("ix_rule_link_rules"), "rule_link", ["rules", "departure"])


def downgrade() -> None:
    """Drop both tables: the shipped rules are active again, under the ids of today."""
    op.drop_table("rule_link")
    op.drop_table("rule_set")
