"""A legacy base on PostgreSQL, with types of its own, is carried over like the same rows in SQLite."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import psycopg
import pytest

from flows.migrate.act import make
from flows.migrate.run import run
from store.engine import Store, open_store
from tests.migrate.houses import night
from tests.support.state import state_of

TYPED = """
CREATE TABLE clients (id bigint PRIMARY KEY, name text, inn varchar(12), kpp text, ogrn text, address text,
  phone text, email text, credit_limit numeric(18, 8), updated_at timestamp, main_contact_id bigint);
CREATE TABLE contacts (id bigint PRIMARY KEY, client_id bigint, fio text, position text, phone text, email text,
  updated_at timestamptz);
CREATE TABLE deals (id uuid PRIMARY KEY, client_id bigint, opened date, amount numeric, state text, paid boolean);
"""
CIRCLE = """
ALTER TABLE contacts ADD FOREIGN KEY (client_id) REFERENCES clients (id) NOT VALID;
ALTER TABLE clients ADD FOREIGN KEY (main_contact_id) REFERENCES contacts (id) NOT VALID;
"""


def _rows(crm: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(crm)) as base:
        return base.execute(query).fetchall()


DEALS = """
SELECT printf('00000000-0000-0000-0000-%012d', id), client_id,
  substr(opened, 7, 4) || '-' || substr(opened, 4, 2) || '-' || substr(opened, 1, 2), amount, state, id % 2 = 0
FROM deals
"""


def _typed(url: str, crm: Path) -> None:
    taken = {
        "clients": "SELECT * FROM clients",
        "contacts": "SELECT * FROM contacts",
        "deals": DEALS,
    }
    with psycopg.connect(url) as base, base.cursor() as cursor:
        cursor.execute(TYPED)
        for table, query in taken.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:  # type: ignore[arg-type]  # own table names
                for row in _rows(crm, query):
                    copy.write_row(row)
        cursor.execute(CIRCLE)
        cursor.execute("UPDATE clients SET credit_limit = 0 WHERE id = 1")


def _known(store: Store) -> dict[str, pl.DataFrame]:
    """The companies and people of the hub, by what the sources said of them."""
    wanted = {
        "legal_entity": ("name", "inn", "kpp", "ogrn", "phones", "emails", "state"),
        "person": ("name", "phones", "emails", "state"),
    }
    state = state_of(store)
    return {
        entity: frame.select(name for name in names if name in frame.columns).sort(pl.all())
        for entity, names in wanted.items()
        if (frame := state.get(f"golden_{entity}")) is not None
    }


def test_a_base_on_postgresql_is_carried_over_like_the_same_rows_in_sqlite(
    empty_postgres_url: str,
    crm: Path,
    sqlite_store: Store,
    open_other: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _typed(empty_postgres_url, crm)
    monkeypatch.setenv("LEGACY_URL", empty_postgres_url)
    there = night(sqlite_store, crm, tmp_path / "there", url=empty_postgres_url)
    here = night(open_other, crm, tmp_path / "here")
    first = there.house.source("legacy").read("clients", None, datetime.now(UTC))
    assert next(iter(first)).rows.row(0, named=True)["credit_limit"] == "0.00000000"
    tables = {table.name: table for table in there.plan.tables}
    assert tables["deals"].key == ("id",)
    assert {(r.column, r.table) for r in tables["contacts"].references} == {
        ("client_id", "clients")
    }
    assert {(r.column, r.table) for r in tables["clients"].references} == {
        ("main_contact_id", "contacts")
    }
    for one in (there, here):
        run(one.house, one.text, "anna")
    lines = make(there.house, 1)
    assert [line.holds for line in lines] == [True] * len(lines)
    assert {line.table for line in lines} >= {"clients", "contacts"}
    told, wanted = _known(sqlite_store), _known(open_other)
    assert wanted["legal_entity"].height > 50
    assert [entity for entity in wanted if not wanted[entity].equals(told[entity])] == []
    for one in (there, here):
        one.house.close()


@pytest.fixture
def open_other(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A second empty hub."""
    shutil.copy(sqlite_template, tmp_path / "other.db")
    store = open_store(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other")
    yield store
    store.close()
