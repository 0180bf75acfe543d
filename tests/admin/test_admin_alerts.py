"""Alerts are taken note of and put off on their page and by the API; the journal tells of both."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from store import Store, alerts
from store.alerts import Finding
from tests.admin.conftest import client_of

ORIGIN = {"sec-fetch-site": "same-origin"}
LATE = {"rule": "late", "subject": "erp"}


@pytest.fixture
def client(store: Store) -> TestClient:
    found = [
        Finding("late", name, f"{name} опаздывает", f"{name} is late") for name in ("erp", "onec")
    ]
    with store.write() as writer:
        alerts.observe(writer, found, datetime.now(UTC) - timedelta(hours=1))
    return client_of(store)


def _sent(client: TestClient, **fields: str) -> str:
    page = client.get("/alerts").text
    tokens = re.findall(r'<input type="hidden" name="(csrf)" value="([^"]*)">', page)
    hidden = {name: unescape(value) for name, value in tokens}
    done = client.post("/alerts/acknowledge", data={**hidden, **LATE, **fields}, headers=ORIGIN)
    assert done.status_code == 200, done.text
    return done.text


def test_a_person_takes_note_puts_off_and_takes_back(client: TestClient) -> None:
    assert client.get("/alerts").text.count("Принять к сведению…") == 2
    text = _sent(client, do="acknowledge", why="чинят сервер", days="7")
    assert "чинят сервер" in text
    assert "отложено до" in text
    assert text.count("Принять к сведению…") == 1
    assert _sent(client, do="reopen").count("Принять к сведению…") == 2
    journal = client.get("/journal").text
    assert "принял оповещение к сведению" in journal


def test_the_api_does_the_same(client: TestClient) -> None:
    path = "/v1/alerts/acknowledgement"
    until = datetime(2030, 1, 1, tzinfo=UTC).isoformat()
    done = client.post(path, json={**LATE, "why": "чинят", "until": until}).json()["items"]
    told = {one["subject"]: one["noted"] for one in done}
    assert told["onec"] is None
    assert (told["erp"]["why"], told["erp"]["until"]) == ("чинят", "2030-01-01T00:00:00Z")
    assert client.get("/v1/alerts").json()["items"] == done
    back = client.post(path, json={**LATE, "do": "reopen"}).json()["items"]
    assert [one["noted"] for one in back] == [None, None]
    strange = client.post(path, json={**LATE, "subject": "none"})
    assert (strange.status_code, strange.json()["code"]) == (404, "record_unknown")


def test_a_strange_number_of_days_is_refused(client: TestClient) -> None:
    sent = {**LATE, "do": "acknowledge", "days": "900"}
    page = client.get("/alerts").text
    tokens = re.findall(r'<input type="hidden" name="(csrf)" value="([^"]*)">', page)
    answer = client.post("/alerts/acknowledge", data={**dict(tokens), **sent}, headers=ORIGIN)
    assert answer.status_code == 422
