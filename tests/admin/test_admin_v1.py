"""`/v1` beyond companies: parts, judgements and values by versions, one answer per key, one place per consumer."""

from __future__ import annotations

import asyncio
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from admin.api import bell as bells
from admin.api.models import Problem
from admin.guard import masking
from config.telephony import Telephony
from flows.calls.assemble import assembled
from simulators.telephony import working_day
from store import calls, feed, journal
from tests.admin.outside import Outside, filled_base, hub
from tests.flows.judged import ref
from tests.support.closely import close
from tests.support.legs import canonical_legs

__all__ = ["filled_base", "hub"]


def problem(answer: Any, status: int, code: str) -> Problem:
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    found = Problem.model_validate(answer.json())
    assert found.code == code
    return found


def settled(hub: Outside) -> Outside:
    hub.judged.settle()
    return hub


def test_every_part_can_be_listed_by_its_company_and_read_by_its_id(hub: Outside) -> None:
    a = hub.judged.of("a1")
    for kind, count in (("units", 1), ("contacts", 1), ("contact-points", 2), ("addresses", 1)):
        found = hub.crm.get(f"/v1/{kind}", params={"party_id": a}).json()["items"]
        assert len(found) == count, kind
        assert hub.crm.get(f"/v1/{kind}/{found[0]['id']}").json() == found[0]
    assert hub.crm.get("/v1/items", params={"name": "кабель"}).json()["items"][0]["code"] == "К-1"
    assert hub.crm.get("/v1/items", params={"code": "К-1"}).json()["items"][0]["version"] == 1
    problem(hub.crm.get("/v1/units/none"), 404, "record_unknown")


