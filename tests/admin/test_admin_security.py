"""Doors: every route declares its right, every answer its policy, every form its token."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from admin import static_files
from admin.app import create_app
from admin.guard import security
from admin.guard.permissions import PERMISSIONS
from admin.guard.rights import Right
from admin.guard.security import POLICY, local_path
from admin.listing.tables import csv_cell
from store import Store
from tests.admin.conftest import SETTINGS, Recorded

VENDOR = static_files.FOLDER / "vendor"
SAME = {"sec-fetch-site": "same-origin"}


def _routes(store: Store) -> set[tuple[str, str]]:
    app = create_app(store, SETTINGS)
    found = set()
    for route in app.router.routes:
        inner = getattr(route, "original_router", None)
        for one in inner.routes if inner is not None else [route]:
            if isinstance(one, APIRoute):
                found |= {(method, one.path) for method in one.methods}
    return found


def test_every_route_declares_its_right_and_no_right_is_left_over(empty_store: Store) -> None:
    assert _routes(empty_store) == set(PERMISSIONS)


def test_a_route_that_declares_nothing_is_refused(empty_store: Store) -> None:
    app = create_app(empty_store, SETTINGS)
    app.add_api_route("/sneaked", lambda: "in")
    assert TestClient(app, client=("127.0.0.1", 1)).get("/sneaked").status_code == 403


def test_only_this_machine_is_served_without_sign_in(empty_store: Store) -> None:
    far = TestClient(create_app(empty_store, SETTINGS), client=("10.0.0.7", 1))
    refused = {
        path
        for (method, path), right in PERMISSIONS.items()
        if method == "GET"
        and right is not Right.PUBLIC
        and "{" not in path
        and far.get(path).status_code == 403
    }
    assert refused == {
        path
        for (method, path), right in PERMISSIONS.items()
        if method == "GET" and right is not Right.PUBLIC and "{" not in path
    }
    assert far.get("/-/health").status_code == 200


def test_a_foreign_host_name_is_refused(empty_store: Store) -> None:
    client = TestClient(create_app(empty_store, SETTINGS), client=("127.0.0.1", 1))
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/v1/parties", "/-/health", static_files.url("app.css")]
)
def test_every_answer_carries_the_policy(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert "*" not in POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert ("immutable" in headers["cache-control"]) == path.startswith("/static/")


def _token(client: TestClient) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/quarantine/1").text)
    assert found
    return found.group(1)


def test_a_replay_passes_with_the_token_and_tells_what_came_of_it(
    client: TestClient, actions: Recorded
) -> None:
    data = {"csrf": _token(client), "id": "1", "next": "/quarantine/1"}
    answer = client.post("/quarantine/replay", data=data, headers=SAME)
    assert actions.replayed == [1]
    assert "прошло 1, снова отказ 0" in answer.text


def test_a_group_replay_asks_for_its_open_rows(client: TestClient, actions: Recorded) -> None:
    data = {
        "csrf": _token(client),
        "reason": "phone_invalid",
        "connection": "erp",
        "stream": "parties",
    }
    client.post("/quarantine/replay", data=data, headers=SAME)
    assert len(actions.replayed) == 4


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", SAME),
        ("0" * 64, SAME),
        ("ключ", SAME),
        (None, {"sec-fetch-site": "cross-site"}),
        (None, {"sec-fetch-site": "same-site"}),
        (None, {"origin": "https://evil.example"}),
        (None, {}),
    ],
)
def test_a_forged_form_changes_nothing(
    client: TestClient, actions: Recorded, token: str | None, headers: dict[str, str]
) -> None:
    real = _token(client)
    data = {"csrf": real if token is None else token, "id": "1"}
    assert client.post("/quarantine/replay", data=data, headers=headers).status_code == 403
    assert actions.replayed == []


def test_another_browsers_token_is_refused(client: TestClient, actions: Recorded) -> None:
    real = _token(client)
    client.cookies.set(security.VISIT, security.new_visit())
    assert (
        client.post("/quarantine/replay", data={"csrf": real, "id": "1"}, headers=SAME).status_code
        == 403
    )


@given(st.text(max_size=40))
def test_a_next_address_never_leaves_the_host(target: str) -> None:
    for candidate in (target, "/" + target, "//" + target, "/\\" + target):
        found = local_path(candidate)
        assert found.startswith("/")
        assert not found.startswith(("//", "/\\"))
        assert not any(ord(c) < 32 for c in found)


@given(st.text(max_size=20))
def test_a_csv_cell_is_never_a_formula(text: str) -> None:
    assert not csv_cell(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_vendored_files_are_the_ones_in_the_lock() -> None:
    lock = json.loads((VENDOR / "vendor.lock").read_text())
    listed = {one["file"]: one for one in lock}
    shipped = {p.name for p in VENDOR.iterdir() if not p.name.endswith((".LICENSE.txt", ".lock"))}
    assert shipped == set(listed)
    for name, one in listed.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == one["sha256"]
        assert (VENDOR / one["licence_file"]).read_text().strip()


# Files sent by mail, not pages of the site: their styles are in them, and their own policy forbids the rest.
REPORTS = {"dedupe_report.html", "items_report.html"}
_OWN = [
    p
    for p in Path(static_files.FOLDER).parent.rglob("*")
    if p.suffix in {".html", ".css", ".js", ".svg"}
]


@pytest.mark.parametrize("path", _OWN, ids=lambda p: p.name)
def test_no_file_names_another_host_or_inlines_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"https?://[a-z]", text.replace("http://www.w3.org/1999", ""))
    if path.suffix == ".html":
        assert not re.findall(r"\son[a-z]+=|hx-on|javascript:|\|\s*safe", text)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    if path.suffix == ".html" and path.name not in REPORTS:
        assert not re.findall(r"\sstyle=|<style", text)


def test_static_addresses_change_with_the_content(client: TestClient) -> None:
    assert client.get(static_files.url("app.js")).status_code == 200
    old = client.get("/static/000000000000/app.js")
    assert old.status_code == 200
    assert old.headers["cache-control"] == "no-cache"
    for outside in ("../app.py", "..%2fapp.py", "%2e%2e/settings.py"):
        assert client.get(f"/static/{static_files.fingerprint()}/{outside}").status_code == 404
