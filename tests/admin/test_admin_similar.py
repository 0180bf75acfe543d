"""Companies like a typed one, over HTTP: who asks sees them and why, who creates is not held up."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

CONTACTS = {"phones": ["8 (495) 221-18-40"], "emails": ["office@sova.example"]}
THERE = {"name": "ООО «Полярная сова»", "inn": "7707083893", **CONTACTS}
TYPED = {"name": "Полярная Сова, ООО", **CONTACTS}


@pytest.fixture
def crm(crm: TestClient) -> TestClient:
    """A client of a living hub with one company."""
    made = crm.post("/v1/parties", json=THERE, params={"wait": 60})
    assert made.json()["state"] == "ready", made.text
    return crm


@pytest.mark.parametrize(
    ("language", "why", "said"),
    [
        ("ru", "Одна компания: совпали название и телефон или почта.", "название: совпадает"),
        ("en", "One company: the name and a phone or e-mail agree.", "name: equal"),
    ],
)
def test_who_asks_sees_what_is_like_it_and_why(
    crm: TestClient, language: str, why: str, said: str
) -> None:
    answer = crm.post("/v1/search", json=TYPED, headers={"Accept-Language": language}).json()
    (one,) = answer["similar"]
    assert (answer["verdict"], answer["existing"]) == ("new", [])
    assert (one["inn"], one["zone"], one["rule"], one["why"]) == (THERE["inn"], "auto", "R8", why)
    assert 0.99 <= one["score"] <= 1
    strongest = [step["bits"] for step in one["evidence"]]
    assert strongest == sorted(strongest, reverse=True)
    assert any(step["said"].startswith(said) for step in one["evidence"])


def test_who_creates_is_told_and_not_refused(crm: TestClient) -> None:
    (asked,) = crm.post("/v1/search", json=TYPED).json()["similar"]
    made = crm.post("/v1/parties", json=TYPED, params={"wait": 0})
    assert made.status_code == 201
    assert [one["id"] for one in made.json()["similar"]] == [asked["id"]]
