"""Companies like a typed one, over HTTP: who asks sees them and why, who creates is not held up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from admin.wiring import site_of
from config.settings import Settings
from flows.house import open_house

CONTACTS = {"phones": ["8 (495) 221-18-40"], "emails": ["office@sova.example"]}
THERE = {"name": "ООО «Полярная сова»", "inn": "7707083893", **CONTACTS}
TYPED = {"name": "Полярная Сова, ООО", **CONTACTS}


@pytest.fixture
def crm(sqlite_template: Path, tmp_path: Path) -> Iterator[TestClient]:
    """A client of a living hub with one company."""
    (tmp_path / "kanon.db").write_bytes(sqlite_template.read_bytes())
    house = open_house(Settings(home=tmp_path, database=f"sqlite:///{tmp_path / 'kanon.db'}"))
    with TestClient(
        site_of(house, "test"), base_url="http://127.0.0.1", client=("127.0.0.1", 50000)
    ) as client:
        made = client.post("/v1/parties", json=THERE, params={"wait": 60})
        assert made.json()["state"] == "ready", made.text
        yield client
    house.close()


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
