"""What was written down of a call, on its page and by the API, as each role may see it."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from config.telephony import Telephony
from flows.calls.assemble import assembled
from flows.calls.twice import told_once
from schemas.calls import OF_LEG
from simulators.telephony import working_day
from store import calls, canonical
from tests.admin.outside import Outside, filled_base, hub
from tests.support.closely import close
from tests.support.legs import canonical_legs
from tests.support.records import canonical_records

CONNECTION = "erp"  # that of the companies
__all__ = ["filled_base", "hub"]
RULES = Telephony(documents={CONNECTION: "s"})
SUBJECT, COMMENT, PERSON = "Срок <отгрузки>", "Перезвонить на 8 495 000-00-01", "Иванов Иван"


@pytest.fixture
def noted(hub: Outside) -> str:
    """The id of a call of the switch that a document of 1C notes, with the counterparty a2."""
    legs = canonical_legs(working_day(["84950000001"], 1).rows)
    begun = legs["answered_at"][0]
    note = canonical_records("call_leg", [{
        "connection": CONNECTION, "stream": "documents", "key": "d1", "linked": "d1", "direction": "inbound",
        "caller": "84950000001", "caller_phone": legs["caller_phone"][0], "outcome": "answered",
        "started_at": begun, "ended_at": begun, "agent": "Крылова Ирина", "noted_by": "Крылова Ирина",
        "subject": SUBJECT, "comment": COMMENT, "person": PERSON, "party_key": "parties:a2",
    }])  # fmt: skip
    both = pl.concat([legs.select(OF_LEG), note.select(OF_LEG)])
    told = told_once(assembled(both, RULES), RULES)
    with hub.judged.store.write() as writer:
        canonical.save(writer, "call_leg", note)
        calls.save(writer, told)
    found = told.filter(pl.col("connection") == "s")
    assert told.filter(pl.col("connection") == CONNECTION)["same_as"].item() == found["id"].item()
    return str(found["id"].item())


def test_the_page_shows_what_was_written_and_whom_it_is_about(hub: Outside, noted: str) -> None:
    page = hub.steward.get(f"/calls/{noted}")
    assert page.status_code == 200
    assert "Срок &lt;отгрузки&gt;" in page.text, "text of others is no markup"
    assert COMMENT in page.text
    assert PERSON in page.text
    [own] = hub.steward.get(f"/v1/calls/{noted}").json()["notes"]
    assert own["company"] == "ООО Ромашка"
    assert f"/parties/{own['company_id']}" in page.text
    assert (own["subject"], own["noted_by"], own["person"]) == (SUBJECT, "Крылова Ирина", PERSON)


def test_who_may_only_look_reads_the_subject_and_nothing_of_the_person(
    hub: Outside, noted: str
) -> None:
    page, answer = hub.viewer.get(f"/calls/{noted}"), hub.viewer.get(f"/v1/calls/{noted}")
    assert "Срок" in page.text
    for text in (page.text, answer.text):
        assert "Перезвонить" not in text
        assert PERSON not in text
        assert "4950000001" not in close(text)
    assert answer.json()["notes"][0]["comment"] is None


def test_a_chosen_record_that_is_not_known_names_nobody(hub: Outside, noted: str) -> None:
    with hub.judged.store.write() as writer:
        other = canonical.load(writer, "call_leg").drop("seq").with_columns(
            party_key=pl.lit("parties:nosuch"), hash=pl.lit(1, pl.Int64),
        )  # fmt: skip
        canonical.save(writer, "call_leg", other)
    [own] = hub.steward.get(f"/v1/calls/{noted}").json()["notes"]
    assert (own["company"], own["company_id"]) == (None, None)


def test_a_call_nobody_knows_is_told_as_that(hub: Outside) -> None:
    answer = hub.steward.get("/v1/calls/nosuch")
    assert (answer.status_code, answer.json()["code"]) == (404, "call_unknown")


def test_a_document_taken_back_is_shown_no_more(hub: Outside, noted: str) -> None:
    with hub.judged.store.write() as writer:
        gone = canonical.load(writer, "call_leg").drop("seq").with_columns(
            deleted=pl.lit(value=True), hash=pl.lit(1, pl.Int64),
        )  # fmt: skip
        canonical.save(writer, "call_leg", gone)
    assert hub.steward.get(f"/v1/calls/{noted}").json()["notes"] == []


def test_the_page_and_the_api_tell_whose_number_it_is_and_what_is_open(
    hub: Outside, noted: str
) -> None:
    order = canonical_records("customer_order", [{
        "connection": CONNECTION, "stream": "orders", "key": "o1", "number": "УТ-000123", "stage": "open",
        "party_key": "parties:a2", "ordered_at": datetime(2026, 11, 18, 7, tzinfo=UTC), "amount": "125000.5",
    }])  # fmt: skip
    with hub.judged.store.write() as writer:
        canonical.save(writer, "customer_order", order)
    page = hub.steward.get(f"/calls/{noted}").text
    for word in (
        "Чей это номер",
        "ООО Ромашка",
        "1 открытый заказ",
        "УТ-000123",
        "выбран в 1 документе",
    ):
        assert word in page, word
    own = hub.steward.get(f"/v1/calls/{noted}").json()["bearers"]
    phone = hub.steward.get(f"/v1/calls/{noted}").json()["phone"]
    asked = hub.steward.get("/v1/callers", params={"phone": "8 (495) 000-00-01"}).json()
    assert asked == {"phone": phone, "companies": own, "enquiries": []}
    assert [one["code"] for one in own[0]["reasons"]] == ["written", "orders", "last_touch"]
    assert own[0]["orders"][0]["amount"] == "125000.5"
    nobody = hub.steward.get("/v1/callers", params={"phone": "+79990000000"}).json()
    assert nobody["companies"] == []
    assert hub.viewer.get("/v1/callers", params={"phone": phone}).status_code == 200
