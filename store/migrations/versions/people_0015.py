"""People among companies are found by any part of their names; and what people keep at hand has tables."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import flag, number, text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLE, _FTS = "golden_contact", "fts_golden_contact"
_NOISE = re.compile(r"[^\w@.+-]+")
_AT_ONCE = 10_000


def upgrade() -> None:
    """Add the text people are searched by, fill it, and index its trigrams."""
    op.add_column(_TABLE, text("search_text"))
    _fill()
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(
            op.f(f"ix_{_TABLE}_search_text"),
            _TABLE,
            ["search_text"],
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        )
    else:
        _trigrams_on_sqlite()
    _views_and_lists()
    _jobs()
    _rule_drafts()
    _golden_changes()


def _golden_changes() -> None:
    op.create_table(
        "golden_change",
        *(text(name, null=False) for name in ("entity", "golden_id")),
        number("version", null=False),
        text("field", null=False),
        text("before"),
        text("after"),
        number("at", null=False),
    )
    op.create_index(op.f("ix_golden_change_golden_id"), "golden_change", ["golden_id", "version"])


def _views_and_lists() -> None:
    op.create_table(
        "account_view",
        number("account_id", null=False),
        text("preferences", null=False),
        number("updated_at", null=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_view")),
    )
    op.create_table(
        "saved_list",
        number("id", null=False),
        *(text(name, null=False) for name in ("path", "name", "query", "owner")),
        flag("shared", null=False),
        number("created_at", null=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_list")),
    )
    op.create_index(op.f("uq_saved_list"), "saved_list", ["path", "owner", "name"], unique=True)


def _jobs() -> None:
    op.create_table(
        "job",
        number("id", null=False),
        text("kind", null=False),
        text("about"),
        text("author", null=False),
        text("state", null=False),
        *(text(name) for name in ("result", "error_ru", "error_en")),
        number("created_at", null=False),
        number("alive_at", null=False),
        number("finished_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_kind_about_id"), "job", ["kind", "about", "id"])


def _rule_drafts() -> None:
    op.create_table(
        "rule_draft",
        number("id", null=False),
        *(text(name, null=False) for name in ("version", "model", "author")),
        text("reason"),
        text("state", null=False),
        number("created_at", null=False),
        text("settled_by"),
        number("settled_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_draft")),
    )
    op.create_index(op.f("ix_rule_draft_state"), "rule_draft", ["state", "id"])
    op.create_index(op.f("uq_rule_draft_version"), "rule_draft", ["version"], unique=True)


def _fill() -> None:
    bind, table = op.get_bind(), sa.table(_TABLE, *map(sa.column, ("id", "name", "search_text")))
    last = ""
    while True:
        part = sa.select(table.c.id, table.c.name).where(table.c.id > last)
        rows = bind.execute(part.order_by(table.c.id).limit(_AT_ONCE)).all()
        if not rows:
            return
        last = rows[-1].id
        put = sa.update(table).where(table.c.id == sa.bindparam("of"))
        told = [{"of": row.id, "to": _normal(row.name or "")} for row in rows]
        bind.execute(put.values(search_text=sa.bindparam("to")), told)


def _normal(name: str) -> str:
    return _NOISE.sub(" ", name.lower().replace("ё", "е")).strip()


def _trigrams_on_sqlite() -> None:
    op.execute(
        f"CREATE VIRTUAL TABLE {_FTS} USING fts5(search_text, content='{_TABLE}', tokenize='trigram')"
    )
    op.execute(f"INSERT INTO {_FTS}({_FTS}) VALUES ('rebuild')")  # noqa: S608  our names
    add = f"INSERT INTO {_FTS}(rowid, search_text) VALUES (new.rowid, new.search_text);"  # noqa: S608  our names
    drop = f"INSERT INTO {_FTS}({_FTS}, rowid, search_text) VALUES ('delete', old.rowid, old.search_text);"  # noqa: S608  our names
    op.execute(f"CREATE TRIGGER {_FTS}_add AFTER INSERT ON {_TABLE} BEGIN {add} END")
    op.execute(f"CREATE TRIGGER {_FTS}_drop AFTER DELETE ON {_TABLE} BEGIN {drop} END")
    op.execute(
        f"CREATE TRIGGER {_FTS}_change AFTER UPDATE OF search_text ON {_TABLE} "
        f"WHEN old.search_text IS NOT new.search_text BEGIN {drop} {add} END"
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("golden_change", "rule_draft", "job", "saved_list", "account_view"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("add", "drop", "change"):
            op.execute(f"DROP TRIGGER {_FTS}_{trigger}")
        op.execute(f"DROP TABLE {_FTS}")
    else:
        op.drop_index(op.f(f"ix_{_TABLE}_search_text"), _TABLE)
    op.drop_column(_TABLE, "search_text")
