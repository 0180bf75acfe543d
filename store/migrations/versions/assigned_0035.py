"""Whose each waiting pair is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None
_DESK = "review_desk"
_COUNTED = ("lane", "reason", "rule", "sources", "pattern")


def upgrade() -> None:
    """Give every pair an assignee, who is nobody until a lead names one, and let facets count by him."""
    by_code_point = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column(_DESK, sa.Column("assignee", by_code_point, nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(_DESK, "assignee", server_default=None)
    op.create_index(op.f("ix_review_desk_assignee"), _DESK, ["lane", "assignee", "worth", "id"])
    op.drop_index(op.f("ix_review_desk_facets"), _DESK)
    op.create_index(op.f("ix_review_desk_facets"), _DESK, [*_COUNTED, "assignee", "score"])


def downgrade() -> None:
    """Forget them."""
    for name in ("facets", "assignee"):
        op.drop_index(op.f(f"ix_review_desk_{name}"), _DESK)
    op.drop_column(_DESK, "assignee")
    op.create_index(op.f("ix_review_desk_facets"), _DESK, [*_COUNTED, "score"])
