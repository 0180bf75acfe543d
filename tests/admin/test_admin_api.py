"""The REST API as the CRM uses it."""

from __future__ import annotations

import time

import polars as pl
import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from admin.app import API
from store import Store, feed, golden
from tests.admin.companies import company
from tests.admin.conftest import client_of
from tests.admin.seed import Seeded
from tests.support.records import golden_records


def test_cursor_paging_gives_every_living_company_once(client: TestClient, seeded: Seeded) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": "7"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/parties", params=query).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == seeded.companies
    assert seeded.merged_id not in seen


def test_filters_narrow_the_list(client: TestClient) -> None:
    wanted = company(5)
    for query in (
        {"inn": wanted["inn"]},
        {"ogrn": wanted["ogrn"]},
        {"name": "уралнасос 2", "inn": company(2)["inn"]},
    ):
        items = client.get("/v1/parties", params=query).json()["items"]
        assert len(items) == 1


def test_one_company_comes_whole(client: TestClient, seeded: Seeded) -> None:
    body = client.get(f"/v1/parties/{seeded.party_id}").json()
    assert body["inn"] == company(1)["inn"]
    assert body["redirected_from"] is None
    assert [unit["role"] for unit in body["units"]] == ["head"]
    assert {point["kind"] for point in body["contact_points"]} == {"phone", "web", "email"}
    assert body["addresses"][0]["kind"] == "legal"
    assert body["contacts"][0]["name"] == "Кузнецова Анна Петровна"
    assert len(body["sources"]) == 2


def test_a_merged_id_answers_with_its_survivor(client: TestClient, seeded: Seeded) -> None:
    answer = client.get(f"/v1/parties/{seeded.merged_id}")
    assert answer.status_code == 200
    assert answer.json()["id"] == seeded.survivor_id
    assert answer.json()["redirected_from"] == seeded.merged_id
    assert answer.headers["content-location"] == f"/v1/parties/{seeded.survivor_id}"


def test_a_retired_id_says_so(client: TestClient, seeded: Seeded) -> None:
    """410 with a problem document: the id was real, and nobody stands behind it any more."""
    site = client.app.state.site  # type: ignore[attr-defined]  # a FastAPI
    with site.store.write() as writer:
        row = golden.load(writer, "legal_entity").filter(id=seeded.party_id)
        ended = row.with_columns(state=pl.lit("retired"))
        golden.save(writer, "legal_entity", ended)
    answer = client.get(f"/v1/parties/{seeded.party_id}")
    assert answer.status_code == 410
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["title"]
    with site.store.write() as writer:
        golden.save(writer, "legal_entity", row)
    assert client.get(f"/v1/parties/{seeded.party_id}").status_code == 200


