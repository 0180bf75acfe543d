"""The journal of calls: filters, whose number it is, and calls of a company."""

from __future__ import annotations

import io

import polars as pl
import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from config.telephony import Telephony
from flows.calls.assemble import assembled, closed
from schemas.golden import golden_columns
from simulators.telephony import working_day
from store import Store, calls, canonical, golden
from store.views import calls as journal
from store.views import timeline
from store.views.paging import place
from tests.support.legs import canonical_legs
from tests.support.records import canonical_records

NUMBERS = [f"8916000{n:04d}" for n in range(12)]


@pytest.fixture
def busy(store: Store) -> Store:
    """A day of calls; two companies share a number, a third has one by its contact."""
    day = closed(assembled(canonical_legs(working_day(NUMBERS, 80).rows), Telephony()))
    with store.write() as writer:
        calls.save(writer, day)
        for entity, rows in _companies().items():
            golden.save(writer, entity, rows)
    return store


def _companies() -> dict[str, pl.DataFrame]:
    companies = [{"id": f"c{n}", "name": f"ООО Вега {n}"} for n in range(3)]
    contacts = [{"id": "p1", "legal_entity_id": "c2", "name": "Анна"}]
    points = [
        ("c0", "legal_entity", "+79160000000"), ("c1", "legal_entity", "+79160000000;ext=12"),
        ("c1", "legal_entity", "+79160000001"), ("p1", "contact", "+79160000002"),
    ]  # fmt: skip
    told = [
        {"id": f"t{n}", "owner_id": owner, "owner": kind, "kind": "phone", "value": value}
        for n, (owner, kind, value) in enumerate(points)
    ]
    rows = {"legal_entity": companies, "contact": contacts, "contact_point": told}
    return {e: pl.DataFrame(r, schema=golden_columns(e)) for e, r in rows.items()}


def test_a_number_of_one_company_names_it_and_a_shared_one_names_nobody(busy: Store) -> None:
    with busy.read() as reader:
        page = journal.listing(reader, {}, journal.NEWEST, None, 100)
    by_phone = {row["phone"]: row for row in page.rows if row["phone"]}
    assert by_phone["+79160000000"]["company"] is None
    assert by_phone["+79160000000"]["companies"] == 2
    assert by_phone["+79160000001"]["company"] == "ООО Вега 1"
    assert by_phone["+79160000002"]["company_id"] == "c2"
    assert by_phone["+79160000003"]["companies"] == 0


def test_the_calls_of_a_company_are_those_with_its_numbers_and_its_contacts(busy: Store) -> None:
    with busy.read() as reader:
        found = journal.of_company(reader, "c2")
        every = calls.load(reader)
    assert found
    assert {row["phone"] for row in found} == {"+79160000002"}
    assert len(found) == every.filter(pl.col("phone") == "+79160000002").height
    assert [row["started_at"] for row in found] == sorted(
        (row["started_at"] for row in found), reverse=True
    )


def test_what_is_known_of_a_company_tells_of_its_calls(busy: Store) -> None:
    with busy.read() as reader:
        found = timeline.of_party(reader, "c2")
        expected = journal.of_company(reader, "c2")
    assert [event.row["id"] for event in found if event.kind == "call"] == [
        row["id"] for row in expected
    ]


def test_open_ones_are_missed_and_nobody_called_back(busy: Store) -> None:
    with busy.read() as reader:
        waiting = journal.listing(reader, {"missed": "open"}, journal.NEWEST, None, 100).rows
        missed = journal.listing(reader, {"missed": "any"}, journal.NEWEST, None, 100).rows
        every = calls.load(reader)
    lost = every.filter(pl.col("missed").is_not_null() & (pl.col("missed") != "short"))
    assert {row["id"] for row in missed} == set(lost["id"])
    assert {row["id"] for row in waiting} == set(lost.filter(pl.col("closed_by").is_null())["id"])


def test_pages_follow_each_other_without_gap_or_repeat(busy: Store) -> None:
    seen, start = [], None
    with busy.read() as reader:
        while True:
            page = journal.listing(reader, {}, journal.NEWEST, start, 7)
            seen += [row["id"] for row in page.rows]
            if page.next is None:
                break
            start = place(page.next, journal.NEWEST)
        assert len(seen) == len(set(seen)) == calls.load(reader).height


def test_the_api_pages_through_calls_and_tells_the_same_figures_as_the_page(
    client: TestClient,
) -> None:
    first = client.get("/v1/calls", params={"limit": 40}).json()
    rest = client.get("/v1/calls", params={"limit": 1000, "cursor": first["next"]}).json()
    ids = [row["id"] for row in first["items"] + rest["items"]]
    assert len(ids) == len(set(ids)) > 40
    assert {row["missed"] for row in client.get("/v1/calls?missed=busy").json()["items"]} == {
        "busy"
    }
    days = {"from": "2026-11-20", "to": "2026-11-20"}
    report = client.get("/v1/call-reports", params=days).json()
    every = first["items"] + rest["items"]
    assert report["total"]["inbound"] == sum(row["direction"] == "inbound" for row in every)
    told = {row["agent"]: row["talk_s"] for row in report["operators"]}
    assert sum(told.values()) == sum(row["talk_s"] for row in every)
    page = client.get("/calls/report", params=days).text
    assert all(f'href="/calls?employee={agent}"' in page for agent in told)
    assert client.get("/v1/calls?cursor=x").status_code == 422


def test_the_workbook_holds_what_the_page_shows(client: TestClient) -> None:
    answer = client.get("/calls/report.xlsx?from=2026-11-20&to=2026-11-20")
    book = load_workbook(io.BytesIO(answer.content))
    assert len(book.sheetnames) == 4
    report = client.get("/v1/call-reports?from=2026-11-20&to=2026-11-20").json()
    rows = list(book.worksheets[0].values)[1:]
    assert [str(row[1]) for row in rows] == [one["agent"] for one in report["operators"]]
    assert [row[4] for row in rows] == [one["talk_s"] for one in report["operators"]]


def test_who_answered_is_told_by_name_unless_two_share_the_number(busy: Store) -> None:
    people = [
        {"key": "a", "name": "Петрова Анна Сергеевна", "extension": "101", "status": "active"},
        {"key": "b", "name": "Ким Игорь", "extension": "102", "status": "active"},
        {"key": "c", "name": "Ким Олег", "extension": "102", "status": "active"},
        {"key": "d", "name": "Ушедшая Вера", "extension": "101", "status": "inactive"},
    ]
    with busy.write() as writer:
        canonical.save(writer, "employee", canonical_records("employee", people))
    with busy.read() as reader:
        page = journal.listing(reader, {}, journal.NEWEST, None, 100)
        told = {one["employee"]: one["colleague"] for one in page.rows}
    assert told["101"] == "Петрова Анна Сергеевна · 101"
    assert {told[number] for number in told if number != "101"} == {n for n in told if n != "101"}
