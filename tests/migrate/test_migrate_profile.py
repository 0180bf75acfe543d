"""The profile of a legacy base: what is in it, what is proposed and why."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.migration import Plan, dumped, load_plan, read_plan
from config.settings import Settings
from connectors.database import Database, DatabaseSettings
from connectors.database.access import connection, no_longer_than
from flows.migrate.draft import draft
from flows.migrate.profile import profile
from flows.migrate.sources import found, save
from mappings.load import read_mapping
from schemas.errors import ConfigError, Retryable
from simulators.legacy.crm import ORPHANS


def database(path: Path) -> Database:
    """A connector to a SQLite file."""
    return Database("crm", DatabaseSettings.model_validate({"url": f"sqlite:///{path}"}))


def profiled(path: Path, sample: int = 50_000) -> Plan:
    """The plan proposed for a SQLite file."""
    return profile(database(path), "crm", "crm", sample=sample, language="en")


def counted(path: Path, table: str) -> int:
    """Rows of a table."""
    with closing(sqlite3.connect(path)) as base:
        return int(base.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  own table names


def test_tables_are_carried_or_left_each_with_a_reason(built_crm: Path) -> None:
    plan = profiled(built_crm)
    told = {
        table.name: (table.carry, table.target, table.why.split(":")[0]) for table in plan.tables
    }
    assert told == {
        "clients": (True, "party", "counterparties"),
        "clients_old": (False, "party", "its name says temporary or technical"),
        "contacts": (True, "person", "contact persons"),
        "deals": (False, None, "it is not seen what its rows become"),
        "fax_journal": (False, None, f"unused since {plan.tables[4].last_use}"),
        "segments": (False, None, "it is empty"),
    }
    assert plan.tables[4].last_use is not None
    assert plan.tables[4].last_use < date(2013, 1, 1)
    assert {t.name: t.rows for t in plan.tables} == {
        t.name: counted(built_crm, t.name) for t in plan.tables
    }


def test_references_are_those_declared_and_those_values_tell(built_crm: Path) -> None:
    plan = profiled(built_crm)
    references = {(t.name, r.column): r for t in plan.tables for r in t.references}
    assert references["contacts", "client_id"].declared
    assert references["clients", "main_contact_id"].table == "contacts"
    deals = references["deals", "client_id"]
    assert (deals.table, deals.declared) == ("clients", False)
    with closing(sqlite3.connect(built_crm)) as base:
        lost = base.execute(
            "SELECT avg(client_id NOT IN (SELECT id FROM clients)) FROM deals"
        ).fetchone()[0]
    assert deals.orphans == pytest.approx(lost, abs=1e-4)
    assert 0 < lost < 3 * ORPHANS
    assert plan.tables[0].amounts == ("credit_limit",)
    assert plan.tables[0].dated == "updated_at"


def test_a_large_table_is_looked_at_by_rows_from_all_over_it(built_crm: Path) -> None:
    rows, of = database(built_crm).spread("deals", 50, 10)
    assert of == counted(built_crm, "deals")
    ids = [int(one) for one in rows["id"]]
    assert 25 <= len(ids) <= 50
    assert min(ids) < of / 10 < of * 0.9 < max(ids)
    small = profiled(built_crm, sample=50)
    clients = small.table("clients")
    assert clients is not None
    assert (clients.rows, clients.carry) == (counted(built_crm, "clients"), True)
    assert clients.looked_at <= 50
    deals = {r.column: r for r in small.tables[3].references}["client_id"]
    assert deals.orphans is not None, "what the sample lacks is asked for at the source"
    assert deals.orphans < 0.25


def test_no_table_is_looked_at_for_longer_than_asked(built_crm: Path) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )
    engine = database(built_crm)._engine
    with pytest.raises(Retryable), connection(engine) as opened, no_longer_than(opened, 0.1):
        opened.execute(sa.text(endless))


def test_a_plan_is_read_back_as_it_was_written(built_crm: Path, tmp_path: Path) -> None:
    plan = profiled(built_crm)
    assert read_plan(dumped(plan)) == plan
    file = tmp_path / "plan.yaml"
    file.write_text(dumped(plan).replace("carry: true", "carry: maybe"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"plan\.yaml:8: .*carry"):
        load_plan(file)
    file.write_text(dumped(plan).replace("carry: true", "carry: false"), encoding="utf-8")
    with pytest.raises(ConfigError, match="no table is carried"):
        load_plan(file)


def test_drafts_of_mappings_compile_and_the_connection_reads(crm: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "var")
    one = found(settings, str(crm), "legacy")
    plan = profile(one.source, "legacy", one.connection)
    written = save(settings, one, plan)
    assert [file.name for file in written] == ["legacy.yaml", "clients.yaml", "contacts.yaml"]
    for table in plan.carried:
        mapping = read_mapping(draft(plan, table) or "", "draft")
        assert (mapping.stream, mapping.target) == (table.name, table.target)
    assert save(settings, one, plan) == [], "what is there is left alone"
    again = found(settings, "legacy", "other")
    assert [stream.name for stream in again.source.discover()] == ["clients", "contacts"]
    told = profile(again.source, "legacy", "legacy", mapped=again.mapped, language="en")
    assert {table.why for table in told.tables} == {
        "there is a mapping, to party",
        "there is a mapping, to person",
    }
    with pytest.raises(ConfigError, match="exists"):
        found(settings, str(crm), "legacy")


def test_a_folder_of_files_is_profiled_and_what_is_no_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "Клиенты 2024.csv").write_text(
        "Код;Наименование;ИНН\nА-1;ООО Вега;7707083893\nА-2;ИП Орлова;\n", encoding="cp1251"
    )
    (tmp_path / "notes.docx").write_bytes(b"PK")
    plan = profile(found(Settings(home=tmp_path), str(tmp_path), "files").source, "f", "files")
    [table] = plan.tables
    assert (table.name, table.rows, table.key, table.target) == (
        "клиенты_2024",
        2,
        ("Код",),
        "party",
    )
    assert table.columns["ИНН"].fill == 0.5
    (tmp_path / "Клиенты 2024.csv").unlink()
    with pytest.raises(ConfigError, match="no table"):
        found(Settings(home=tmp_path), str(tmp_path), "files")
