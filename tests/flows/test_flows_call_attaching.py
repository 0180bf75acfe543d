"""Whose number it is: the likeliest company first, with its reasons, its open orders and enquiries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from config.telephony import Telephony
from connectors.asterisk.dialplan import Answer
from flows.calls.routing import Directory
from schemas.calls import call_columns
from schemas.enquiries import enquiry_columns
from schemas.golden import golden_columns
from store import Store, calls, canonical, enquiries, golden, identity
from store.views.attached import attached, of_number
from store.views.attaching import ranked
from store.views.orders import open_orders
from tests.support.records import canonical_records, frame_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHARED, ALONE, OWN = "+79160000000", "+79160000001", "+79160000002"
PARTIES, ORDERS, DOCUMENTS = (
    "Catalog_Контрагенты",
    "Document_ЗаказКлиента",
    "Document_ТелефонныйЗвонок",
)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def order(key: str, of: str, **told: Any) -> dict[str, Any]:
    usual = {
        "connection": "trade", "stream": ORDERS, "key": key, "number": f"УТ-{key}", "stage": "open",
        "posting": "posted", "party_key": f"{PARTIES}:{of}", "ordered_at": ago(3), "amount": "1000.5",
    }  # fmt: skip
    return usual | told


def document(key: str, of: str, phone: str) -> dict[str, Any]:
    return {
        "connection": "trade", "stream": DOCUMENTS, "key": key, "linked": key, "caller_phone": phone,
        "party_key": f"{PARTIES}:{of}", "started_at": ago(30), "ended_at": ago(30), "subject": "Цена",
    }  # fmt: skip


def enquiry(n: int, **told: Any) -> dict[str, Any]:
    usual = {
        "id": f"e{n}", "channel": "email", "thread": f"t{n}", "threads": [], "message_id": f"m{n}", "state": "new",
        "began_at": ago(2), "last_at": ago(1), "messages": 1, "files": 0, "orders": [], "topic_why": [],
        "route_why": [], "tags": [], "same_why": [],
    }  # fmt: skip
    return usual | told


def talk(n: int, phone: str, days: float) -> dict[str, Any]:
    return {
        "id": f"c{n}", "connection": "s", "linked": f"l{n}", "direction": "inbound", "number": phone,
        "phone": phone, "answered": True, "started_at": ago(days), "ended_at": ago(days), "wait_s": 1,
        "talk_s": 60, "legs": 1, "employee": "102", "operator": "102",
    }  # fmt: skip


class Told:
    """Three companies that share a number; what is known of them is put beside by each test."""

    def __init__(self, store: Store) -> None:
        self.store = store
        points = [
            *((f"c{n}", "legal_entity", SHARED) for n in range(3)),
            ("c1", "legal_entity", f"{ALONE};ext=12"), ("p2", "contact", OWN), ("p2", "contact", SHARED),
        ]  # fmt: skip
        rows = {
            "legal_entity": [{"id": f"c{n}", "name": f"ООО Вега {n}", "inn": f"770000000{n}"} for n in range(3)],
            "contact": [{"id": "p2", "legal_entity_id": "c2", "name": "Анна Ким"}],
            "contact_point": [
                {"id": f"t{n}", "owner_id": owner, "owner": kind, "kind": "phone", "value": value}
                for n, (owner, kind, value) in enumerate(points)
            ],
        }  # fmt: skip
        links = [
            {"connection": "trade", "stream": PARTIES, "key": f"k{n}", "golden_id": f"c{n}", "rule": "R1"}
            for n in range(3)
        ]  # fmt: skip
        extra = dict.fromkeys(
            ("unit_id", "own_id", "own_unit_id", "reason"), pl.lit(None, pl.String)
        )
        frame = pl.DataFrame(links).with_columns(**extra, score=pl.lit(None, pl.Float64))
        with store.write() as writer:
            for entity, told in rows.items():
                golden.save(writer, entity, pl.DataFrame(told, schema=golden_columns(entity)))
            identity.save_links(writer, "party", frame)

    def put(self, entity: str, *rows: dict[str, Any]) -> None:
        with self.store.write() as writer:
            canonical.save(writer, entity, canonical_records(entity, rows))

    def asked(self, *rows: dict[str, Any]) -> None:
        with self.store.write() as writer:
            enquiries.save(writer, frame_of(enquiry_columns(), rows))

    def called(self, *rows: dict[str, Any]) -> None:
        with self.store.write() as writer:
            calls.save(writer, frame_of(call_columns(), rows))

    def order_of(self, phone: str = SHARED) -> list[str]:
        with self.store.read() as reader:
            few = ranked(reader, [phone], NOW)
            every = ranked(reader, None, NOW).filter(pl.col("phone") == phone)
        assert few["company"].to_list() == every["company"].to_list(), "one by one as all at once"
        return few["company"].to_list()


@pytest.fixture
def told(store: Store) -> Told:
    return Told(store)


@pytest.mark.both_engines
def test_companies_of_a_shared_number_are_ranked_by_what_is_open_and_when_they_were_met(
    told: Told,
) -> None:
    assert told.order_of() == ["c0", "c1", "c2"], "by name, where nothing else is known"
    told.called(talk(1, ALONE, 80), talk(2, OWN, 5), talk(3, ALONE, 100))
    assert told.order_of() == ["c2", "c1", "c0"], "by the last touch over numbers of their own"
    told.put("customer_order", order("o1", "k1", ordered_at=ago(400)))
    assert told.order_of() == ["c1", "c2", "c0"], "an open order before any talk"
    told.asked(enquiry(1, company_id="c0"), enquiry(2, inn="7700000000"))
    assert told.order_of() == ["c0", "c1", "c2"], "two enquiries before one order"
    told.put("call_leg", document("d1", "k2", SHARED))
    assert told.order_of() == ["c2", "c0", "c1"], (
        "whom a colleague chose for this number before all"
    )


@pytest.mark.both_engines
def test_each_company_says_why_and_shows_what_is_open(told: Told) -> None:
    told.put(
        "customer_order", order("o1", "k2"), order("o2", "k2", ordered_at=ago(1)),
        order("o3", "k2", stage="closed"), order("o4", "k2", posting="draft"), order("o5", "nosuch"),
    )  # fmt: skip
    told.asked(
        enquiry(1, contact_id="p2", topic="claim", owner="anna"),
        enquiry(2, contact_id="p2", state="closed"),
    )
    told.called(talk(1, OWN, 5), talk(2, SHARED, 1))
    told.put("call_leg", document("d1", "k2", SHARED), document("d2", "k2", ALONE))
    with told.store.read() as reader:
        first, *others = attached(reader, SHARED, NOW)
        assert attached(reader, None, NOW) == []
        assert attached(reader, "+79990000000", NOW) == []
        assert open_orders(reader).height == 2, "of nobody known, closed and unposted are none"
    assert (first["company"], first["people"], first["bearers"]) == ("ООО Вега 2", ["Анна Ким"], 3)
    assert [(r["code"], r["count"]) for r in first["reasons"]] == [
        ("written", 1), ("orders", 2), ("enquiries", 1), ("talks", 1), ("last_touch", None),
    ]  # fmt: skip
    assert first["reasons"][-1]["at"] == ago(1)
    assert [one["number"] for one in first["orders"]] == ["УТ-o2", "УТ-o1"]
    assert [(one["id"], one["owner"]) for one in first["enquiries"]] == [("e1", "anna")]
    assert all(one["reasons"] == [] for one in others)


@pytest.mark.both_engines
def test_what_a_shared_number_asked_for_is_no_companys_yet(told: Told) -> None:
    told.asked(
        enquiry(1, channel="call", sender_phone=SHARED), enquiry(2, sender_phone=SHARED, company_id="c1"),
        enquiry(3, sender_phone=ALONE), enquiry(4, sender_phone="+79990000000", state="in_work"),
    )  # fmt: skip
    with told.store.read() as reader:
        found = {one: attached(reader, one, NOW) for one in (SHARED, ALONE, "+79990000000", None)}
        nobodys = {one: [row["id"] for row in of_number(reader, one, found[one])] for one in found}
    assert nobodys == {SHARED: ["e1"], ALONE: [], "+79990000000": ["e4"], None: []}
    of_companies = {
        one["company_id"]: [row["id"] for row in one["enquiries"]] for one in found[SHARED]
    }
    assert of_companies == {"c1": ["e3", "e2"], "c0": [], "c2": []}


def test_the_dial_plan_is_told_of_a_shared_number_who_is_likeliest_and_that_he_is_not_alone(
    told: Told,
) -> None:
    told.put("customer_order", order("o1", "k1"))
    told.called(talk(1, ALONE, 5), talk(2, SHARED, 1) | {"employee": "Крылова Ирина"})
    directory = Directory(Telephony())
    directory.refresh(told.store)
    assert directory.answer(ALONE) == Answer("102", "ООО Вега 1", "c1")
    assert (directory.answer(ALONE).orders, directory.answer(ALONE).enquiries) == (1, 0)
    shared = directory.answer(SHARED)
    assert shared == Answer("", "ООО Вега 1 +2", ""), "a person named in a document is no extension"
    assert [one.id for one in shared.companies] == ["c1", "c0", "c2"]
    assert shared.companies[0].orders == 1
    assert directory.answer("+79990000000").companies == ()
