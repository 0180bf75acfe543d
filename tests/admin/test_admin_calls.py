"""The journal of calls: filters, whose number it is, and calls of a company."""

from __future__ import annotations

import polars as pl
import pytest

from config.telephony import Telephony
from flows.calls.assemble import assembled, closed
from schemas.golden import golden_columns
from simulators.telephony import working_day
from store import Store, calls, golden
from store.views import calls as journal
from store.views import timeline
from store.views.paging import place
from tests.support.legs import canonical_legs

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
            start = place(page.next, 2)
        assert len(seen) == len(set(seen)) == calls.load(reader).height
