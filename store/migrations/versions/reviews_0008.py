"""Pairs in the order in which they are worth a person's time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PAIR = (
    "left_connection", "left_stream", "left_key", "right_connection", "right_stream", "right_key",
)  # fmt: skip
_RANKED = ("rank", "entity", "rule", *_PAIR)
# As `schemas.evidence.rank` has it.
_RANK = """UPDATE review_pair SET rank =
    CASE severity WHEN 'high' THEN 0 WHEN 'low' THEN 2000000 ELSE 1000000 END
    + CAST(ROUND(CAST((1 - COALESCE(score, 0.499)) * 100000 AS NUMERIC)) AS BIGINT)"""


def upgrade() -> None:
    """Rank the pairs, and index them by rank, all together and by reason."""
    op.add_column("review_pair", sa.Column("rank", sa.BigInteger, autoincrement=False))
    op.execute(_RANK)
    op.drop_index(op.f("ix_review_pair_queue"), "review_pair")
    op.create_index(op.f("ix_review_pair_queue"), "review_pair", ["state", *_RANKED])
    op.create_index(op.f("ix_review_pair_reason"), "review_pair", ["state", "reason", *_RANKED])


def downgrade() -> None:
    """Bring back the index by rule."""
    op.drop_index(op.f("ix_review_pair_reason"), "review_pair")
    op.drop_index(op.f("ix_review_pair_queue"), "review_pair")
    op.create_index(
        op.f("ix_review_pair_queue"), "review_pair", ["state", "rule", "entity", *_PAIR]
    )
    op.drop_column("review_pair", "rank")
