"""Which record of a pair is in use: told beside the records on the page, and by the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from admin.wiring import site_of
from admin.wiring.sources import places
from dedup.trust import TrustOrder
from schemas.calls import call_columns
from store import Store, calls, canonical
from tests.admin.companies import id_of
from tests.admin.conftest import client_of
from tests.admin.seed import Seeded
from tests.flows.judged import Judged, ref
from tests.support.filled import HubOf
from tests.support.records import canonical_records

PHONE = "+74872000001"
PAIR = {"left": ref("a0"), "right": ref("b0")}


def in_use(judged: Judged) -> None:
    told = {"legal_form": "ООО", "region": "77", "name_core": "вега"}
    judged.put(
        {"key": "a0", **told, "name": "ООО «Вега»", "phones": [f"{PHONE};ext=2"]},
        {"key": "b0", **told, "name": "Вега ООО", "inn": "7707083893"},
    )
    at = datetime.now(UTC) - timedelta(days=3)
    row = {
        "id": "c1", "connection": "s", "linked": "c1", "direction": "inbound", "answered": True, "legs": 1,
        "phone": PHONE, "started_at": at, "ended_at": at, "wait_s": 0, "talk_s": 60,
    }  # fmt: skip
    with judged.store.write() as writer:
        calls.save(writer, pl.DataFrame([row], schema=call_columns()))


@pytest.fixture
def hub(hub_of: HubOf) -> Judged:
    return hub_of(in_use)


@pytest.fixture
def client(hub: Judged) -> Iterator[TestClient]:
    with TestClient(
        site_of(hub.house, "test"), base_url="http://127.0.0.1", client=("127.0.0.1", 50000)
    ) as client:
        yield client


def _rows(text: str) -> dict[str, list[str]]:
    """Heading → what its cells say."""
    found = re.findall(r'<tr><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', text, re.DOTALL)
    plain = [(re.sub("<[^>]+>", "", head), cells) for head, cells in found]
    cells = {
        head.strip(): re.findall(r"<td[^>]*>(.*?)</td>", told, re.DOTALL) for head, told in plain
    }
    return {
        head: [" ".join(re.sub("<[^>]+>", "", one).split()) for one in told] for head, told in cells.items()
    }  # fmt: skip


def test_the_page_tells_beside_each_record_whether_it_is_in_use(client: TestClient) -> None:
    rows = _rows(client.get("/reviews/pair", params=PAIR).text)
    assert rows["В работе"] == ["живая", "сведений нет"]
    assert rows["Звонки"][0].startswith("1 · последний раз")
    assert rows["Звонки"][1] == "—"
    assert rows["За 12 месяцев"] == ["1 контакт", "0 контактов"]


def test_the_api_tells_the_same_and_refuses_a_strange_record(client: TestClient) -> None:
    told = client.get("/v1/reviews/pair", params=PAIR).json()
    left, right = told["left"], told["right"]
    assert (left["ref"], left["alive"], left["calls"]["count"]) == (ref("a0"), True, 1)
    assert (right["alive"], right["calls"]["last"], right["months"]) == (False, None, [0] * 12)
    assert sum(left["months"]) == 1
    listed = client.get("/v1/reviews").json()["items"]
    assert told["seen"].partition("-")[0] in {one["seen"] for one in listed}
    for side in PAIR:
        strange: dict[str, Any] = {**PAIR, side: "erp/parties/none"}
        answer = client.get("/v1/reviews/pair", params=strange)
        assert (answer.status_code, answer.json()["code"]) == (404, "record_unknown")


def test_sources_stand_by_how_far_their_fields_are_trusted() -> None:
    trust = TrustOrder({"inn": ["registry", "ebs", "onec"]}, {"e": "ebs", "o": "onec", "k": "onec"})
    assert places(trust, "inn") == {"e": (1, 2), "o": (2, 2), "k": (2, 2)}
    strange = TrustOrder(trust.by_field, {"e": "ebs", "x": "somewhere"})
    assert places(strange, "inn") == {"e": (1, 2), "x": (2, 2)}


def _tabs(text: str) -> dict[str, str]:
    """Tab → how much it says is under it."""
    nav = text[text.index('<nav class="tabs"') :].partition("</nav>")[0]
    told = re.findall(r'href="\?tab=(\w+)"[^>]*>[^<]*(?:<span class="muted">([^<]*)</span>)?', nav)
    return dict(told)


def test_the_tabs_of_a_company_tell_how_much_is_under_them(client: TestClient, hub: Judged) -> None:
    card = f"/parties/{hub.of('a0')}"
    text = client.get(card).text
    counts = {"sources": "1", "units": "1", "calls": "1", "enquiries": "0", "orders": "0"}
    found = _tabs(text)
    assert {name: found[name] for name in counts} == counts
    history = client.get(f"{card}?tab=history").text
    assert found["history"] == str(history[history.index('id="history"') :].count("<li>"))
    assert "живая" in text
    calls_shown = client.get(f"{card}?tab=calls").text
    assert 'href="/calls/c1"' in calls_shown
    assert "Обращений нет" in client.get(f"{card}?tab=enquiries").text
    assert "Заказов нет" in client.get(f"{card}?tab=orders").text


def test_orders_of_its_sources_stand_under_their_tab(client: TestClient, hub: Judged) -> None:
    connection, stream, key = ref("a0").split("/", 2)
    order = {
        "connection": connection, "stream": "orders", "key": "o1", "number": "УТ-000123", "stage": "open",
        "party_key": f"{stream}:{key}", "ordered_at": datetime(2026, 11, 18, 7, tzinfo=UTC),
        "amount": "125000.5", "currency": "RUB", "status": "К отгрузке", "manager": "Анна Антонова",
    }  # fmt: skip
    with hub.store.write() as writer:
        canonical.save(writer, "customer_order", canonical_records("customer_order", [order]))
    card = f"/parties/{hub.of('a0')}"
    shown = client.get(f"{card}?tab=orders").text
    assert _tabs(shown)["orders"] == "1"
    for word in ("УТ-000123", "125 000,50", "К отгрузке", "Анна Антонова"):
        assert word in shown.replace("\xa0", " "), word
    assert client.get(f"/v1/parties/{hub.of('a0')}/life").json()["orders"]["count"] == 1


def test_who_of_ours_holds_its_contracts_stands_on_the_card(
    client: TestClient, hub: Judged
) -> None:
    connection, stream, key = ref("a0").split("/", 2)
    usual = {"connection": connection, "stream": "contracts", "party_key": f"{stream}:{key}"}
    told = [
        {"key": "1", "number": "7/К", "our_unit": "ООО «Урал»", "stage": "closed", "amount": "0"},
        {"key": "2", "number": "12/К", "our_unit": "АО «Сбыт»", "stage": "open", "amount": "600000",
         "signed_at": datetime(2025, 3, 1, 7, tzinfo=UTC)},
        {"key": "3", "number": "13/К", "our_unit": "Чужая", "stage": "open", "party_key": f"{stream}:b0"},
    ]  # fmt: skip
    with hub.store.write() as writer:
        rows = canonical_records("contract", [usual | one for one in told])
        canonical.save(writer, "contract", rows)
    page = client.get(f"/parties/{hub.of('a0')}").text
    page = page.replace("&nbsp;", " ").replace("\xa0", " ")
    card = page[page.index('id="contracts"') :].partition("</section>")[0]
    for part in ("АО «Сбыт»", "12/К", "01.03.2025", "600 000 ₽", "ООО «Урал»"):
        assert part in card, part
    assert "Чужая" not in card
    found = client.get(f"/v1/parties/{hub.of('a0')}").json()["contracts"]
    assert [(one["number"], one["our_unit"], one["stage"]) for one in found] == [
        ("12/К", "АО «Сбыт»", "open"), ("7/К", "ООО «Урал»", "closed"),
    ]  # fmt: skip


def test_the_api_tells_whether_a_company_is_in_use(client: TestClient, hub: Judged) -> None:
    told = client.get(f"/v1/parties/{hub.of('a0')}/life").json()
    assert (told["alive"], told["calls"]["count"], told["orders"]["count"]) == (True, 1, 0)
    assert client.get(f"/v1/parties/{hub.of('b0')}/life").json()["alive"] is False
    assert client.get("/v1/parties/none/life").json()["code"] == "party_unknown"


@pytest.fixture
def seeded_client(full_store: tuple[Store, Seeded]) -> TestClient:
    return client_of(full_store[0])


def test_enquiries_and_the_orders_they_name_stand_under_their_tabs(
    seeded_client: TestClient,
) -> None:
    """The seed's company of number 1 asks about order 4512 from its person's number."""
    card = f"/parties/{id_of(1)}"
    found = _tabs(seeded_client.get(card).text)
    assert (found["enquiries"], found["orders"]) == ("1", "1")
    enquiries = seeded_client.get(f"{card}?tab=enquiries").text
    [link] = set(re.findall(r'href="(/enquiries/[^"]+)"', enquiries[enquiries.index("<main") :]))
    orders = seeded_client.get(f"{card}?tab=orders").text
    assert '<th scope="row" class="code">4512</th>' in orders
    assert f'href="{link}"' in orders
