"""`/v1/sources`, `/v1/runs` and `/v1/quarantine` tell and do what the pages do."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.admin.conftest import Recorded
from tests.admin.mending import BATCH, GOOD
from tests.admin.seed import Seeded

ENGLISH = {"accept-language": "en"}


def test_sources_tell_how_fresh_they_are(client: TestClient) -> None:
    found = {one["name"]: one for one in client.get("/v1/sources").json()["items"]}
    assert found["erp"]["freshness"] in ("on_time", "delayed")
    assert found["erp"]["lag"] >= 540
    assert found["onec"]["freshness"] == "attention"
    assert found["onec"]["off"] == 3
    assert found["shop"]["paused"] == "переезд сайта до понедельника"
    assert found["shop"]["next_run"] is None


def test_runs_come_page_by_page_and_are_filtered(client: TestClient, seeded: Seeded) -> None:
    first = client.get("/v1/runs", params={"limit": 20}).json()
    rest = client.get("/v1/runs", params={"limit": 20, "cursor": first["next"]}).json()
    ids = [one["id"] for one in first["items"] + rest["items"]]
    assert ids == sorted(set(ids), reverse=True)
    assert {seeded.good_run, seeded.bad_run} <= set(ids)
    (failed,) = client.get("/v1/runs?state=failed", headers=ENGLISH).json()["items"]
    assert failed["error"] == "1C refuses the login: check the password."


def test_refused_records_are_counted_and_listed(client: TestClient) -> None:
    groups = client.get("/v1/quarantine/groups").json()["items"]
    assert sum(one["count"] for one in groups) == 29
    query = {"reason": "inn_checksum", "connection": "erp", "limit": 5}
    page = client.get("/v1/quarantine", params=query, headers=ENGLISH).json()
    more = client.get("/v1/quarantine", params={**query, "cursor": page["next"]}).json()
    assert len({one["id"] for one in page["items"] + more["items"]}) == 9
    assert page["items"][0]["detail"].startswith("The INN check digit does not match")
    assert "payload" not in page["items"][0]
    (off,) = client.get("/v1/quarantine?state=put_off").json()["items"]
    assert off["id"] == 29


def test_a_record_is_corrected_replayed_and_taken_back(
    client: TestClient, actions: Recorded
) -> None:
    body = {"fields": {"TAX_REFERENCE": GOOD}, "reason": "по выписке"}
    done = client.post("/v1/quarantine/1/correct", json=body)
    assert done.json() == {"batch": BATCH, "passed": 1, "refused": 0, "waiting": False}
    refused = client.post("/v1/quarantine/1/correct", json={"fields": {"TAX_REFERENCE": "1"}})
    assert refused.status_code == 422
    assert (refused.json()["code"], refused.json()["field"]) == ("inn_checksum", "inn")
    assert client.post("/v1/quarantine/withdraw", json={"batch": BATCH}).json()["refused"] == 1
    assert client.post("/v1/quarantine/replay", json={"ids": [1, 2]}).json()["passed"] == 2
    assert actions.replayed == [1, 2]


def test_a_source_is_started_paused_and_resumed(client: TestClient, actions: Recorded) -> None:
    assert client.post("/v1/sources/erp/sync").status_code == 202
    assert client.post("/v1/sources/erp/pause", json={"reason": "переезд"}).status_code == 200
    assert client.post("/v1/sources/erp/resume").status_code == 200
    assert actions.started == ["erp"]
    assert [one[0] for one in actions.asked] == ["pause", "resume"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/sources/none/sync", None, 404, "source_unknown"),
        ("/v1/sources/erp/pause", {"reason": ""}, 422, "text_too_short"),
        ("/v1/quarantine/99/correct", {"fields": {"INN": "1"}}, 404, "refused_unknown"),
        ("/v1/quarantine/1/correct", {"fields": {}}, 422, None),
        ("/v1/quarantine/1/correct", {"fields": {"INN": "a\0"}}, 422, "text_unreadable"),
        (f"/v1/quarantine/{10**30}/correct", {"fields": {"INN": "1"}}, 422, None),
        ("/v1/quarantine/replay", {"ids": []}, 422, None),
        ("/v1/quarantine/replay", {"ids": [10**30]}, 422, None),
        ("/v1/quarantine/withdraw", {"batch": "../x"}, 422, None),
    ],
)
def test_what_cannot_be_meant_is_refused_as_a_problem(
    client: TestClient, actions: Recorded, path: str, body: dict[str, Any] | None, status: int, code: str | None
) -> None:  # fmt: skip
    answer = client.post(path, json=body) if body is not None else client.post(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert code is None or answer.json()["code"] == code
    assert actions.asked == []


@pytest.mark.parametrize(
    "path", ["/v1/runs?cursor=x", "/v1/quarantine?state=lost", "/v1/runs?limit=0"]
)
def test_a_wrong_question_is_named(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    assert answer.json()["errors"] or answer.json()["code"] == "cursor_unknown"
