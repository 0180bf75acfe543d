"""The page of a run tells what it says and stops it, as the API does; who asked stands in the journal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from flows.progress import Silent
from flows.said import Said
from schemas.accounts import Role
from store import Store, runs
from tests.admin.conftest import client_of
from tests.admin.test_admin_sign_in import SAME, actions, guarded, joined, post
from tests.admin.test_admin_tending_api import acts

__all__ = ["actions", "guarded"]


@pytest.fixture
def at_work(sqlite_store: Store) -> int:
    """A run that reads, has said three lines, and was warned of something."""
    said = Said(Silent())
    said.begin("extract", "erp.parties", 120_000)
    said.advance("extract", "erp.parties", 10_000)
    said.hear({"event": "source is down, waiting", "level": "warning", "attempt": 1})
    with sqlite_store.write() as writer:
        run_id = runs.start(writer, "sync", connection="erp", now=datetime.now(UTC))
        said.save(writer, run_id)
    return run_id


def test_what_a_run_says_stands_on_its_page_and_follows_it(
    sqlite_store: Store, at_work: int
) -> None:
    client = client_of(sqlite_store)
    page = client.get(f"/runs/{at_work}").text
    assert page.index("source is down, waiting · attempt=1") < page.index("+ 10\xa0000")
    assert page.index("+ 10\xa0000") < page.index("≈ 120\xa0000")
    assert f'hx-get="/runs/{at_work}"' in page
    warned = client.get(f"/runs/{at_work}?lines=trouble").text
    assert "source is down" in warned
    assert "10\xa0000" not in warned
    assert f'hx-get="/runs/{at_work}?lines=trouble"' in warned, "what was chosen is what follows"
    told = client.get(f"/v1/runs/{at_work}/lines").json()["items"]
    assert [(one["n"], one["act"], one["rows"]) for one in told] == [
        (3, "said", None),
        (2, "advance", 10_000),
        (1, "begin", 120_000),
    ]
    (only,) = client.get(f"/v1/runs/{at_work}/lines?trouble=true").json()["items"]
    assert only["level"] == "warning"
    assert client.get("/v1/runs/999/lines").json()["code"] == "run_unknown"


def test_a_run_is_stopped_once_by_whoever_may(guarded: TestClient, sqlite_store: Store, at_work: int) -> None:  # fmt: skip
    joined(guarded, sqlite_store, "vera", Role.ENGINEER)
    page = f"/runs/{at_work}"
    assert f'action="{page}/stop"' in guarded.get(page).text
    assert post(guarded, page, f"{page}/stop").headers["location"] == page
    again = guarded.post(f"/v1{page}/stop", headers=SAME)
    assert (again.status_code, again.json()["stop_by"]) == (202, "vera")
    text = guarded.get(page).text
    assert "Остановить попросил: vera" in text
    assert f'action="{page}/stop"' not in text, "asked once is enough"
    assert [one for one in acts(guarded) if one[0] == "run_stopped"] == [
        ("run_stopped", str(at_work), None)
    ]
    with sqlite_store.write() as writer:
        runs.finish(writer, at_work, "cancelled")
    assert guarded.post(f"/v1{page}/stop", headers=SAME).json()["code"] == "conflict"
    assert guarded.get(f"/v1{page}").json()["state"] == "cancelled"
    assert "hx-get" not in guarded.get(page).text.partition('id="live"')[2].partition(">")[0]


def test_a_steward_reads_what_a_run_says_and_stops_none(
    guarded: TestClient, sqlite_store: Store, at_work: int
) -> None:
    joined(guarded, sqlite_store, "anna", Role.STEWARD)
    page = guarded.get(f"/runs/{at_work}").text
    assert "source is down" in page
    assert "/stop" not in page
    assert guarded.post(f"/v1/runs/{at_work}/stop", headers=SAME).status_code == 403
