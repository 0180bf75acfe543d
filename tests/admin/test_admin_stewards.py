"""Stewards' pages over a living hub, with forms alone: later, groups, many at once, picks, companies parted."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from admin.app import create_app
from admin.wiring import HouseActions
from tests.admin.conftest import SETTINGS
from tests.admin.test_admin_plans import listening
from tests.flows.judged import Judged, inn, ref
from tests.support.filled import HubOf

ORIGIN = {"sec-fetch-site": "same-origin"}
NAMES = ("Ромашка", "Лютик", "Вектор")


def known(judged: Judged) -> None:
    told = {"legal_form": "ООО", "region": "77"}
    rows = [
        {"key": f"{side}{n}", **told, "name": title, "name_core": name.lower(), **more}
        for n, name in enumerate(NAMES)
        for side, title, more in (
            ("a", f"ООО «{name}»", {"inn": inn(n + 1)}),
            ("b", f"ООО {name} — филиал", {}),
        )
    ]
    judged.put(*rows)


@pytest.fixture
def hub(sqlite_hub_of: HubOf) -> Judged:
    return sqlite_hub_of(known)


@pytest.fixture
def client(hub: Judged) -> Iterator[TestClient]:
    actions = HouseActions(hub.house)
    app = create_app(hub.store, SETTINGS, actions)
    with TestClient(app, client=("127.0.0.1", 40000)) as client:
        yield client


def _fields(text: str, action: str) -> dict[str, str]:
    form = text[text.index(f'action="{action}"') :].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in found}


def _pair(client: TestClient, number: int = 0) -> str:
    params = {"left": ref(f"a{number}"), "right": ref(f"b{number}")}
    answer = client.get("/reviews/pair", params=params)
    assert answer.status_code == 200
    return answer.text


def _waiting(client: TestClient, lane: str = "wait") -> set[str]:
    rows = client.get(f"/reviews.json?lane={lane}").json()["rows"]
    return {min(row["left_key"], row["right_key"]) for row in rows}


def test_what_is_put_off_waits_under_its_tab_and_comes_back(client: TestClient) -> None:
    sent = {**_fields(_pair(client), "/reviews/pair"), "verdict": "later"}
    done = client.post("/reviews/pair", data=sent, headers=ORIGIN)
    assert "Отложено" in done.text
    assert (_waiting(client), _waiting(client, "later")) == ({"a1", "a2"}, {"a0"})
    back = {**_fields(done.text, "/reviews/withdraw")}
    assert client.post("/reviews/withdraw", data=back, headers=ORIGIN).status_code == 200
    assert _waiting(client) == {"a0", "a1", "a2"}


def test_a_value_is_picked_by_a_form_and_a_strange_record_offers_none(
    client: TestClient, hub: Judged
) -> None:
    text = _pair(client)
    assert 'name="pick.name" value="erp/parties/b0"' in text
    assert 'name="pick.inn"' not in text
    sent = {**_fields(text, "/reviews/pair"), "verdict": "same"}
    sent |= {"pick.name": ref("b0"), "pick.full_name": ref("a2"), "flags": "on"}
    assert client.post("/reviews/pair", data=sent, headers=ORIGIN).status_code == 200
    hub.settle()
    (card,) = hub.golden().filter(id=hub.of("a0")).to_dicts()
    assert card["name"] == "ООО Ромашка — филиал"
    assert card["full_name"] is None


def test_what_speaks_against_must_be_read_first(client: TestClient, hub: Judged) -> None:
    sent = {**_fields(_pair(client), "/reviews/pair"), "verdict": "same", "flagged": "1"}
    refused = client.post("/reviews/pair", data=sent, headers=ORIGIN)
    assert refused.status_code == 409
    assert "Сначала отметьте" in refused.text
    assert hub.ledger().is_empty()


def test_a_group_is_answered_at_once_and_taken_back(client: TestClient, hub: Judged) -> None:
    groups = client.get("/reviews/groups").text
    (link,) = set(re.findall(r'href="(/reviews/bulk\?verdict=same[^"]+)"', groups))
    preview = client.get(unescape(link)).text
    assert "3 пары: каждая — одна компания?" in preview
    by_rule = client.get(
        "/reviews/bulk?verdict=different&rule=R8&sources=erp/parties ~ erp/parties"
    )
    assert "3 пары: в каждой две компании?" in by_rule.text
    assert client.get("/reviews/bulk?verdict=same").status_code == 404
    sent = _fields(preview, "/reviews/bulk")
    act = client.post("/reviews/bulk", data=sent, headers=ORIGIN)
    path = act.url.path
    deadline = time.monotonic() + 30
    while "Отменить действие целиком" not in (text := client.get(path).text):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "3 из 3" in text
    assert hub.ledger().height == len(NAMES)
    undone = client.post(path, data={**_fields(text, path), "do": "undo"}, headers=ORIGIN)
    assert "отменено" in undone.text
    hub.settle()
    assert len(hub.waiting()) == len(NAMES)
    again = client.post(path, data={**_fields(text, path), "do": "undo"}, headers=ORIGIN)
    assert again.status_code == 409


def test_a_company_is_parted_after_a_look_and_joined_again(client: TestClient, hub: Judged) -> None:
    sent = {**_fields(_pair(client), "/reviews/pair"), "verdict": "same", "flags": "on"}
    client.post("/reviews/pair", data=sent, headers=ORIGIN)
    hub.settle()
    company = hub.of("a0")
    page = client.get(f"/clusters/{company}").text
    assert page.count('type="checkbox" name="ref"') == 2
    assert "<line" in page
    look = client.get(f"/clusters/{company}/parting", params={"ref": ref("b0")}).text
    assert "Отделить 1 запись?" in look
    action = f"/clusters/{company}/split"
    parted = client.post(action, data=_fields(look, action), headers=ORIGIN)
    assert "Разъединено" in parted.text
    hub.settle()
    assert hub.of("b0") != company
    stale = client.post(action, data=_fields(look, action), headers=ORIGIN)
    assert stale.status_code == 409
    undo = f"/clusters/{company}/undo"
    client.post(undo, data=_fields(parted.text, undo), headers=ORIGIN)
    hub.settle()
    assert hub.of("b0") == company


HOSTILE = (
    "<script>alert(1)</script>",
    "\u202etfel",
    "=1+1",
    "я" * 900,
    "9" * 30,
    "a/b/c\x00",
    "a/b/c",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_any_place_gets_a_sentence(client: TestClient, text: str) -> None:
    told, page = quote(text), _pair(client)
    for path in (
        f"/reviews?lane={told}&reason={told}&rule={told}&sources={told}&pattern={told}&order={told}&at={told}",
        f"/reviews/pair?left={told}&right={told}", f"/reviews/next?left={told}&right={told}",
        f"/reviews/bulk?verdict=same&pattern={told}", f"/reviews/acts/{told}", f"/clusters/{told}",
        f"/clusters/{told}/parting?ref={told}", f"/reviews?done={told}&was=same&of_left={told}",
        f"/v1/reviews?pattern={told}&cursor={told}", f"/v1/clusters/{told}",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code < 500, path
        assert "<script>alert" not in answer.text
    sent = {**_fields(page, "/reviews/pair"), "verdict": "unsure", "why": text, "order": text}
    for name in ("left", "seen", "pick.name", "why"):
        answer = client.post("/reviews/pair", data={**sent, name: text}, headers=ORIGIN)
        assert answer.status_code < 500, name


def test_the_queue_takes_few_queries(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("/reviews", "/reviews?rule=R8&order=oldest", "/reviews/groups", "/reviews/second"):
        with listening(monkeypatch) as sent:
            assert client.get(path).status_code == 200
        assert len(sent) <= 6, path


def test_the_api_does_what_the_pages_do(client: TestClient, hub: Judged) -> None:
    waiting = client.get("/v1/reviews").json()["items"]
    assert {one["rule"] for one in waiting} == {"R8"}
    first = waiting[0]
    body = {"left": first["left"]["ref"], "right": first["right"]["ref"], "seen": first["seen"]}
    done = client.post("/v1/reviews/decisions", json={**body, "verdict": "same"}).json()
    assert client.post("/v1/reviews/decisions", json={**body, "verdict": "same"}).json() == done
    assert client.delete(f"/v1/reviews/decisions/{done['decision']}").status_code == 200
    stale = client.post("/v1/reviews/decisions", json={**body, "verdict": "same", "seen": "x"})
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    hub.settle()
    group = {"verdict": "different", "pattern": first["pattern"]}
    plan = client.post("/v1/reviews/bulk/preview", json=group).json()
    act = client.post("/v1/reviews/bulk", json={**group, "seen": plan["seen"]}).json()
    assert (act["size"], act["kind"]) == (plan["pairs"], "bulk")
    company = client.get(f"/v1/clusters/{hub.of('a0')}").json()
    assert [one["ref"] for one in company["members"]] == [ref("a0")]
    refused = client.post(f"/v1/clusters/{hub.of('a0')}/parting", json={"records": [ref("a0")]})
    assert refused.status_code == 409


def test_everyone_sees_the_statistics_of_his_own(client: TestClient) -> None:
    sent = {**_fields(_pair(client), "/reviews/pair"), "verdict": "different"}
    client.post("/reviews/pair", data=sent, headers=ORIGIN)
    text = client.get("/reviews/statistics").text
    assert re.search(r'<th scope="row">\w+</th><td class="num">1</td>', text)