def test_fields_and_tags_save_what_the_caller_does_not_need(hub: Outside) -> None:
    page = hub.crm.get("/v1/parties", params={"fields": "name,inn", "limit": 1})
    assert set(page.json()["items"][0]) == {"id", "version", "name", "inn"}
    again = hub.crm.get(
        "/v1/parties",
        params={"fields": "name,inn", "limit": 1},
        headers={"If-None-Match": "W/" + page.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    problem(hub.crm.get("/v1/units", params={"fields": "inn"}), 422, "field_unknown")


def test_one_box_finds_a_company_by_any_identifier(hub: Outside) -> None:
    a = hub.judged.of("a1")
    inn = hub.crm.get(f"/v1/parties/{a}").json()["inn"]
    for typed in (inn, "8 495 000-00-01", "ivanov@romashka.ru", ref("a2"), a, "ромашка"):
        found = hub.crm.get("/v1/search", params={"q": typed}).json()["items"]
        assert a in [one["id"] for one in found], typed


def test_a_decision_merges_and_its_withdrawal_parts_again(hub: Outside) -> None:
    a, b = hub.judged.of("a1"), hub.judged.of("b1")
    made = hub.steward.post("/v1/decisions", json={"verdict": "same", "who": [a, ref("b1")]})
    assert (made.status_code, made.json()["written"]) == (201, 1)
    assert settled(hub).crm.get(f"/v1/parties/{b}").json()["id"] == a
    again = hub.steward.post("/v1/decisions", json={"verdict": "same", "who": [a, ref("b1")]})
    assert (again.status_code, again.json()) == (200, {**made.json(), "written": 0})
    (number,) = made.json()["decisions"]
    told = hub.crm.get("/v1/decisions", params={"golden_id": a}).json()["items"][0]
    assert (told["id"], told["author"], told["kind"]) == (number, "token:steward", "same")
    for written in (1, 0):
        gone = hub.steward.delete(f"/v1/decisions/{number}")
        assert (gone.status_code, gone.json()["written"]) == (200, written)
    assert settled(hub).crm.get(f"/v1/parties/{b}").json()["redirected_from"] is None
    problem(hub.steward.delete("/v1/decisions/4711"), 404, "decision_unknown")


WRONG = (
    ({"verdict": "same", "who": ["nobody", "none"]}, 422, "value_wrong"),
    ({"verdict": "same", "who": ["a"]}, 422, "list_too_short"),
    ({"verdict": "different", "who": ["a", "b", "c"]}, 422, "value_wrong"),
    ({"verdict": "maybe", "who": ["a", "b"]}, 422, "choice_unknown"),
    ({"verdict": "same", "who": "ab"}, 422, "list_expected"),
    ({"verdict": "same", "who": ["a", "b"], "versions": []}, 422, "object_expected"),
    ({"verdict": "same", "who": ["erp/parties/a1", "erp/parties/c1"]}, 409, "conflict"),
)


def test_a_judgement_that_cannot_be_is_refused_with_its_reason(hub: Outside) -> None:
    for body, status, code in WRONG:
        found = problem(hub.steward.post("/v1/decisions", json=body), status, code)
        assert found.detail.endswith(".")
    assert hub.crm.get("/v1/decisions").json()["items"] == []


def test_a_value_is_set_on_the_version_that_was_seen(hub: Outside) -> None:
    a = hub.judged.of("a1")
    path, card = f"/v1/records/{a}/values/name", hub.steward.get(f"/v1/parties/{a}")
    new = {"value": "ООО «Ромашка Плюс»", "reason": "letter"}
    problem(hub.steward.put(path, json=new), 428, "if_match_needed")
    problem(hub.steward.put(path, json=new, headers={"If-Match": '"99"'}), 412, "version_old")
    seen = {"If-Match": card.headers["etag"]}
    assert hub.steward.put(path, json=new, headers=seen).json()["written"] == 1
    assert settled(hub).crm.get(f"/v1/parties/{a}").json()["name"] == new["value"]
    problem(hub.steward.put(path, json=new, headers=seen), 412, "version_old")
    now = {"If-Match": hub.crm.get(f"/v1/parties/{a}").headers["etag"]}
    assert hub.steward.delete(path, headers=now).json()["written"] == 1
    assert settled(hub).crm.get(f"/v1/parties/{a}").json()["name"] == card.json()["name"]
    wrong = hub.steward.put(
        f"/v1/records/{a}/values/inn",
        json={"value": "123"},
        headers={"If-Match": f'"{hub.crm.get(f"/v1/parties/{a}").json()["version"]}"'},
    )
    assert problem(wrong, 422, "value_wrong").field == "inn"


def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(hub: Outside) -> None:
    body, key = {"verdict": "same", "who": [ref("a1"), ref("b1")]}, {"Idempotency-Key": "k-1"}
    first = hub.steward.post("/v1/decisions", json=body, headers=key)
    again = hub.steward.post("/v1/decisions", json=body, headers=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    other = {**body, "reason": "another"}
    problem(hub.steward.post("/v1/decisions", json=other, headers=key), 422, "request_key_used")
    mine = hub.engineer.post("/v1/decisions", json=other, headers=key)
    assert mine.status_code == 200, "a key belongs to who sent it"
    refused = {"Idempotency-Key": "k-2"}
    assert hub.steward.post("/v1/decisions", json={}, headers=refused).status_code == 422
    assert hub.steward.post("/v1/decisions", json=body, headers=refused).status_code == 200


def test_of_simultaneous_requests_with_one_key_one_is_carried_out(hub: Outside) -> None:
    key = {"Idempotency-Key": "k-3"}

    def make(_: int) -> int:
        body = {"name": "one", "position": 0}
        return int(hub.crm.post("/v1/consumers", json=body, headers=key).status_code)

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(make, range(6)))
    assert set(found) <= {201, 409}, found
    assert 201 in found
    assert len(hub.crm.get("/v1/consumers").json()["items"]) == 1


def test_a_consumer_is_given_again_what_it_has_not_confirmed(hub: Outside) -> None:
    made = hub.crm.post("/v1/consumers", json={"name": "Битрикс 24", "position": 0})
    path = made.headers["location"]
    assert made.json()["lag"] == hub.judged.feed_end()
    first = hub.crm.get(f"{path}/changes", params={"limit": 3}).json()
    assert hub.crm.get(f"{path}/changes", params={"limit": 3}).json() == first
    acked = hub.crm.post(f"{path}/ack", json={"position": first["next"]})
    assert acked.json()["position"] == 3
    assert hub.crm.post(f"{path}/ack", json={"position": 1}).json()["position"] == 3
    assert hub.crm.get(f"{path}/changes", params={"limit": 1}).json()["items"][0]["pos"] == 4
    problem(hub.crm.post(f"{path}/ack", json={"position": 10**6}), 422, "position_beyond")
    problem(hub.steward.post(f"{path}/ack", json={"position": 1}), 403, "consumer_of_another")
    assert hub.engineer.put(f"{path}/position", json={"position": 1}).json()["position"] == 1
    problem(hub.crm.post("/v1/consumers", json={"name": "Битрикс 24"}), 409, "name_taken")
    assert hub.crm.delete(path).status_code == 204
    problem(hub.crm.get(path), 404, "consumer_unknown")
    with hub.judged.store.read() as reader:
        assert journal.check(reader).broken == 0


def test_who_asks_is_looked_at_before_what_was_sent(hub: Outside) -> None:
    """A body that is no JSON, or of any size, teaches a stranger nothing and costs nothing."""
    for body in (b"{", b"[]", b" " * 2_000_000):
        stranger = TestClient(hub.app, base_url="http://127.0.0.1")
        answer = stranger.post("/v1/decisions", content=body)
        problem(answer, 401, "sign_in_needed")
        problem(hub.viewer.post("/v1/decisions", content=body), 403, "forbidden")
        problem(hub.viewer.post("/v1/parties", content=body), 403, "forbidden")


def test_no_answer_under_v1_is_anything_but_a_problem_document(hub: Outside) -> None:
    problem(hub.crm.get("/v1/parties", headers={"Host": "evil.example"}), 400, "host_unknown")
    problem(hub.crm.get("/v1/parties/"), 404, "address_unknown")
    problem(hub.crm.get("/v1"), 404, "address_unknown")
    led = hub.crm.get("/parties/", follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (307, "/parties")


def test_whoever_calls_too_often_is_told_when_to_come_again(hub: Outside) -> None:
    hub.site.pace.most = 3
    told = [hub.crm.get("/v1/parties").status_code for _ in range(4)]
    assert told == [200, 200, 200, 429]
    late = hub.crm.get("/v1/parties")
    assert problem(late, 429, "too_often").detail
    assert 1 <= int(late.headers["retry-after"]) <= 60
    assert hub.steward.get("/v1/parties").status_code == 200, "each token has its own pace"


def test_phones_and_mails_are_masked_for_who_may_only_look(hub: Outside) -> None:
    a = hub.judged.of("a1")
    own = hub.crm.get(f"/v1/parties/{a}").json()["contact_points"]
    seen = hub.viewer.get(f"/v1/parties/{a}").json()["contact_points"]
    assert {one["value"] for one in own} == {"+74950000001", "ivanov@romashka.ru"}
    assert {one["value"] for one in seen} == {"+7495•••••01", "i•••••@romashka.ru"}
    listed = hub.viewer.get("/v1/contact-points", params={"party_id": a}).json()["items"]
    assert {one["value"] for one in listed} == {one["value"] for one in seen}
    phone = next(one for one in own if one["kind"] == "phone")
    whole = hub.viewer.post(f"/v1/contact-points/{phone['id']}/reveal", json={})
    assert whole.json()["value"] == "+74950000001"
    with hub.judged.store.read() as reader:
        (noted,) = [r for r in reader.rows(journal.journal.select()) if r.act == "revealed"]
    assert (noted.who, noted.object_id, noted.address) == ("token:viewer", phone["id"], "10.0.0.7")


def test_a_viewer_sees_the_card_masked_until_he_asks_and_that_is_noted(hub: Outside) -> None:
    a, c = hub.judged.of("a1"), hub.judged.of("c1")
    page = hub.viewer.get(f"/parties/{a}").text
    assert "+7495•••••01" in page
    for tab in ("golden", "sources", "units", "history"):
        assert "4950000001" not in close(hub.viewer.get(f"/parties/{a}?tab={tab}").text), tab
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    fields, headers = {"party": a, "csrf": token[1]}, {"sec-fetch-site": "same-origin"}
    shown = hub.viewer.post("/reveal", data=fields, headers=headers)
    assert "+74950000001" in close(shown.text)
    seal = shown.url.params["shown"]
    assert "+74950000001" not in close(hub.viewer.get(f"/parties/{a}?shown=9{seal}").text)
    assert "+74950000001" not in close(
        hub.viewer.get(f"/parties/{a}?shown={seal.split('.')[0]}.x").text
    )
    assert not masking.passes(_request(hub, c, seal), c), "a pass is for one company"
    assert "+74950000001" in close(hub.steward.get(f"/parties/{a}").text)
    with hub.judged.store.read() as reader:
        noted = [r for r in reader.rows(journal.journal.select()) if r.act == "revealed"]
    assert [(r.who, r.object_id) for r in noted] == [("token:viewer", a)]


def test_a_viewer_sees_no_phone_of_a_pair_and_none_of_the_journal_of_calls(hub: Outside) -> None:
    day = working_day(["84950000001"], 12)
    with hub.judged.store.write() as writer:
        calls.save(writer, assembled(canonical_legs(day.rows), Telephony()))
    left, right = ref("a2"), ref("c1")
    for path in (f"/reviews/pair?left={left}&right={right}", "/calls", "/calls.json", "/calls.csv"):
        assert "4950000001" in close(hub.steward.get(path).text), path
        assert "4950000001" not in close(hub.viewer.get(path).text), path


def _request(hub: Outside, party_id: str, seal: str) -> Request:
    bearer = hub.viewer.headers["authorization"].encode()
    return Request(
        {"type": "http", "app": hub.app, "path": f"/parties/{party_id}", "method": "GET",
         "query_string": f"shown={seal}".encode(), "headers": [(b"authorization", bearer)]}
    )  # fmt: skip


@pytest.mark.anyio
async def test_many_who_wait_are_served_by_one_look_at_the_feed(
    hub: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    head = bells.feed.head

    def counted(reader: Any) -> int:
        nonlocal looks
        looks += 1
        return head(reader)

    monkeypatch.setattr(bells.feed, "head", counted)
    monkeypatch.setattr(bells, "LOOK_SECONDS", 0.05)
    end, bell, began = hub.judged.feed_end(), bells.Bell(hub.judged.store), time.monotonic()
    waiting = [asyncio.create_task(bell.wait(end, 30)) for _ in range(200)]
    await asyncio.sleep(0.2)
    assert not any(one.done() for one in waiting)
    await asyncio.to_thread(hub.judged.put, {"key": "d1", "name": "ООО Новая", "inn": "7707083893"})
    await asyncio.gather(*waiting)
    took = time.monotonic() - began
    assert looks <= took / 0.05 + 2
    began = time.monotonic()
    await bell.wait(10**9, 0.1)
    assert time.monotonic() - began < 5, "the wait is bounded"


def test_a_long_poll_answers_with_the_event(hub: Outside) -> None:
    end = hub.judged.feed_end()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(hub.crm.get, "/v1/changes", params={"after": end, "wait": 20})
        hub.judged.put({"key": "d2", "name": "ООО Новая", "inn": "7707083893"})
        assert asked.result(25).json()["items"][0]["pos"] == end + 1
    with hub.judged.store.read() as reader:
        assert feed.newest(reader) > end


def test_a_key_is_text_of_a_reasonable_length(hub: Outside) -> None:
    body = json.dumps({"name": "x"})
    for key, code in (("", "text_too_short"), ("x" * 201, "text_too_long")):
        answer = hub.crm.post("/v1/consumers", content=body, headers={"Idempotency-Key": key})
        assert problem(answer, 422, code).field == "Idempotency-Key"
