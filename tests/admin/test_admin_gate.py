"""The gate over HTTP: what a CRM is answered when it asks, creates, repeats itself or is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

DRAFT = {"name": "ООО «Вектор»", "inn": "7707083893", "kpp": "770701001"}


def created(crm: TestClient, **more: Any) -> dict[str, Any]:
    answer = crm.post("/v1/parties", json={**DRAFT, **more}, params={"wait": 60})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_created_company_can_be_read_where_location_says(crm: TestClient) -> None:
    answer = crm.post("/v1/parties", json=DRAFT, params={"wait": 60})
    assert (answer.status_code, answer.json()["state"]) == (201, "ready")
    card = crm.get(answer.headers["location"])
    assert (card.status_code, card.json()["inn"]) == (200, "7707083893")


def test_the_same_company_again_is_refused_with_its_id_and_two_choices(crm: TestClient) -> None:
    there = created(crm)
    refused = crm.post("/v1/parties", json={"name": "Вектор, ООО", "inn": "77 07 083893"})
    body = refused.json()
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert body["code"] == "duplicate"
    assert [one["id"] for one in body["existing"]] == [there["id"]]
    assert [one["code"] for one in body["choices"]] == ["correct_requisites", "give_up"]


def test_asking_creates_nothing_and_says_what_creating_would(crm: TestClient) -> None:
    assert crm.post("/v1/search", json=DRAFT).json()["verdict"] == "new"
    there = created(crm)
    answer = crm.post("/v1/search", json={"inn": DRAFT["inn"]}).json()
    assert answer["verdict"] == "duplicate"
    assert answer["existing"][0]["id"] == there["id"]
    assert answer["cleaned"]["inn"] == DRAFT["inn"]
    assert len(crm.get("/v1/parties").json()["items"]) == 1


def test_a_repeated_attempt_is_answered_like_the_first(crm: TestClient) -> None:
    key = {"Idempotency-Key": "crm-42"}
    first = crm.post("/v1/parties", json=DRAFT, headers=key)
    again = crm.post("/v1/parties", json=DRAFT, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"inn": "7707083894"}, "inn_checksum", "inn"),
        ({"kpp": "12"}, "kpp_format", "kpp"),
        ({"name": None, "inn": None, "kpp": None}, "name_missing", "name"),
    ],
)
def test_a_wrong_field_is_named_with_its_reason(
    crm: TestClient, change: dict[str, Any], code: str, field: str
) -> None:
    refused = crm.post("/v1/parties", json={**DRAFT, **change})
    assert refused.status_code == 422
    assert (refused.json()["code"], refused.json()["field"]) == (code, field)


@pytest.mark.parametrize("body", [{"nmae": "Вектор"}, {"phones": "8 495"}, [], "text", None])
def test_what_is_no_draft_is_refused_before_anything_is_asked(crm: TestClient, body: Any) -> None:
    assert crm.post("/v1/parties", json=body).status_code == 422


def test_a_page_of_another_site_may_not_create(crm: TestClient) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert crm.post("/v1/parties", json=DRAFT, headers=foreign).status_code == 403
    assert crm.get("/v1/parties").json()["items"] == []
