"""The search box as people use it: groups with reasons, suggestions, straight to the one that is meant."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from tests.admin.companies import company, contact_id, id_of, kpp
from tests.admin.seed import Seeded


def test_hits_stand_by_kind_each_with_what_was_hit(client: TestClient) -> None:
    text = client.get("/find", params={"q": "+7 916 000"}).text
    assert re.findall(r'<h2 id="found-(\w+)"', text) == ["contact"]
    assert '<span class="muted">телефон</span> <span class="code">+7916' in text
    both = client.get("/find", params={"q": "7701"}).text
    assert re.findall(r'<h2 id="found-(\w+)"', both) == ["legal_entity", "unit"] or "unit" in both


def test_the_one_that_is_meant_is_opened(client: TestClient, seeded: Seeded) -> None:
    for typed, card in (
        (company(1)["inn"], f"/parties/{id_of(1)}"),
        (kpp(7), f"/units/{id_of(10**6 + 7)}"),
        ("buh7@vector.example", f"/contacts/{contact_id(7)}"),
        ("onec/Catalog_Контрагенты/0003", f"/parties/{id_of(3)}"),
        (seeded.merged_id.upper(), f"/parties/{seeded.survivor_id}"),
    ):
        answer = client.get("/find", params={"q": typed}, follow_redirects=False)
        assert answer.headers.get("location") == card, typed


def test_suggestions_are_a_list_to_choose_from(client: TestClient) -> None:
    text = client.get("/find/suggest", params={"q": "dtrnjh"}).text
    assert "<html" not in text
    options = re.findall(r'role="option" aria-selected="false" tabindex="-1" href="([^"]+)"', text)
    assert options
    assert len(options) == 5
    assert client.get("/find/suggest").text.strip() == ""


def test_nothing_found_says_what_can_be_searched(client: TestClient) -> None:
    text = client.get("/find", params={"q": "нетакогонигде"}).text
    assert "Ничего не подходит" in text
    assert 'value="нетакогонигде"' in text


@pytest.mark.parametrize(
    "typed",
    ["<img src=x>", "\u202eabc", "%", "_" * 9, "=1+1", "9" * 4000, "'\"", "a/b/c", "()[]{}^$.|?*+"],
)
@pytest.mark.parametrize("path", ["/find", "/find/suggest", "/contacts", "/items"])
def test_odd_texts_are_searched_for_like_any_other(
    client: TestClient, path: str, typed: str
) -> None:
    answer = client.get(path, params={"q": typed})
    assert answer.status_code == 200
    assert "<img" not in answer.text
