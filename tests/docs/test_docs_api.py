"""The examples of docs/api.md, asked of a real site over the small demo."""

from __future__ import annotations

import json
import re
import shlex
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from admin.api.sentences import SENTENCES
from admin.guard.access import new_token
from admin.wiring import site_of
from flows.deliver import new_secret, signature
from schemas.accounts import Role
from store import Store
from tests.docs.fences import ROOT, Fence, all_fences, fences
from tests.flows.site import Loaded

PAGE = ROOT / "docs" / "api.md"
ADDRESS = "http://127.0.0.1:8600"


@pytest.fixture(scope="module")
def client(loaded_sqlite: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A site over a copy of the small demo, which the examples may change; they follow one another."""
    with loaded_sqlite.copy(tmp_path_factory.mktemp("api")) as site:
        app = site_of(site.house, "test", sign_in=True)
        bearer = {"Authorization": f"Bearer {_token(site.house.store, Role.CRM)}"}
        with TestClient(app, base_url=ADDRESS, client=("10.0.0.5", 50000), headers=bearer) as found:
            yield found


def _token(store: Store, role: Role) -> str:
    return new_token(store, f"docs {role}", role, "test", timedelta(days=1))


@pytest.fixture(scope="module")
def steward(client: TestClient) -> TestClient:
    """The same site asked by who may decide, too."""
    store = client.app.state.site.store  # type: ignore[attr-defined]  # a FastAPI
    bearer = {"Authorization": f"Bearer {_token(store, Role.STEWARD)}"}
    return TestClient(client.app, base_url=ADDRESS, client=("10.0.0.5", 50000), headers=bearer)


@pytest.fixture(scope="module")
def variables(client: TestClient) -> dict[str, str]:
    """What a reader takes from the first answer."""
    page = client.get("/v1/parties", params={"limit": 2}).json()
    one = page["items"][0]
    tag = client.get(f"/v1/parties/{one['id']}").headers["etag"]
    other = page["items"][1]["id"]
    return {
        "NEXT": page["next"],
        "INN": one["inn"][:4],
        "ID": one["id"],
        "ETAG": tag,
        "OTHER": other,
    }


def ask(client: TestClient, line: str, variables: dict[str, str]) -> httpx.Response:
    """The answer to a curl command, which knows -s, -X, -H, -d and one address; with -d it posts."""
    words = [re.sub(r"\$([A-Z]+)", lambda m: variables[m[1]], word) for word in shlex.split(line)]
    assert words[:2] == ["curl", "-s"], line
    options = [(name, value) for name, value in pairwise(words) if name in ("-H", "-d")]
    headers = dict(value.split(": ", 1) for name, value in options if name == "-H")
    body = next((value.encode() for name, value in options if name == "-d"), None)
    (address,) = (word for word in words if word.startswith(ADDRESS + "/v1/"))
    method = next((value for name, value in pairwise(words) if name == "-X"), None)
    answer: httpx.Response = client.request(
        method or ("GET" if body is None else "POST"),
        address,
        headers=headers,
        content=body,
        params={"wait": "60"} if address.endswith("/parties") and body else None,
    )
    return answer


def fits(shown: Any, real: Any) -> bool:
    """Whether two JSON values have the same names; an empty list says nothing of what is in it."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return shown.keys() == real.keys() and all(fits(shown[n], real[n]) for n in shown)
    if isinstance(shown, list) and isinstance(real, list):
        return not shown or not real or fits(shown[0], real[0])
    return not isinstance(real, dict | list) or shown is None


def wanted_status(fence: Fence, line: str) -> int:
    found = re.search(r"status=(\d+)", fence.info)
    return int(found[1]) if found else 304 if "If-None-Match" in line else 200


@pytest.fixture(scope="module")
def answered(
    client: TestClient, steward: TestClient, variables: dict[str, str]
) -> list[tuple[Fence, str, httpx.Response]]:
    """Every example of the page asked once, in order, with its last answer."""
    found = []
    for fence in fences(PAGE):
        if fence.kind == "bash api":
            asked = steward if "role=steward" in fence.info else client
            found += [
                (fence, line, ask(asked, line, variables)) for line in fence.text.splitlines()
            ]
    return found


def test_every_example_is_answered_as_the_page_says(
    answered: list[tuple[Fence, str, httpx.Response]],
) -> None:
    for fence, line, answer in answered:
        assert answer.status_code == wanted_status(fence, line), f"{line}\n{answer.text}"
    assert len(answered) >= 10


def test_the_answers_shown_have_the_names_of_real_ones(
    answered: list[tuple[Fence, str, httpx.Response]],
) -> None:
    last = {fence.line: answer for fence, _, answer in answered}
    compared = 0
    for asked, shown in pairwise(fences(PAGE)):
        if shown.kind == "json answer":
            told, real = json.loads(shown.text), last[asked.line].json()
            assert fits(told, real), f"{shown.name}: {real}"
            # What is said in words is shown as it is said.
            said = [
                name for name in ("verdict", "title", "detail", "code", "field") if name in told
            ]
            assert [told[name] for name in said] == [real[name] for name in said], shown.name
            compared += 1
    assert compared >= 6


def test_the_page_names_every_code_of_the_api() -> None:
    table = PAGE.read_text(encoding="utf-8").split("## Errors")[1]
    unsaid = {"unreadable", "body_cut_off"}  # nobody is left to read them
    missing = [code for code in SENTENCES if f"`{code}`" not in table and code not in unsaid]
    assert missing == []


def test_the_creator_takes_what_is_there_and_creates_what_is_not(client: TestClient) -> None:
    creator = _module("python creator")
    there = client.get("/v1/parties", params={"limit": 1}).json()["items"][0]
    assert creator.company_id(client, {"inn": there["inn"]}, "a-1") == there["id"]
    new = {"name": "ООО «Лесной кот»", "inn": "7736050003", "kpp": "773601001"}
    made = creator.company_id(client, new, "a-2")
    assert creator.company_id(client, new, "a-2") == made
    assert creator.company_id(client, new, "a-3") == made
    with pytest.raises(ValueError, match="inn: "):
        creator.company_id(client, {**new, "inn": "7736050004"}, "a-4")


def _module(kind: str) -> ModuleType:
    """The one program of this kind on the page."""
    (fence,) = all_fences(kind)
    found = ModuleType(kind.split()[1])
    exec(compile(fence.text, fence.name, "exec"), found.__dict__)  # noqa: S102  our own page
    return found


def test_the_client_shown_goes_the_whole_way(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Bulk, create, follow and search, as the page has them, by the client it gives away."""
    (fence,) = all_fences("python client")
    token = client.headers["authorization"].removeprefix("Bearer ")
    monkeypatch.setattr(sys, "argv", ["client", ADDRESS, token])
    monkeypatch.setattr(httpx, "Client", lambda **_: client)
    monkeypatch.chdir(tmp_path)
    exec(compile(fence.text, fence.name, "exec"), {})  # noqa: S102  our own page
    printed = capsys.readouterr().out
    assert "Северный маяк" in printed
    assert "changes, the last of" in printed
    assert (tmp_path / "parties.parquet").stat().st_size > 1000


def test_the_receiver_shown_takes_a_delivery_once_and_no_forged_one() -> None:
    receiver = _module("python receiver")
    secret, body = new_secret(), b'{"type":"changes","items":[],"next":4}'
    at = int(time.time())
    headers = {"webhook-id": "1_1_4", "webhook-timestamp": str(at)}
    headers["webhook-signature"] = signature(secret, "1_1_4", at, body)
    assert receiver.receive(headers, body, secret) == 204
    assert receiver.receive(headers, body, secret) == 204
    assert receiver.taken == {"1_1_4"}
    assert receiver.receive(headers, body + b" ", secret) == 401


def test_the_consumer_copies_every_company_and_goes_on_where_it_was(
    client: TestClient, tmp_path: Path
) -> None:
    consumer = _module("python consumer")
    place = tmp_path / "position.txt"
    newest = client.get("/v1/changes", params={"limit": 10_000}).json()["next"]
    while not place.exists() or int(place.read_text()) < newest:
        assert consumer.follow(client, tmp_path) > 0
    copy = {file.stem: json.loads(file.read_bytes()) for file in tmp_path.glob("*.json")}
    page = client.get("/v1/parties", params={"limit": 1000}).json()
    assert page["next"] is None, "the demo of the tests is small enough for one page"
    assert sorted(one["id"] for one in page["items"]) == sorted(copy)
    assert all(one["units"] for one in copy.values())


@pytest.mark.parametrize("gone", [410, 200])
def test_the_consumer_passes_over_a_company_that_has_ended_since(gone: int, tmp_path: Path) -> None:
    """Its end is told by a later page; without that the consumer would stay before it for ever."""
    event = {"pos": 1, "entity": "legal_entity", "golden_id": "a", "party_id": "a", "op": "created"}

    def hub(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/changes":
            return httpx.Response(200, json={"items": [event], "next": 1})
        return httpx.Response(gone, json={"id": "survivor", "redirected_from": "a"})

    with httpx.Client(transport=httpx.MockTransport(hub), base_url=ADDRESS) as client:
        assert _module("python consumer").follow(client, tmp_path) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["position.txt"]
