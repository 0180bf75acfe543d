"""The page of those who follow the feed: made, tested, paused, moved and removed, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from admin.wiring import site_of
from flows import deliver
from flows.outward import Answered
from store import consumers, webhooks
from tests.flows.judged import Judged, inn
from tests.support.filled import HubOf

SAME = {"sec-fetch-site": "same-origin"}


def known(judged: Judged) -> None:
    judged.put({"key": "a", "name": "ООО Ромашка", "inn": inn(1)})


@pytest.fixture
def hub(sqlite_hub_of: HubOf) -> Judged:
    return sqlite_hub_of(known)


@pytest.fixture
def page(hub: Judged) -> Iterator[TestClient]:
    app = site_of(hub.house, "test")
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        yield client


def sent(page: TestClient, **fields: Any) -> Response:
    token = re.search(r'name="csrf" value="([^"]+)"', page.get("/subscribers").text)
    assert token is not None
    told: Response = page.post("/subscribers", data={**fields, "csrf": token[1]}, headers=SAME)
    return told


def one(hub: Judged) -> webhooks.Webhook:
    with hub.store.read() as reader:
        (found,) = webhooks.listing(reader)
    return found


def added(page: TestClient, hub: Judged) -> webhooks.Webhook:
    shown = sent(page, act="add", name="Сайт", url="https://shop.example/hooks", entities=["unit"])
    made = one(hub)
    assert made.secret in shown.text
    assert made.secret not in page.get("/subscribers").text, "the secret is shown once"
    return made


def test_a_webhook_is_made_paused_resumed_replayed_and_removed(
    page: TestClient, hub: Judged
) -> None:
    made = added(page, hub)
    assert (made.entities, made.position) == (["unit"], hub.feed_end())
    for act, state in (("pause", "paused"), ("resume", "active")):
        assert "note ok" in sent(page, act=act, webhook=made.id).text
        assert one(hub).state == state
    assert "отправлено снова" in sent(page, act="replay", webhook=made.id, position="1").text
    assert one(hub).position == 1
    sent(page, act="remove", webhook=made.id)
    with hub.store.read() as reader:
        assert webhooks.listing(reader) == []


@pytest.mark.parametrize(
    ("answer", "said"), [(Answered(204), "принял пробу"), (Answered(500), "ответил 500")]
)
def test_a_test_tells_what_the_receiver_answered(
    page: TestClient, hub: Judged, monkeypatch: pytest.MonkeyPatch, answer: Answered, said: str
) -> None:
    monkeypatch.setattr(deliver, "post", lambda *_: answer)
    made = added(page, hub)
    shown = sent(page, act="test", webhook=made.id)
    assert said in shown.text
    assert one(hub).position == made.position


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "add", "name": "x", "url": "http://10.0.0.1/"},
        {"act": "add", "name": "x", "url": "https://localhost/"},
        {"act": "add", "name": "", "url": "https://shop.example/"},
        {"act": "add", "name": "<b>x\u202e", "url": "https://shop.example/"},
        {"act": "add", "name": "x\0", "url": "https://shop.example/"},
        {"act": "replay", "webhook": "1", "position": "999999"},
        {"act": "replay", "webhook": "1", "position": "-1"},
        {"act": "replay", "webhook": "1", "position": "x" * 100_000},
        {"act": "pause", "webhook": "7"},
        {"act": "pause", "webhook": "9" * 400},
        {"act": "move", "consumer": "\ud83d".encode("utf-8", "surrogatepass"), "position": "0"},
        {"act": "move", "consumer": "none", "position": "0"},
        {"act": "forget", "consumer": "=1+1\0"},
        {"act": "fly"},
    ],
)
def test_bad_input_gives_a_sentence_and_changes_nothing(
    page: TestClient, hub: Judged, fields: dict[str, Any]
) -> None:
    added(page, hub)
    before = one(hub)
    shown = sent(page, **fields)
    assert shown.status_code == 422, shown.text[:300]
    assert "<b>x" not in shown.text
    assert one(hub) == before


def test_a_consumer_is_moved_and_forgotten(page: TestClient, hub: Judged) -> None:
    with hub.store.write() as writer:
        consumers.add(writer, "crm <i>", 1, "token:crm")
    shown = page.get("/subscribers").text
    assert "crm &lt;i&gt;" in shown
    sent(page, act="move", consumer="crm <i>", position="0")
    with hub.store.read() as reader:
        assert consumers.known(reader, "crm <i>").position == 0
    sent(page, act="forget", consumer="crm <i>")
    with hub.store.read() as reader:
        assert consumers.listing(reader) == []
