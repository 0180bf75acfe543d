"""What the API says to a program that asks wrongly: never a 5xx, always which field, why and the cure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from admin.api.models import Problem
from admin.wiring import site_of
from store import Store
from tests.flows.judged import judged_over

LIMIT = 5000
JSON = {"Content-Type": "application/json"}
RUSSIAN, ENGLISH = {"Accept-Language": "ru"}, {"Accept-Language": "en-GB,en;q=0.9,ru;q=0.5"}


@pytest.fixture
def crm(store: Store, tmp_path: Path) -> Iterator[TestClient]:
    """A client of an empty, living hub that takes small bodies only; on both databases."""
    house = judged_over(store, tmp_path).house
    object.__setattr__(house, "settings", house.settings.model_copy(update={"body_limit": LIMIT}))
    with TestClient(
        site_of(house, "test"),
        base_url="http://127.0.0.1",
        client=("127.0.0.1", 50000),
        raise_server_exceptions=False,
    ) as client:
        yield client


def problem(answer: Any, status: int) -> Problem:
    """The problem document of an answer that must be one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return Problem.model_validate(answer.json())


BODIES: list[tuple[bytes, str, str | None]] = [
    (b"", "body_empty", "body"),
    (b"  \n", "body_empty", "body"),
    (b'{"name": "A",}', "body_not_json", "body"),
    (b"name=A", "body_not_json", "body"),
    (b"[]", "body_not_object", "body"),
    (b"null", "body_not_object", "body"),
    (b'"text"', "body_not_object", "body"),
    ('{"name": "Вектор"}'.encode("cp1251"), "body_not_utf8", "body"),
    (b'{"name": NaN}', "body_beyond_json", "body"),
    (b'{"inn": ' + b"9" * 4500 + b"}", "body_beyond_json", "body"),
    (b'{"name": "A", "name": "B"}', "field_repeated", "name"),
    (b'{"nmae": "A"}', "field_unknown", "nmae"),
    (b'{"inn": 7707083893}', "text_expected", "inn"),
    (b'{"phones": "8 495 123-45-67"}', "list_expected", "phones"),
    (b'{"phones": ["+7", 5]}', "text_expected", "phones.1"),
    (b'{"kpp": "' + b"7" * 41 + b'"}', "text_too_long", "kpp"),
    (b'{"emails": [' + b'"a",' * 50 + b'"a"]}', "list_too_long", "emails"),
    (b'{"name": "A\\u0000B"}', "text_unreadable", "name"),
    (b'{"name": "\\ud83d"}', "text_unreadable", "name"),
    (b'{"phones": ["8", "\\udc00"]}', "text_unreadable", "phones.1"),
    (b'{"na\\ud800me": "A"}', "text_unreadable", "na\ufffdme"),
]


@pytest.mark.parametrize("path", ["/v1/parties", "/v1/search"])
def test_a_wrong_body_is_told_by_field_code_and_cure(crm: TestClient, path: str) -> None:
    for body, code, field in BODIES:
        found = problem(crm.post(path, content=body, headers=JSON), 422)
        assert (found.code, found.field) == (code, field), body[:60]
        assert found.detail.endswith((".", "}.")), "a sentence"
    assert crm.get("/v1/parties").json()["items"] == []


def test_every_wrong_field_is_named_at_once(crm: TestClient) -> None:
    found = problem(crm.post("/v1/parties", json={"nmae": "A", "inn": 1, "phones": "8"}), 422)
    assert {(one.field, one.code) for one in found.errors} == {
        ("nmae", "field_unknown"),
        ("inn", "text_expected"),
        ("phones", "list_expected"),
    }


def test_a_byte_order_mark_and_a_smile_are_no_mistake(crm: TestClient) -> None:
    body = "\ufeff" + json.dumps({"name": "ООО «Вектор» 😀"})
    answer = crm.post("/v1/search", content=body.encode(), headers=JSON)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "new")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {**JSON, "Content-Encoding": "gzip"},
    ],
)
def test_a_body_of_another_kind_is_415(crm: TestClient, headers: dict[str, str]) -> None:
    found = problem(crm.post("/v1/parties", content=b'{"name": "A"}', headers=headers), 415)
    assert found.code == "media_type"
    assert "application/json" in found.detail


def test_sentences_are_in_the_language_of_the_caller(crm: TestClient) -> None:
    bad = {"inn": "7707083894"}
    russian = crm.post("/v1/parties", json=bad, headers=RUSSIAN)
    english = crm.post("/v1/parties", json=bad, headers=ENGLISH)
    assert "Контрольное число" in russian.json()["detail"]
    assert "check digit" in english.json()["detail"]
    assert (russian.headers["content-language"], english.headers["content-language"]) == (
        "ru",
        "en",
    )
    assert crm.get("/v1/nothing", headers={"Accept-Language": "de, en;q=0"}).json()["title"] == (
        "Не найдено"
    )
    assert crm.get("/v1/nothing?lang=en", headers=RUSSIAN).json()["title"] == "Not found"


def test_a_large_body_is_refused_unread_whether_its_length_is_told_or_not(crm: TestClient) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(1000):
            taken += 1
            yield b" " * 1000

    told = crm.post("/v1/parties", content=b" " * (LIMIT + 1), headers=JSON)
    assert problem(told, 413).code == "body_too_large"
    assert told.headers["connection"] == "close"
    assert str(LIMIT) in told.json()["detail"]
    problem(crm.post("/v1/parties", content=endless(), headers=JSON), 413)
    fits = json.dumps({"name": "Вектор"}).encode().ljust(LIMIT)
    assert crm.post("/v1/search", content=fits, headers=JSON).status_code == 200
    assert crm.post("/preferences", content=b"a" * (LIMIT + 1)).status_code == 413


