"""Whether a record is in use: what happened with the numbers, addresses and INN that it bears, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from schemas.calls import call_columns
from schemas.enquiries import enquiry_columns
from store import Store, calls, canonical, enquiries
from store.views import life
from store.views.life import CAP, Seen
from tests.support.records import canonical_records

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIRST, SECOND = "+79160000001", "+79160000002"


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def record(**told: Any) -> dict[str, Any]:
    own = {"connection": "erp", "stream": "parties", "key": "1"}
    return {**own, "phones": [], "emails": [], "inn": None, "golden_id": None, **told}


def rung(writer: Any, *told: tuple[str, str, int], **more: Any) -> None:
    """Calls (id, phone, days ago)."""
    rows = [
        {"id": name, "connection": "s", "linked": name, "direction": "inbound", "answered": True, "legs": 1,
         "phone": phone, "started_at": ago(days), "ended_at": ago(days), "wait_s": 0, "talk_s": 60, **more}
        for name, phone, days in told
    ]  # fmt: skip
    calls.save(writer, pl.DataFrame(rows, schema=call_columns()))


def asked(writer: Any, *rows: dict[str, Any]) -> None:
    kept = {n: [] for n, kind in enquiry_columns().items() if isinstance(kind, pl.List)}
    full = []
    for n, row in enumerate(rows):
        at = ago(row.pop("days"))
        plain = {"id": f"e{n}", "channel": "email", "thread": f"t{n}", "message_id": f"m{n}", "state": "closed",
                 "began_at": at, "last_at": at, "messages": 1, "files": 0}  # fmt: skip
        full.append({**kept, **plain, **row})
    enquiries.save(writer, pl.DataFrame(full, schema=enquiry_columns()))


def lives(store: Store, *records: dict[str, Any]) -> list[life.Life]:
    with store.read() as reader:
        return life.of_records(reader, records, NOW)


def test_calls_count_for_every_record_that_bears_the_number(store: Store) -> None:
    with store.write() as writer:
        rung(writer, ("a", FIRST, 3), ("b", FIRST, 40), ("c", SECOND, 400))
        rung(writer, ("d", FIRST, 1), same_as="a")
    both, second, none = lives(
        store,
        record(phones=[FIRST, SECOND, FIRST]),
        record(phones=[f"{SECOND};ext=12"]),
        record(phones=["+79160000009"]),
    )
    assert both.calls == Seen(3, ago(3))
    assert (sum(both.months), both.months[-1], both.months[-2]) == (2, 1, 1)
    assert (second.calls, second.alive, sum(second.months)) == (Seen(1, ago(400)), False, 0)
    assert (both.alive, none.calls, none.alive, none.last) == (True, Seen(), False, None)


def test_an_enquiry_counts_once_by_whatever_it_names_and_not_if_given_to_another(
    store: Store,
) -> None:
    own = {"inn": "7707083893", "sender_email": "a@vega.example"}
    with store.write() as writer:
        asked(
            writer,
            {"days": 9, **own, "orders": ["4512", "4513"]},
            {"days": 5, "sender_phone": FIRST, "orders": ["4512"]},
            {"days": 4, **own, "company_id": "other", "orders": ["9"]},
            {"days": 3, "company_id": "own"},
            {"days": 2, **own, "channel": "call"},
            {"days": 1, **own, "state": "spam"},
        )
    named, chosen = lives(
        store,
        record(inn=own["inn"], emails=[own["sender_email"]], phones=[FIRST]),
        record(golden_id="own"),
    )
    assert named.enquiries == Seen(2, ago(5))
    assert named.orders == Seen(2, ago(5))
    assert (chosen.enquiries, chosen.orders) == (Seen(1, ago(3)), Seen())
    assert (named.last, named.events, chosen.events) == (ago(5), 4, 1)


def test_orders_of_the_record_count_and_a_number_that_is_also_named_counts_once(
    store: Store,
) -> None:
    def order(key: str, days: int, **told: Any) -> dict[str, Any]:
        plain = {
            "connection": "erp",
            "stream": "orders",
            "party_key": "parties:1",
            "stage": "closed",
        }
        return {**plain, "key": key, "number": key, "ordered_at": ago(days), **told}

    with store.write() as writer:
        rows = [
            order("4512", 30), order("4513", 20), order("4514", 10, posting="draft"),
            order("4515", 5, deleted=True), order("4516", 4, connection="other"),
            order("4517", 3, party_key="parties:2"),
        ]  # fmt: skip
        canonical.save(writer, "customer_order", canonical_records("customer_order", rows))
        asked(writer, {"days": 400, "inn": "7707083893", "orders": ["4512", "9"]})
    own, other = lives(store, record(inn="7707083893"), record(key="2"))
    assert (own.orders, own.last, own.alive) == (Seen(3, ago(20)), ago(20), True)
    assert other.orders == Seen(1, ago(3))


def test_counting_stops_and_says_so(store: Store) -> None:
    with store.write() as writer:
        rung(writer, *((f"c{n}", FIRST, n % 300 + 1) for n in range(CAP + 5)))
    [busy] = lives(store, record(phones=[FIRST]))
    assert busy.calls == Seen(CAP, ago(1), more=True)
    assert (busy.months, busy.alive) == ((), True)


@pytest.mark.parametrize(("days", "alive"), [(364, True), (366, False)])
def test_a_record_lives_a_year_after_what_happened_last(
    store: Store, days: int, alive: bool
) -> None:
    with store.write() as writer:
        asked(writer, {"days": days, "inn": "7707083893"})
    [found] = lives(store, record(inn="7707083893"))
    assert found.alive is alive
    assert len(found.months) == life.MONTHS


def test_records_that_bear_nothing_have_no_life(store: Store) -> None:
    with store.write() as writer:
        rung(writer, ("a", FIRST, 3))
        asked(writer, {"days": 1, "sender_phone": FIRST})
    for found in lives(store, record(), record(phones=None, emails=None)):
        assert (found.calls, found.enquiries, found.alive) == (Seen(), Seen(), False)
