"""The examples of docs/api.md, asked of a real site over the small demo."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from admin.app import create_app
from admin.settings import SiteSettings
from flows.house import House
from tests.docs.fences import ROOT, Fence, all_fences, fences

PAGE = ROOT / "docs" / "api.md"
ADDRESS = "http://127.0.0.1:8600"


@pytest.fixture(scope="module")
def client(demo_house: House) -> Iterator[TestClient]:
    settings = SiteSettings(hosts=("127.0.0.1",))
    app = create_app(demo_house.store, settings)
    with TestClient(app, base_url=ADDRESS, client=("127.0.0.1", 50000)) as found:
        yield found


@pytest.fixture(scope="module")
def variables(client: TestClient) -> dict[str, str]:
    """What a reader takes from the first answer."""
    page = client.get("/v1/parties", params={"limit": 2}).json()
    one = page["items"][0]
    tag = client.get(f"/v1/parties/{one['id']}").headers["etag"]
    return {"NEXT": page["next"], "INN": one["inn"][:4], "ID": one["id"], "ETAG": tag}


def ask(client: TestClient, line: str, variables: dict[str, str]) -> httpx.Response:
    """The answer to a curl command, which knows -s, -H and one address."""
    words = [re.sub(r"\$([A-Z]+)", lambda m: variables[m[1]], word) for word in shlex.split(line)]
    assert words[:2] == ["curl", "-s"], line
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    assert words[-1].startswith(ADDRESS + "/v1/"), line
    answer: httpx.Response = client.get(words[-1], headers=headers)
    return answer


def shape(value: Any) -> Any:
    """The names in a JSON value, without the values."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(inner) for inner in value[:1]] if isinstance(value, list) else None


def wanted_status(fence: Fence, line: str) -> int:
    found = re.search(r"status=(\d+)", fence.info)
    return int(found[1]) if found else 304 if "If-None-Match" in line else 200


@pytest.mark.parametrize("fence", all_fences("bash api"), ids=lambda f: f.name)
def test_an_example_is_answered(
    fence: Fence, client: TestClient, variables: dict[str, str]
) -> None:
    for line in fence.text.splitlines():
        assert ask(client, line, variables).status_code == wanted_status(fence, line), line


def test_the_answers_shown_have_the_names_of_real_ones(
    client: TestClient, variables: dict[str, str]
) -> None:
    examples, compared = fences(PAGE), 0
    for asked, shown in pairwise(examples):
        if shown.kind == "json answer":
            answer = ask(client, asked.text.strip(), variables).json()
            assert shape(json.loads(shown.text)) == shape(answer), shown.name
            compared += 1
    assert compared >= 3


def test_the_consumer_copies_every_company_and_goes_on_where_it_was(
    client: TestClient, tmp_path: Path
) -> None:
    (fence,) = all_fences("python consumer")
    consumer = ModuleType("consumer")
    exec(compile(fence.text, fence.name, "exec"), consumer.__dict__)  # noqa: S102  our own page
    copy: dict[str, dict[str, Any]] = {}
    place = tmp_path / "position.txt"
    newest = client.get("/v1/changes", params={"limit": 10_000}).json()["next"]
    while not place.exists() or int(place.read_text()) < newest:
        assert consumer.follow(client, place, copy) > 0
    page = client.get("/v1/parties", params={"limit": 1000}).json()
    assert page["next"] is None, "the demo of the tests is small enough for one page"
    assert sorted(one["id"] for one in page["items"]) == sorted(copy)
    assert all(one["units"] for one in copy.values())
