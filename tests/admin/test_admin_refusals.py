"""What cannot be accepted is refused with a sentence that fits, in the language of whoever asks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from flows.decide_value import cleaned_value
from flows.house import House
from schemas.errors import ConfigError
from store.views.paging import Place
from tests.admin.test_admin_enquiries import SAME, house, posted, site, told

__all__ = ["house", "site"]  # fixtures
RUSSIAN = {"Accept-Language": "ru"}


def of(answer: Any, status: int = 422) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("content", ["привет", "!!!", "aGk", "а" * 8])
def test_a_file_that_is_no_base64_is_refused(site: TestClient, content: str) -> None:
    file = {"name": "a.pdf", "content": content}
    body = of(posted(site, {"message": "Цена?", "files": [file]}))
    assert (body["code"], body["field"]) == ("form_refused", "files")
    assert "a.pdf" in body["detail"]


def test_a_tag_that_cannot_be_is_told_why(site: TestClient) -> None:
    name = of(posted(site, {"message": "x", "tags": {"utm source": "a"}}))
    assert (name["code"], "латинские буквы" in name["detail"]) == ("tag_name_unfit", True)
    line = of(posted(site, {"message": "x", "tags": {"utm": "a\nb"}}))
    assert (line["code"], "переводы строки" in line["detail"]) == ("line_expected", True)


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/v1/enquiries/none/decision", {"act": "zzz"}, "take, route, close, open или spam"),
        ("/v1/absences", {"login": "a", "kind": "zzz", "since": "2028-01-01", "until": "2028-01-01"},
         "holiday, illness, trip или other"),
    ],
)  # fmt: skip
def test_choices_are_told_in_the_language_of_the_caller(
    site: TestClient, path: str, body: dict[str, Any], said: str
) -> None:
    assert said in of(site.post(path, json=body, headers=RUSSIAN))["detail"]
    english = of(site.post(path, json=body, headers={"Accept-Language": "en"}))["detail"]
    assert said.replace("или", "or") in english


def test_choices_of_a_pattern_are_told(site: TestClient) -> None:
    body = of(site.get("/v1/reviews?lane=zzz", headers=RUSSIAN))
    assert (body["code"], "wait, later, audit или second" in body["detail"]) == (
        "choice_unknown",
        True,
    )


def test_the_page_tells_states_and_topics_in_its_words(house: House, site: TestClient) -> None:
    [row] = told(house, {})
    path = f"/enquiries/{row['id']}"
    token = re.search(r'name="csrf" value="([^"]+)"', site.get(path).text)
    assert token is not None

    def sent(**fields: str) -> str:
        answer = site.post(path, data={"csrf": token[1], **fields}, headers=SAME)
        assert answer.status_code == 422
        return answer.text

    assert "Можно: новое, в работе, закрыто или спам." in sent(state="zzz")
    assert re.search(r"Можно: .*\(purchase\).* или .*\(\w+\)\.", sent(topic="zzz"))


def test_a_wrong_site_key_asks_for_no_token(site: TestClient) -> None:
    wrong = site.post(
        "/v1/enquiries", json={"message": "x"}, headers={"X-Site-Key": "no", **RUSSIAN}
    )
    assert of(wrong, 401)["title"] == "Ключ сайта не принят"


LISTS = (
    "enquiries", "parties", "units", "contacts", "contact-points", "addresses", "items", "goods",
    "goods/lots", "goods/prices", "calls", "reviews", "runs", "quarantine",
)  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_that_no_page_gave_is_refused(site: TestClient, name: str) -> None:
    foreign = (("a", 1, 2), ("a\0",), (2**64,), (1, 2**70), ("x", 5), (1, 1, 1))
    for cursor in ("zzz", "0", "W10", *(Place(keys).dumps() for keys in foreign)):
        assert of(site.get(f"/v1/{name}", params={"cursor": cursor}))["code"] == "cursor_unknown"
    assert site.get(f"/v1/{name}").status_code == 200


def test_a_routing_form_of_endless_numbers_is_refused(site: TestClient) -> None:
    token = re.search(r'name="csrf" value="([^"]+)"', site.get("/enquiries/routing/new").text)
    assert token is not None
    fields = {"csrf": token[1], f"{'1' * 5000}.place": "1", "why": "x"}
    assert site.post("/enquiries/routing", data=fields, headers=SAME).status_code == 422


def test_a_line_to_nobody_knows_whom_is_refused(site: TestClient) -> None:
    token = re.search(r'name="csrf" value="([^"]+)"', site.get("/enquiries/routing/new").text)
    assert token is not None
    fields = {
        "csrf": token[1],
        "1.place": "1",
        "1.to": "zzz",
        "1.words": "x",
        "why": "x",
        "act": "save",
    }
    assert site.post("/enquiries/routing", data=fields, headers=SAME).status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_figures_of_no_sane_year_are_refused_by_the_api_and_are_the_last_week_on_the_page(
    site: TestClient, day: str
) -> None:
    for name in ("from", "to"):
        assert "2000" in of(site.get(f"/v1/call-reports?{name}={day}"))["detail"]
        for kind in ("", ".xlsx"):
            assert site.get(f"/calls/report{kind}?{name}={day}").status_code == 200


@pytest.mark.parametrize("number", ["9" * 4400, str(2**63), "²"])
def test_a_number_no_database_has_finds_nothing(site: TestClient, number: str) -> None:
    for address in (
        "/feed?after=",
        "/feed?run=",
        "/quarantine?run=",
        "/quarantine?passed=1&refused=",
    ):
        assert site.get(address + number).status_code == 200
    for address in ("/journal/", "/quarantine/", "/migrations/", "/rules/drafts/"):
        assert site.get(address + number).status_code == 404


@pytest.mark.parametrize("name", ["segment", "planned_volume"])
def test_a_segment_is_as_short_as_at_the_gate(name: str) -> None:
    with pytest.raises(ConfigError, match="longer than 100 characters"):
        cleaned_value("legal_entity", name, "1" * 101)
    assert cleaned_value("legal_entity", "segment", "V" * 100) == "V" * 100
