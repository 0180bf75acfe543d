"""Decisions and their withdrawals; what each record's id is without them; what an id came out of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import number, text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def create_ledger() -> None:
    """Tables decision, decision_record and withdrawal."""
    op.create_table(
        "decision",
        number("id", null=False),
        number("act", null=False),
        text("kind", null=False),
        text("verdict"),
        text("entity", null=False),
        text("field"),
        text("value"),
        text("author_kind", null=False),
        text("author", null=False),
        text("reason"),
        text("batch"),
        number("created_at", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_act"), "decision", ["act"])
    op.create_index(op.f("ix_decision_batch"), "decision", ["batch"])
    op.create_table(
        "decision_record",
        number("decision_id", null=False),
        text("side", null=False),
        number("place", null=False),
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        number("evidence"),
        sa.PrimaryKeyConstraint("decision_id", "side", "place", name=op.f("pk_decision_record")),
    )
    op.create_index(
        op.f("ix_decision_record_key"), "decision_record", ["connection", "stream", "key"]
    )
    op.create_table(
        "withdrawal",
        number("decision_id", null=False),
        text("author", null=False),
        text("reason"),
        number("created_at", null=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_withdrawal")),
    )


def upgrade() -> None:
    """Create the ledger; today's ids are those the rules gave, for no decision could be made before."""
    create_ledger()
    op.add_column("identity", text("origin_id"))
    op.add_column("identity", number("born"))
    op.execute("UPDATE identity SET born = seq")
    for column in (
        text("own_id"),
        text("own_unit_id"),
        sa.Column("score", sa.Float),
        text("reason"),
    ):
        op.add_column("link", column)
    op.execute("UPDATE link SET own_id = golden_id, own_unit_id = unit_id")
    op.create_index(op.f("ix_link_own_id"), "link", ["own_id"])
    op.add_column("change", sa.Column("new_ids", sa.Text, nullable=True))
    op.execute("UPDATE change SET op = 'retired' WHERE op = 'deleted'")


def downgrade() -> None:
    """Drop the ledger; ids that only decisions made stay as they are."""
    op.execute("UPDATE change SET op = 'deleted' WHERE op = 'retired'")
    op.drop_column("change", "new_ids")
    op.drop_index(op.f("ix_link_own_id"), "link")
    for column in ("reason", "score", "own_unit_id", "own_id"):
        op.drop_column("link", column)
    for column in ("born", "origin_id"):
        op.drop_column("identity", column)
    for table in ("withdrawal", "decision_record", "decision"):
        op.drop_table(table)
