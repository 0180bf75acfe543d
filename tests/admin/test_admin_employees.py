"""Employees on pages: found by name, with their heads and what they have; numbers hidden from viewers."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.admin.seed import Seeded
from tests.support.closely import close


def test_a_colleague_is_found_by_the_beginning_of_his_name(client: TestClient) -> None:
    found = client.get("/employees.json?q=анто").json()["rows"]
    assert [(row["name"], row["manager"], row["status"]) for row in found] == [
        ("Антонова Анна Сергеевна", "Борисов Борис Петрович", "at_work")
    ]
    assert "phones" not in found[0]
    left = client.get("/employees.json?status=inactive").json()["rows"]
    assert [row["key"] for row in left] == ["3"]


def test_a_card_tells_what_he_has_at_hand(client: TestClient, seeded: Seeded) -> None:
    text = client.get("/employees/ad/1").text
    for part in (
        "Борисов Борис Петрович", "Трубы", "/enquiries?owner=anna", seeded.party_id,
        "Принято",
    ):  # fmt: skip
        assert part in text
    assert "+74872000101" in close(text)
    assert client.get("/employees/ad/99").status_code == 404
    assert "Антонова" in client.get("/employees/ad/2").text