def test_an_unchanged_company_costs_no_body(client: TestClient, seeded: Seeded) -> None:
    path = f"/v1/parties/{seeded.party_id}"
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/parties/none", 404),
        ("/v1/nothing", 404),
        ("/v1/parties?inn=abc", 422),
        ("/v1/parties?limit=0", 422),
        ("/v1/parties?cursor=%25%25", 422),
        ("/v1/search", 422),
        ("/v1/changes?after=-1", 422),
    ],
)
def test_an_error_is_a_problem_document(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert len(body["error_id"]) == 8


@pytest.mark.parametrize(
    "text",
    [
        company(1)["ogrn"],
        "8 495 000-00-01",
        "горизонт 1",
        "8 (916) 000-00-01",
        "BUH1@vector.example",
    ],
)
def test_search_finds_by_requisite_name_phone_and_mail_of_the_company_or_its_contact(
    client: TestClient, seeded: Seeded, text: str
) -> None:
    items = client.get("/v1/search", params={"q": text}).json()["items"]
    assert items[0]["id"] == seeded.party_id


def test_the_feed_is_gapless_and_resumes(client: TestClient, seeded: Seeded) -> None:
    whole = client.get("/v1/changes", params={"limit": 10_000}).json()
    assert [one["pos"] for one in whole["items"]] == list(range(1, whole["next"] + 1))
    part = client.get("/v1/changes", params={"after": 10, "limit": 5}).json()
    assert [one["pos"] for one in part["items"]] == [11, 12, 13, 14, 15]
    assert part["next"] == 15
    merged = [one for one in whole["items"] if one["op"] == "merged"]
    assert [(one["golden_id"], one["survivor_id"]) for one in merged] == [
        (seeded.merged_id, seeded.survivor_id)
    ]


def test_every_event_names_its_company(client: TestClient, seeded: Seeded) -> None:
    """Also that of a contact point of a contact, two steps away."""
    events = client.get("/v1/changes", params={"limit": 10_000}).json()["items"]
    named = {event["golden_id"]: event["party_id"] for event in events}
    assert all(e["party_id"] == e["golden_id"] for e in events if e["entity"] == "legal_entity")
    body = client.get(f"/v1/parties/{seeded.party_id}").json()
    kinds = ("units", "contacts", "contact_points", "addresses")
    parts = [part["id"] for kind in kinds for part in body[kind]]
    assert len({point["owner"] for point in body["contact_points"]}) == 2
    assert {named[part] for part in parts} == {seeded.party_id}
    assert sum(party == seeded.party_id for party in named.values()) == len(parts) + 1


def _publish(store: Store, golden_rows: dict[str, list[dict[str, str]]]) -> None:
    with store.write() as writer:
        for entity, rows in golden_rows.items():
            golden.save(writer, entity, golden_records(entity, rows), whole=True)
        feed.publish(writer)


def test_ended_parts_and_items_know_what_they_were(store: Store) -> None:
    """A part that ended keeps its company, a thousand and more at once too; an item has none."""
    phones = [
        {
            "id": f"p{n}",
            "owner": "contact",
            "owner_id": "c",
            "kind": "phone",
            "value": f"+7{n:010d}",
        }
        for n in range(1001)
    ]
    rows = {
        "legal_entity": [{"id": "e", "name": "ООО Вега"}],
        "contact": [{"id": "c", "legal_entity_id": "e", "name": "Ильин Олег"}],
        "contact_point": phones,
        "item": [{"id": "i", "name": "Болт"}],
    }
    _publish(store, rows)
    _publish(store, {**rows, "contact": [], "contact_point": []})
    events = client_of(store).get("/v1/changes", params={"limit": 10_000}).json()["items"]
    ended = [event for event in events if event["op"] == "retired"]
    assert len(ended) == 1002
    assert {event["party_id"] for event in ended} == {"e"}
    assert [event["party_id"] for event in events if event["entity"] == "item"] == [None]
    shown = client_of(store).get("/feed?golden_id=c").text
    assert 'href="/parties/e"' in shown
    assert "ООО Вега" in shown


def test_what_ended_finds_no_company(store: Store) -> None:
    """A phone that is no longer anybody's, and a mail of a person who left."""
    rows = {
        "legal_entity": [{"id": "e", "name": "ООО Вега"}],
        "contact": [{"id": "c", "legal_entity_id": "e", "name": "Ильин Олег"}],
        "contact_point": [
            {"id": "p", "owner": "legal_entity", "owner_id": "e", "value": "+74950000001"},
            {"id": "m", "owner": "contact", "owner_id": "c", "value": "ilin@vega.example"},
        ],
    }
    _publish(store, rows)
    client = client_of(store)
    typed = ("8 495 000-00-01", "ilin@vega")
    assert [len(client.get("/v1/search", params={"q": q}).json()["items"]) for q in typed] == [1, 1]
    _publish(store, {**rows, "contact": [], "contact_point": rows["contact_point"][1:]})
    assert [len(client.get("/v1/search", params={"q": q}).json()["items"]) for q in typed] == [0, 0]


def test_waiting_at_the_head_ends_in_time_and_keeps_the_place(client: TestClient) -> None:
    head = client.get("/v1/changes", params={"limit": 10_000}).json()["next"]
    started = time.monotonic()
    answer = client.get("/v1/changes", params={"after": head, "wait": 0.6}).json()
    assert answer == {"items": [], "next": head}
    assert 0.5 < time.monotonic() - started < 10


def test_every_operation_has_an_example_that_fits_its_model(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    routes = [
        route
        for router in API
        for route in router.routes
        if isinstance(route, APIRoute) and route.include_in_schema
    ]
    for route in routes:
        for method in route.methods:
            answers = paths[route.path][method.lower()]["responses"]
            contents = [
                answers[code].get("content", {}) for code in ("200", "201") if code in answers
            ]
            shown = [one["example"] for c in contents for one in c.values() if "example" in one]
            assert shown or not any("application/json" in one for one in contents), route.path
            for example in shown if route.response_model else ():
                TypeAdapter(route.response_model).validate_python(example)
    assert {route.path for route in routes} == set(paths)
