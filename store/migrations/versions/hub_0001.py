"""The hub's own tables: runs, landing, quarantine, identities, feed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import flag, number, real, text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def create_run() -> None:
    """Table run."""
    op.create_table(
        "run",
        number("id", null=False),
        text("flow", null=False),
        text("connection"),
        text("stream"),
        text("state", null=False),
        number("started_at", null=False),
        number("heartbeat_at", null=False),
        number("finished_at"),
        text("parameters"),
        text("error_kind"),
        text("error_ru"),
        text("error_en"),
        text("detail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_connection_id"), "run", ["connection", "id"])
    op.create_index(op.f("ix_run_state_id"), "run", ["state", "id"])


def create_run_count() -> None:
    """Table run_count."""
    op.create_table(
        "run_count",
        number("run_id", null=False),
        text("stage", null=False),
        text("connection", null=False),
        text("stream", null=False),
        text("name", null=False),
        number("value", null=False),
        sa.PrimaryKeyConstraint(
            "run_id", "stage", "connection", "stream", "name", name=op.f("pk_run_count")
        ),
    )
    op.create_index(
        op.f("ix_run_count_connection_stream_run_id"),
        "run_count",
        ["connection", "stream", "run_id"],
    )


def create_checkpoint() -> None:
    """Table checkpoint."""
    op.create_table(
        "checkpoint",
        text("stage", null=False),
        text("connection", null=False),
        text("stream", null=False),
        text("name", null=False),
        text("cursor", null=False),
        number("run_id"),
        number("updated_at", null=False),
        sa.PrimaryKeyConstraint(
            "stage", "connection", "stream", "name", name=op.f("pk_checkpoint")
        ),
    )


def create_lease() -> None:
    """Table lease."""
    op.create_table(
        "lease",
        text("name", null=False),
        text("owner", null=False),
        number("acquired_at", null=False),
        number("expires_at", null=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )


def create_counter() -> None:
    """Table counter."""
    op.create_table(
        "counter",
        text("name", null=False),
        number("value", null=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )


def create_stream_state() -> None:
    """Table stream_state."""
    op.create_table(
        "stream_state",
        text("connection", null=False),
        text("stream", null=False),
        number("last_run"),
        number("last_rows"),
        number("last_at"),
        number("lag"),
        sa.PrimaryKeyConstraint("connection", "stream", name=op.f("pk_stream_state")),
    )


def create_stream_column() -> None:
    """Table stream_column."""
    op.create_table(
        "stream_column",
        text("connection", null=False),
        text("stream", null=False),
        text("column", null=False),
        text("dtype", null=False),
        number("first_run"),
        number("first_seen", null=False),
        number("last_seen", null=False),
        sa.PrimaryKeyConstraint("connection", "stream", "column", name=op.f("pk_stream_column")),
    )


def create_landing_batch() -> None:
    """Table landing_batch."""
    op.create_table(
        "landing_batch",
        number("id", null=False),
        text("connection", null=False),
        text("stream", null=False),
        text("path", null=False),
        number("rows", null=False),
        number("bytes", null=False),
        text("sha256", null=False),
        number("run_id"),
        number("created_at", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landing_batch")),
    )
    op.create_index(
        op.f("ix_landing_batch_connection_stream_id"),
        "landing_batch",
        ["connection", "stream", "id"],
    )


def create_source_record() -> None:
    """Table source_record."""
    op.create_table(
        "source_record",
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        number("hash", null=False),
        number("landing_id", null=False),
        number("landing_row", null=False),
        flag("deleted", null=False),
        number("first_seen", null=False),
        number("last_seen", null=False),
    )
    op.create_index(
        op.f("uq_source_record"), "source_record", ["connection", "stream", "key"], unique=True
    )


def create_quarantine() -> None:
    """Table quarantine."""
    op.create_table(
        "quarantine",
        number("id", null=False),
        text("stage", null=False),
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        text("reason", null=False),
        text("field"),
        text("value"),
        text("message_ru", null=False),
        text("message_en", null=False),
        number("landing_id"),
        number("landing_row"),
        text("mapping_version"),
        text("payload"),
        number("attempts", null=False),
        text("state", null=False),
        number("first_seen", null=False),
        number("last_seen", null=False),
        number("run_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(
        op.f("ix_quarantine_group"), "quarantine", ["state", "reason", "connection", "stream", "id"]
    )
    op.create_index(op.f("ix_quarantine_state"), "quarantine", ["state", "id"])
    op.create_index(
        op.f("uq_quarantine_open"),
        "quarantine",
        ["stage", "connection", "stream", "key"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def create_identity() -> None:
    """Table identity."""
    op.create_table(
        "identity",
        text("id", null=False),
        text("entity", null=False),
        text("state", null=False),
        text("survivor_id"),
        text("founder", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("ix_identity_seq"), "identity", ["seq"])
    op.create_index(op.f("ix_identity_survivor_id"), "identity", ["survivor_id"])
    op.create_index(op.f("uq_identity"), "identity", ["id"], unique=True)


def create_link() -> None:
    """Table link."""
    op.create_table(
        "link",
        text("entity", null=False),
        text("connection", null=False),
        text("stream", null=False),
        text("key", null=False),
        text("golden_id", null=False),
        text("unit_id"),
        text("rule", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("ix_link_golden_id"), "link", ["golden_id"])
    op.create_index(op.f("ix_link_seq"), "link", ["seq"])
    op.create_index(op.f("uq_link"), "link", ["entity", "connection", "stream", "key"], unique=True)


def create_review_pair() -> None:
    """Table review_pair."""
    op.create_table(
        "review_pair",
        text("entity", null=False),
        text("rule", null=False),
        text("severity", null=False),
        text("left_connection", null=False),
        text("left_stream", null=False),
        text("left_key", null=False),
        text("right_connection", null=False),
        text("right_stream", null=False),
        text("right_key", null=False),
        text("reason", null=False),
        real("score"),
        text("state", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("ix_review_pair_state"), "review_pair", ["entity", "state", "severity"])
    op.create_index(
        op.f("uq_review_pair"),
        "review_pair",
        [
            "entity",
            "rule",
            "left_connection",
            "left_stream",
            "left_key",
            "right_connection",
            "right_stream",
            "right_key",
        ],
        unique=True,
    )


def create_change() -> None:
    """Table change."""
    op.create_table(
        "change",
        number("pos", null=False),
        text("entity", null=False),
        text("golden_id", null=False),
        text("op", null=False),
        number("version", null=False),
        text("survivor_id"),
        number("at", null=False),
        number("run_id"),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_golden_id_pos"), "change", ["golden_id", "pos"])


def upgrade() -> None:
    """Create the tables."""
    create_run()
    create_run_count()
    create_checkpoint()
    create_lease()
    create_counter()
    create_stream_state()
    create_stream_column()
    create_landing_batch()
    create_source_record()
    create_quarantine()
    create_identity()
    create_link()
    create_review_pair()
    create_change()


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "change",
        "review_pair",
        "link",
        "identity",
        "quarantine",
        "source_record",
        "landing_batch",
        "stream_column",
        "stream_state",
        "counter",
        "lease",
        "checkpoint",
        "run_count",
        "run",
    ):
        op.drop_table(name)