@pytest.mark.anyio
async def test_no_more_of_a_large_body_is_read_than_the_limit(crm: TestClient) -> None:
    """Seen from below: the server is asked for so many parts and no more."""
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b" " * 1000, "more_body": True}

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/v1/parties", "raw_path": b"/v1/parties",
        "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1",
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 5), "app": crm.app,
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")],
    }  # fmt: skip
    await crm.app(scope, receive, send)
    assert sent[0]["status"] == 413
    assert asked == LIMIT // 1000 + 1


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "address_unknown"),
        ("POST", "/v1/nothing", 404, "address_unknown"),
        ("GET", "/v1/parties/none", 404, "party_unknown"),
        ("DELETE", "/v1/parties", 405, "method_not_allowed"),
        ("PUT", "/v1/parties/none", 405, "method_not_allowed"),
        ("GET", "/v1/parties?inn=abc", 422, "digits_expected"),
        ("GET", "/v1/parties?limit=0", 422, "number_too_small"),
        ("GET", "/v1/parties?limit=many", 422, "number_expected"),
        ("GET", "/v1/parties?cursor=%25%25", 422, "cursor_unknown"),
        ("GET", "/v1/parties?cursor=WyIAIl0", 422, "cursor_unknown"),
        ("GET", "/v1/parties?name=%00", 422, "text_unreadable"),
        ("GET", "/v1/parties/a%00b", 422, "text_unreadable"),
        ("GET", "/v1/search", 422, "field_missing"),
        ("GET", "/v1/search?q=", 422, "text_too_short"),
        ("GET", "/v1/search?q=a%00b", 422, "text_unreadable"),
        ("GET", "/v1/changes?after=99999999999999999999", 422, "number_too_large"),
        ("GET", "/v1/changes?wait=nan", 422, None),
        ("GET", "/v1/changes?wait=inf", 422, "number_too_large"),
    ],
)
def test_a_wrong_address_is_told_with_its_cure(
    crm: TestClient, method: str, path: str, status: int, code: str | None
) -> None:
    for headers, language in ((RUSSIAN, "ru"), (ENGLISH, "en")):
        answer = crm.request(method, path, headers=headers)
        found = problem(answer, status)
        assert found.code == (code or found.code)
        assert answer.headers["content-language"] == language
        assert (max(found.detail) > "Ѐ") == (language == "ru"), found.detail


def test_an_address_says_all_methods_it_takes(crm: TestClient) -> None:
    assert crm.delete("/v1/parties").headers["allow"] == "GET, POST"
    assert crm.post("/v1/changes").headers["allow"] == "GET"


def test_a_used_request_key_is_told_as_such(crm: TestClient) -> None:
    key = {"Idempotency-Key": "k1"}
    assert crm.post("/v1/parties", json={"name": "ООО «Вектор»"}, headers=key).status_code == 201
    refused = crm.post("/v1/parties", json={"name": "ООО «Гранит»"}, headers=key)
    assert problem(refused, 422).code == "request_key_used"


ODD = ("", "x" * 3000, "-1", "nan", "1e99", "9" * 30, "\u0000", "%ff", "'; --", "[]", "ё", "0")


def _calls(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


@pytest.mark.both_engines
def test_no_bad_input_gives_a_5xx_or_a_status_that_is_not_documented(crm: TestClient) -> None:
    """Every operation × every parameter × odd values, and every bad body."""
    tried, known = 0, set[tuple[str, str]]()
    for method, path, operation in _calls(crm.get("/openapi.json").json()):
        for parameter in operation.get("parameters", []):
            where, name = parameter["in"], parameter["name"]
            repeated = (where, name) in known
            known.add((where, name))
            for value in ODD[:1] if repeated else ODD:
                if where == "header" and not value.isascii():
                    continue
                value_of_path = quote(value, safe="") if where == "path" and value else "none"
                url = re.sub(r"\{\w+\}", value_of_path, path)
                answer = crm.request(
                    method,
                    url.replace("\u0000", "%00"),
                    params={name: value} if where == "query" else {"wait": "0"},
                    headers={name: value.replace("\u0000", "")} if where == "header" else {},
                    json={"name": "ООО «Вектор»"} if method == "POST" else None,
                )
                _documented(answer, operation)
                tried += 1
        if (method, path) in {("POST", "/v1/parties"), ("POST", "/v1/decisions")}:
            for body, _, _ in BODIES:
                _documented(crm.post(path, content=body, headers=JSON), operation)
                tried += 1
    assert tried > 100


def _documented(answer: Any, operation: dict[str, Any]) -> None:
    status = str(answer.status_code)
    assert status in operation["responses"], f"{answer.request.url} {answer.text}"
    assert answer.status_code < 500
    if answer.status_code >= 400:
        described = operation["responses"][status]["content"]
        assert answer.headers["content-type"] in described
        problem(answer, answer.status_code)


def test_our_own_fault_is_told_without_the_data_that_caused_it(
    crm: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("ООО «Секрет»")

    monkeypatch.setattr("admin.wiring.gate.ask", broken)
    answer = crm.post("/v1/search", json={"name": "ООО «Вектор»"})
    assert problem(answer, 500).code == "broke"
    assert "Секрет" not in answer.text
