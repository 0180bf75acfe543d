"""Pages over thousands of companies read by index: the statements they really send, explained on both engines."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
from sqlalchemy import func, select, text
from starlette.testclient import TestClient

from schemas.reasons import REASONS
from schemas.records import REJECTS
from store import Store, quarantine
from store.dbapi import Connection
from store.indexes import present_indexes
from store.tables import golden, journal, metadata
from tests.admin.companies import company, contact_id, frame, id_of, kpp
from tests.admin.conftest import client_of
from tests.admin.goods_seed import GOOD
from tests.admin.seed import CALL, seed
from tests.support.records import NOON

pytestmark = pytest.mark.both_engines

COMPANIES = 5_000
# A table this small is read whole by any planner, and rightly.
SMALL = 500
LISTS = (
    "/parties?order=name",
    "/parties?order=inn",
    "/parties?order=ogrn",
    "/quarantine",
    "/quarantine?reason=kpp_format&connection=erp&stream=parties",
    "/feed?order=newest",
    "/feed?order=oldest",
    "/reviews",
    "/reviews?reason=two_heads",
    "/reviews?age=day",
    "/reviews?assignee=-",
    "/calls",
    "/enquiries",
    "/goods",
    "/goods/lots",
    "/goods/prices",
    "/contacts",
    "/units",
    "/reviews?rule=R4&order=oldest",
    "/journal",
)
PAGES = (
    *LISTS,
    f"/find/suggest?q={company(7)['inn'][:6]}",
    f"/find/suggest?q={kpp(7)}",
    "/find/suggest?q=8916000007",
    "/find/suggest?q=buh71@vector",
    "/find/suggest?q=электрощит 1234",
    "/find/suggest?q=кузнецова анна",
    "/find/suggest?q=trth 4999",
    "/find/suggest?q=erp/parties/17",
    "/contacts?q=ильин",
    "/units?kpp=77010",
    f"/contacts/{contact_id(1)}",
    f"/feed?golden_id={contact_id(1)}",
    "/calls?missed=open",
    "/employees?q=анто",
    "/employees/ad/1",
    "/enquiries?state=standing",
    "/enquiries?order=urgent&due=late",
    "/enquiries/hand-over?owner=anna",
    "/goods?status=doubtful",
    "/goods?item_class=steel_sheet",
    "/goods?status=doubtful&doubt=word:-:подшипник",
    f"/goods/{GOOD}",
    "/goods?customer_code=мтр",
    "/goods?q=мтр-1",
    "/goods/lots?why=short&manager=Менеджер 1",
    f"/v1/goods/{GOOD}",
    "/v1/goods/lots",
    "/v1/goods/lots/managers",
    "/v1/goods/prices",
    "/goods/dictionary",
    "/goods/dictionary/2",
    "/enquiries/topics",
    "/enquiries?owner=anna",
    "/enquiries?topic=claim",
    "/calls?phone=%2B79160000001",
    "/calls?employee=101",
    "/calls/report",
    "/calls/missed",
    f"/calls/{CALL}",
    "/feed?after=900",
    "/feed?run=28",
    f"/parties/{id_of(1)}",
    *(f"/parties/{id_of(1)}?tab={tab}" for tab in ("calls", "enquiries", "orders", "history")),
    f"/v1/parties/{id_of(1)}/life",
    "/reviews/groups",
    "/reviews/assignment?reason=two_heads",
    "/reviews/pair?left=erp/parties/700&right=onec/Catalog_Контрагенты/0701",
    "/v1/reviews?pattern=&limit=50",
    "/v1/reviews/pair?left=erp/parties/700&right=onec/Catalog_Контрагенты/0701",
    "/runs/28",
    "/runs/28/act",
    "/migrations",
    "/migrations/1",
    "/quarantine?run=28",
    "/quarantine/50",
    "/quarantine/letter?reason=kpp_format&connection=erp&stream=parties",
    "/v1/quarantine?reason=kpp_format&connection=erp&stream=parties",
    "/v1/parties?limit=100",
    "/v1/changes?after=7000&limit=100",
    "/v1/changes?after=17000&limit=100",
    f"/v1/search?q={company(7)['inn']}",
    f"/v1/search?q={company(7)['ogrn'][:10]}",
    f"/v1/search?q={kpp(7)}",
    "/v1/search?q=buh71@vector",
    "/v1/search?q=8916000007",
    "/v1/search?q=электрощит 1234",
    "/v1/search?q=erp/parties/7",
    f"/v1/search?q={id_of(7)}",
    "/v1/units?limit=100",
    f"/v1/units?party_id={id_of(7)}",
    f"/v1/units?kpp={kpp(7)}",
    f"/v1/contacts?party_id={id_of(7)}",
    f"/v1/contact-points?party_id={id_of(7)}",
    "/v1/contact-points?value=%2B74951234567",
    f"/v1/addresses?party_id={id_of(7)}",
    "/v1/items?article=A",
    "/v1/decisions",
    "/v1/consumers",
    "/subscribers",
    "/journal?who=anna",
    "/journal?act=export",
    "/journal?object_id=7",
    "/journal/900",
)


@dataclass(frozen=True)
class Sent:
    """A statement and what was bound to it."""

    sql: str
    bound: pl.DataFrame | None


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Sent]]:
    """Every select of a request that reaches the database; work in the background asks for itself."""
    sent: list[Sent] = []
    run = Connection.run

    def noting(self: Connection, sql: str, bound: pl.DataFrame | None = None) -> Any:
        asked = not threading.current_thread().name.startswith("background")
        if asked and sql.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append(Sent(sql, bound))
        return run(self, sql, bound)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "run", noting)
        yield sent


def large_tables(store: Store) -> set[str]:
    """Tables that are worth an index."""
    with store.read() as reader:
        return {
            name
            for name, table in metadata.tables.items()
            if reader.scalar(select(func.count()).select_from(table)) > SMALL
        }


def read_whole(store: Store, sent: Sent, large: set[str]) -> list[str]:
    """What a statement reads from end to end: large tables, or their indexes without a limit.

    Some thousands of rows lie on few pages, where PostgreSQL may rightly prefer to read them all; asked
    not to, it must have an index that serves.
    """
    with store.read() as reader:
        if store.is_postgres:
            reader.raw.run("SET LOCAL enable_seqscan = off")
            plan, _ = reader.raw.run(f"EXPLAIN (FORMAT JSON) {sent.sql}", sent.bound)
            return _scanned(json.loads(plan.item())[0]["Plan"], large, limited=False)
        plan, _ = reader.raw.run(f"EXPLAIN QUERY PLAN {sent.sql}", sent.bound)
    steps = [str(step) for step in plan["detail"]]
    stops = "LIMIT" in sent.sql and not any("TEMP B-TREE" in step for step in steps)
    return [step for step in steps if _is_scan(step, large, stops)]


def _is_scan(step: str, large: set[str], stops: bool) -> bool:
    found = re.match(r"SCAN (\w+)( USING (?:COVERING )?INDEX)?", step)
    return bool(found and found[1] in large and not (found[2] and stops))


def _scanned(node: dict[str, Any], large: set[str], *, limited: bool) -> list[str]:
    """Faults of a plan; a limit stops what is below it until something must see every row."""
    kind, table = node["Node Type"], node.get("Relation Name")
    limited = kind == "Limit" or (limited and kind not in ("Sort", "Aggregate", "Hash"))
    whole = kind == "Seq Scan" or ("Index" in kind and "Index Cond" not in node and not limited)
    found = [f"{kind} on {table}"] if table in large and whole else []
    for child in node.get("Plans", []):
        found += _scanned(child, large, limited=limited)
    return found


def _rejects(keys: range) -> pl.DataFrame:
    ru, en = REASONS["kpp_format"]
    row = {"reason": "kpp_format", "field": "KPP", "value": "1", "message_ru": ru, "message_en": en}
    return frame([{**row, "key": f"k{n}"} for n in keys], REJECTS)


@pytest.fixture
def large_store(store: Store) -> Store:
    """Thousands of companies, refused rows, pairs and changes, and fresh statistics."""
    seeded = seed(store, COMPANIES)
    each = COMPANIES // seeded.good_run
    place = quarantine.Place("map", "erp", "parties")
    with store.write() as writer:
        for run in range(1, seeded.good_run + 1):
            quarantine.put(writer, place, _rejects(range(run * each, (run + 1) * each)), run_id=run)
    with store.write() as writer:
        rows = [
            {
                "id": n,
                "at": NOON,
                "who": f"p{n % 9}",
                "act": "export",
                "object_id": str(n),
                "previous": "",
                "hash": "",
            }
            for n in range(100, 2000)
        ]
        writer.append(journal, pl.DataFrame(rows))
    with store.write() as writer:
        writer.execute(text("ANALYZE"))
    return store


def _deep(client: TestClient, path: str) -> str:
    """The same list from its second thousand on."""
    glue = "&" if "?" in path else "?"
    name, _, query = path.partition("?")
    token = client.get(f"{name}.json?{query}").json()["next"]
    assert token, path
    return f"{path}{glue}at={token}"


def _explained(
    large_store: Store, paths: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, list[str]]:
    client, large = client_of(large_store), large_tables(large_store)
    faults: dict[str, list[str]] = {}
    for path in paths:
        with listening(monkeypatch) as sent:
            assert client.get(path).status_code == 200, path
        assert sent, path
        found = [step for one in sent for step in read_whole(large_store, one, large)]
        if found:
            faults[path] = found
    return faults


def test_a_migrated_store_has_the_indexes_the_tables_declare(store: Store) -> None:
    with store.read() as reader:
        for table in metadata.tables.values():
            plain = {i.name for i in table.indexes if not i.dialect_options["postgresql"]["using"]}
            assert plain <= present_indexes(reader, table), table.name


@pytest.mark.timeout(300)
def test_pages_read_by_index_and_a_scan_would_be_seen(
    large_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the measure itself is measured: a search inside a text without an index is a fault."""
    client, large = client_of(large_store), large_tables(large_store)
    assert large >= {"quarantine", "change", "review_pair", "link", "golden_contact_point"}
    deep = [_deep(client, path) for path in LISTS]
    assert _explained(large_store, [*PAGES, *deep], monkeypatch) == {}
    table = golden["address"]
    unserved = select(table.c.id).where(table.c.text.contains("Тула"))
    with listening(monkeypatch) as sent, large_store.read() as reader:
        reader.rows(unserved)
    assert [step for one in sent for step in read_whole(large_store, one, large)]


# A page asks little of the database: who is asking comes on top where people sign in.
ASKS = {
    "/": 6,
    "/sources": 5,
    "/parties": 3,
    "/parties?q=вектор": 4,
    "/reviews": 5,
    "/reviews?reason=name_alone&order=oldest": 5,
    "/reviews/groups": 3,
}


@pytest.mark.parametrize("path", ASKS)
def test_a_page_asks_no_more_often_however_much_there_is(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    seed(sqlite_store, 140)
    client = client_of(sqlite_store)
    assert client.get(path).status_code == 200
    with listening(monkeypatch) as sent:
        client.get(path)
    assert len(sent) <= ASKS[path], [one.sql[:80] for one in sent]
