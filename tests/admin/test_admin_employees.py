"""Employees on pages: found by name, with their heads and what they have; numbers hidden from viewers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from admin.wiring import site_of
from schemas.absences import Away
from store import Store, absences
from tests.admin.seed import Seeded
from tests.support.closely import close
from tests.support.house import house_over
from tests.support.staff import save_staff


@pytest.fixture
def house_client(store: Store, tmp_path: Path) -> Iterator[TestClient]:
    house = house_over(store, tmp_path)
    with store.write() as writer:
        save_staff(
            writer, "employee", {"key": "1", "login": "Anna", "name": "Антонова Анна Сергеевна"},
            {"key": "2", "login": "boris", "name": "Борисов Борис Петрович"},
        )  # fmt: skip
    yield TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))
    house.close()


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


def _press(client: TestClient, **fields: str) -> tuple[int, str]:
    page = client.get("/employees/ad/1").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    headers = {"sec-fetch-site": "same-origin"}
    told = {"csrf": token.group(1), **fields}
    answer = client.post("/employees/ad/1", data=told, headers=headers, follow_redirects=False)
    return answer.status_code, answer.text


def test_an_absence_is_written_down_shown_and_taken_back(house_client: TestClient) -> None:
    client, today = house_client, datetime.now(UTC).date().isoformat()
    days = {"kind": "holiday", "since": today, "until": "2029-01-31"}
    assert _press(client, **days, deputy="nosuch")[0] == 422
    status, page = _press(client, **{**days, "since": "завтра"})
    assert (status, "Укажите первый и последний день" in page) == (422, True)
    assert _press(client, **days, note="до зимы")[0] == 303
    shown = client.get("/employees/ad/1").text
    for part in ("Отпуск", "31.01.2029", "до зимы", "отсутствует"):
        assert part in shown, part
    assert client.get("/employees.json?q=анто").json()["rows"][0]["status"] == "away"
    [told] = client.get("/v1/absences?login=Anna").json()["items"]
    assert (told["login"], told["since"], told["deputy"]) == ("anna", today, None)
    assert client.get("/v1/absences", params={"at": "2029-03-01T00:00:00Z"}).json()["items"] == []
    assert _press(client, back=str(told["id"]))[0] == 303
    assert _press(client, back=str(told["id"]))[0] == 404
    assert client.get("/v1/absences").json()["items"] == []
    acts = client.get("/journal.json").json()["rows"]
    assert [row["act"] for row in acts[:2]] == ["absence_withdrawn", "absence_told"]


def test_the_api_writes_absences_down(house_client: TestClient) -> None:
    client = house_client
    said = {"login": "anna", "kind": "illness", "since": "2028-12-01", "until": "2028-12-14"}
    first = client.post("/v1/absences", json=said)
    assert (first.status_code, first.json()["kind"]) == (201, "illness")
    assert client.post("/v1/absences", json=said).json()["id"] == first.json()["id"]
    assert client.post("/v1/absences", json={**said, "until": "2028-11-01"}).status_code == 422
    number = first.json()["id"]
    assert client.delete(f"/v1/absences/{number}").status_code == 204
    assert client.delete(f"/v1/absences/{number}").json()["code"] == "record_unknown"


def test_days_of_no_sane_year_are_refused_everywhere(house_client: TestClient) -> None:
    client = house_client
    for since, until in (("0001-01-01", "0001-01-02"), ("9999-12-31", "9999-12-31")):
        said = {"login": "anna", "kind": "trip", "since": since, "until": until}
        refused = client.post("/v1/absences", json=said)
        assert refused.status_code == 422, since
        assert "2000" in refused.text
        status, page = _press(client, kind="trip", since=since, until=until)
        assert (status, "Год должен быть от 2000 до 2100" in page) == (422, True)
    assert client.get("/v1/absences").json()["items"] == []


def test_a_row_of_an_impossible_year_is_read_and_taken_back(
    house_client: TestClient, store: Store
) -> None:
    moments = (
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=3))),
        datetime(9999, 12, 31, tzinfo=UTC),
    )
    with store.write() as writer:
        told = Away("anna", "trip", date(1, 1, 1), date(9999, 12, 31))
        number = absences.add(writer, told, moments, "boss", datetime.now(UTC))
    assert house_client.get("/v1/absences").json()["items"][0]["since"] == "0001-01-01"
    assert house_client.get("/employees/ad/1").status_code == 200
    assert house_client.delete(f"/v1/absences/{number}").status_code == 204


def test_a_note_is_cleaned_and_the_later_one_stays(house_client: TestClient) -> None:
    days = {"kind": "trip", "since": "2028-12-01", "until": "2028-12-02"}
    assert _press(house_client, **days, note="до\x00 \x1bзимы\x07")[0] == 303
    said = {"login": "anna", **days}

    def note() -> str:
        [told] = house_client.get("/v1/absences").json()["items"]
        return str(told["note"])

    assert note() == "до зимы"
    assert house_client.post("/v1/absences", json={**said, "note": "до весны"}).status_code == 201
    assert note() == "до весны"
    assert house_client.post("/v1/absences", json=said).json()["note"] == "до весны"
