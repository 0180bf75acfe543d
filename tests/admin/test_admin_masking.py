"""What a viewer is not told by the back door: phones found by their beginning, what refused records say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from admin.app import create_app
from admin.guard.access import new_token
from schemas.accounts import Role
from store import Store
from tests.admin.conftest import SETTINGS, Recorded
from tests.admin.seed import Seeded
from tests.support.closely import close

PHONE = "+74950000001"
BEGINNING = "7495000000"


def _client(store: Store, role: Role) -> TestClient:
    app = create_app(store, replace(SETTINGS, sign_in=True), Recorded())
    found = TestClient(app, client=("10.0.0.7", 1), follow_redirects=False)
    secret = new_token(store, role.value, role, "test", timedelta(days=1))
    found.headers["authorization"] = f"Bearer {secret}"
    return found


@pytest.fixture
def both(full_store: tuple[Store, Seeded]) -> tuple[TestClient, TestClient]:
    """A viewer and a steward."""
    return _client(full_store[0], Role.VIEWER), _client(full_store[0], Role.STEWARD)


def test_a_phone_is_found_by_a_viewer_only_when_he_has_it_whole(
    both: tuple[TestClient, TestClient],
) -> None:
    viewer, steward = both
    told = steward.get(f"/find/suggest?q={BEGINNING}").text
    assert PHONE in told
    guessed = viewer.get(f"/find/suggest?q={BEGINNING}").text
    assert PHONE not in guessed
    assert "/parties/" not in guessed, "a beginning tells nothing"
    whole = viewer.get(f"/find/suggest?q=8{PHONE[2:]}").text
    assert "/parties/" in whole
    assert PHONE not in whole
    assert PHONE[:5] + "•" in whole


def test_a_viewer_sees_that_a_record_was_refused_and_nothing_of_it(
    both: tuple[TestClient, TestClient],
) -> None:
    viewer, steward = both
    rows = steward.get("/v1/quarantine").json()["items"]
    values = {row["value"] for row in rows if row["value"]}
    assert values
    for path in (
        "/quarantine",
        "/quarantine.csv",
        "/quarantine.json",
        "/quarantine/1",
        "/v1/quarantine",
    ):
        seen, whole = viewer.get(path), steward.get(path)
        assert (seen.status_code, whole.status_code) == (200, 200), path
        assert any(value in whole.text for value in values), path
        assert "•••••" in seen.text or "\\u2022" in seen.text, path
        long = [value for value in values if len(value) > 5]
        assert not [value for value in long if value in seen.text], path
    assert (
        viewer.get("/quarantine/letter?reason=kpp_format&connection=erp&stream=parties").status_code
        == 403
    )


def test_a_viewer_sees_a_colleagues_extension_and_not_his_numbers(
    both: tuple[TestClient, TestClient],
) -> None:
    seen, whole = (close(one.get("/employees/ad/1").text) for one in both)
    assert "+74872000101" in whole
    for hidden in ("+74872000101", "anna@zavod.example"):
        assert hidden not in seen
    assert "/calls?employee=101" in seen
