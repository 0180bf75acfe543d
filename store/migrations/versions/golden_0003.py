"""Golden records and the search over them."""

from __future__ import annotations

from alembic import op

from store.migrations.columns import json, number, text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def create_golden_legal_entity() -> None:
    """Table golden_legal_entity."""
    op.create_table(
        "golden_legal_entity",
        text("id", null=False),
        json("sources"),
        text("kind"),
        text("name"),
        text("full_name"),
        text("legal_form"),
        text("name_core"),
        text("inn"),
        text("ogrn"),
        text("okpo"),
        text("country"),
        text("national_number"),
        text("legal_address"),
        text("region"),
        text("status"),
        text("state", null=False),
        number("version", null=False),
        number("hash", null=False),
        number("seq", null=False),
        text("search_text", null=False),
    )
    op.create_index(op.f("ix_golden_legal_entity_inn"), "golden_legal_entity", ["inn", "id"])
    op.create_index(op.f("ix_golden_legal_entity_name"), "golden_legal_entity", ["name", "id"])
    op.create_index(op.f("ix_golden_legal_entity_ogrn"), "golden_legal_entity", ["ogrn", "id"])
    op.create_index(op.f("ix_golden_legal_entity_okpo"), "golden_legal_entity", ["okpo", "id"])
    op.create_index(op.f("ix_golden_legal_entity_seq"), "golden_legal_entity", ["seq"])
    op.create_index(op.f("uq_golden_legal_entity"), "golden_legal_entity", ["id"], unique=True)


def create_golden_unit() -> None:
    """Table golden_unit."""
    op.create_table(
        "golden_unit",
        text("id", null=False),
        json("sources"),
        text("legal_entity_id"),
        text("role"),
        text("kpp"),
        text("name"),
        text("actual_address"),
        text("region"),
        text("state", null=False),
        number("version", null=False),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(op.f("ix_golden_unit_kpp"), "golden_unit", ["kpp", "id"])
    op.create_index(
        op.f("ix_golden_unit_legal_entity_id"), "golden_unit", ["legal_entity_id", "id"]
    )
    op.create_index(op.f("ix_golden_unit_seq"), "golden_unit", ["seq"])
    op.create_index(op.f("uq_golden_unit"), "golden_unit", ["id"], unique=True)


def create_golden_contact() -> None:
    """Table golden_contact."""
    op.create_table(
        "golden_contact",
        text("id", null=False),
        json("sources"),
        text("legal_entity_id"),
        text("name"),
        text("last_name"),
        text("first_name"),
        text("middle_name"),
        text("position"),
        text("state", null=False),
        number("version", null=False),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(
        op.f("ix_golden_contact_legal_entity_id"), "golden_contact", ["legal_entity_id", "id"]
    )
    op.create_index(op.f("ix_golden_contact_name"), "golden_contact", ["name", "id"])
    op.create_index(op.f("ix_golden_contact_seq"), "golden_contact", ["seq"])
    op.create_index(op.f("uq_golden_contact"), "golden_contact", ["id"], unique=True)


def create_golden_contact_point() -> None:
    """Table golden_contact_point."""
    op.create_table(
        "golden_contact_point",
        text("id", null=False),
        json("sources"),
        text("owner"),
        text("owner_id"),
        text("kind"),
        text("value"),
        text("state", null=False),
        number("version", null=False),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(
        op.f("ix_golden_contact_point_owner_id"), "golden_contact_point", ["owner_id", "id"]
    )
    op.create_index(op.f("ix_golden_contact_point_seq"), "golden_contact_point", ["seq"])
    op.create_index(op.f("ix_golden_contact_point_value"), "golden_contact_point", ["value", "id"])
    op.create_index(op.f("uq_golden_contact_point"), "golden_contact_point", ["id"], unique=True)


def create_golden_address() -> None:
    """Table golden_address."""
    op.create_table(
        "golden_address",
        text("id", null=False),
        json("sources"),
        text("legal_entity_id"),
        text("kind"),
        text("text"),
        text("address_key"),
        text("region"),
        text("state", null=False),
        number("version", null=False),
        number("hash", null=False),
        number("seq", null=False),
    )
    op.create_index(
        op.f("ix_golden_address_legal_entity_id"), "golden_address", ["legal_entity_id", "id"]
    )
    op.create_index(op.f("ix_golden_address_seq"), "golden_address", ["seq"])
    op.create_index(op.f("uq_golden_address"), "golden_address", ["id"], unique=True)


def create_golden_item() -> None:
    """Table golden_item."""
    op.create_table(
        "golden_item",
        text("id", null=False),
        json("sources"),
        text("code"),
        text("article"),
        text("name"),
        text("unit"),
        text("okei"),
        text("manufacturer"),
        text("category"),
        text("barcode"),
        text("state", null=False),
        number("version", null=False),
        number("hash", null=False),
        number("seq", null=False),
        text("search_text", null=False),
    )
    op.create_index(op.f("ix_golden_item_article"), "golden_item", ["article", "id"])
    op.create_index(op.f("ix_golden_item_barcode"), "golden_item", ["barcode", "id"])
    op.create_index(op.f("ix_golden_item_code"), "golden_item", ["code", "id"])
    op.create_index(op.f("ix_golden_item_name"), "golden_item", ["name", "id"])
    op.create_index(op.f("ix_golden_item_seq"), "golden_item", ["seq"])
    op.create_index(op.f("uq_golden_item"), "golden_item", ["id"], unique=True)


SEARCHED = ("golden_legal_entity", "golden_item")


def trigrams_on_postgres() -> None:
    """Substring search by pg_trgm."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for table in SEARCHED:
        op.create_index(
            op.f(f"ix_{table}_search_text"),
            table,
            ["search_text"],
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        )


def trigrams_on_sqlite() -> None:
    """Substring search by FTS5 over the table's own text, kept in step by triggers."""
    for table in SEARCHED:
        fts = f"fts_{table}"
        op.execute(
            f"CREATE VIRTUAL TABLE {fts} USING fts5(search_text, content='{table}', tokenize='trigram')"
        )
        add = f"INSERT INTO {fts}(rowid, search_text) VALUES (new.rowid, new.search_text);"  # noqa: S608  our names
        drop = f"INSERT INTO {fts}({fts}, rowid, search_text) VALUES ('delete', old.rowid, old.search_text);"  # noqa: S608  our names
        op.execute(f"CREATE TRIGGER {fts}_add AFTER INSERT ON {table} BEGIN {add} END")
        op.execute(f"CREATE TRIGGER {fts}_drop AFTER DELETE ON {table} BEGIN {drop} END")
        op.execute(
            f"CREATE TRIGGER {fts}_change AFTER UPDATE OF search_text ON {table} "
            f"WHEN old.search_text <> new.search_text BEGIN {drop} {add} END"
        )


def upgrade() -> None:
    """Create the tables."""
    create_golden_legal_entity()
    create_golden_unit()
    create_golden_contact()
    create_golden_contact_point()
    create_golden_address()
    create_golden_item()
    if op.get_bind().dialect.name == "postgresql":
        trigrams_on_postgres()
    else:
        trigrams_on_sqlite()


def downgrade() -> None:
    """Drop the tables."""
    if op.get_bind().dialect.name == "sqlite":
        for table in SEARCHED:
            op.execute(f"DROP TABLE fts_{table}")
    for name in (
        "golden_item",
        "golden_address",
        "golden_contact_point",
        "golden_contact",
        "golden_unit",
        "golden_legal_entity",
    ):
        op.drop_table(name)
