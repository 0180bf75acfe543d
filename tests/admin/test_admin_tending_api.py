"""What the pages do to sources, refused records and owners, `/v1` does too; all of it stands in the journal."""

from __future__ import annotations

from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from admin.site import Site
from admin.words.journal import ACTS
from store import journal
from store.tables import journal as table
from tests.admin.conftest import Recorded
from tests.admin.mending import GOOD
from tests.admin.seed import Seeded
from tests.admin.test_admin_mending import sent

SINCE = {"stream": "parties", "since": "2026-11-20T03:00:00+03:00"}


def acts(client: TestClient) -> list[tuple[str, str | None, str | None]]:
    """What the journal tells by now: act, object, reason."""
    site = cast("Site", cast("Any", client.app).state.site)
    site.noted()
    with site.store.read() as reader:
        assert journal.check(reader).broken == 0
        rows = reader.rows(table.select().order_by(table.c.id))
    assert {row.act for row in rows} <= set(ACTS), "every act has its words"
    return [(row.act, row.object_id, row.reason) for row in rows]


def test_a_source_is_tried_and_read_again(client: TestClient, actions: Recorded) -> None:
    assert client.post("/v1/sources/erp/probe").json() == {"items": []}
    told = client.post("/v1/sources/erp/again/preview", json=SINCE).json()
    assert told["rows"] == 1234
    assert told["since"] == "2026-11-20T00:00:00Z"
    assert client.post("/v1/sources/erp/again", json=SINCE).status_code == 202
    assert [one[0] for one in actions.asked] == ["probe", "read again"]
    assert actions.asked[1][2] == "parties"
    assert acts(client)[-1] == ("source_reread", "erp", None)


def test_refused_records_are_put_off_and_brought_back(
    client: TestClient, actions: Recorded
) -> None:
    body = {"ids": [1, 2], "reason": "поправят в понедельник", "days": 30}
    assert client.post("/v1/quarantine/put-off", json=body).json() == {"rows": 2}
    assert client.post("/v1/quarantine/bring-back", json={"ids": [1]}).json() == {"rows": 1}
    assert actions.asked[0][1:3] == ([1, 2], "поправят в понедельник")
    assert actions.asked[0][4] == 30
    assert acts(client)[-2:] == [
        ("put_off", "1, 2", "поправят в понедельник"),
        ("brought_back", "1", None),
    ]


def test_a_company_is_given_owners(client: TestClient, seeded: Seeded) -> None:
    path = f"/v1/parties/{seeded.party_id}/owners"
    before = client.get(path).json()["owners"]
    assert before == ["anna"]
    for names in (["Петров", "ivanova"], [], before):
        answer = client.put(path, json={"owners": names})
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["owners"]) == len(names)
    assert client.get(path).json() == {"owners": before}
    assert client.get("/v1/parties/none/owners").json()["code"] == "party_unknown"
    assert [one[0] for one in acts(client)[-3:]] == ["owner_given"] * 3


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/sources/none/probe", None, 404),
        ("POST", "/v1/sources/none/again", SINCE, 404),
        ("POST", "/v1/sources/erp/again", {**SINCE, "since": "2026-11-20T03:00:00"}, 422),
        ("POST", "/v1/sources/erp/again", {**SINCE, "stream": "a\0"}, 422),
        ("POST", "/v1/quarantine/put-off", {"ids": [1], "reason": ""}, 422),
        ("POST", "/v1/quarantine/put-off", {"ids": [1], "reason": "x", "days": 3}, 422),
        ("POST", "/v1/quarantine/bring-back", {"ids": []}, 422),
        ("PUT", "/v1/parties/nobody/owners", {"owners": []}, 404),
        ("PUT", "/v1/parties/nobody/owners", {"owners": [""]}, 422),
        ("PUT", "/v1/parties/nobody/owners", {"owners": ["a"] * 21}, 422),
    ],
)
def test_what_cannot_be_meant_is_refused_as_a_problem(
    client: TestClient, actions: Recorded, method: str, path: str, body: Any, status: int
) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert actions.asked == []


def test_what_is_done_to_sources_and_refused_records_stands_in_the_journal(
    client: TestClient, actions: Recorded
) -> None:
    sent(client, "/sources/erp", "/sources/erp/pause", {"why": "переезд"})
    sent(client, "/sources/shop", "/sources/shop/resume", {})
    again = {"stream": "parties", "since": "2026-11-20"}
    sent(client, "/sources/erp", "/sources/erp/again", again)
    sent(client, "/quarantine/1", "/quarantine/1", {"field.TAX_REFERENCE": GOOD, "seen": "seen"})
    client.post("/v1/sources/erp/sync")
    client.post("/v1/sources/erp/pause", json={"reason": "окно"})
    client.post("/v1/quarantine/replay", json={"ids": [1, 2]})
    client.post("/v1/quarantine/withdraw", json={"batch": "0f1e2d3c4b5a"})
    assert acts(client)[-8:] == [
        ("source_paused", "erp", "переезд"),
        ("source_resumed", "shop", None),
        ("source_reread", "erp", None),
        ("corrected", "1", None),
        ("run_started", "erp", None),
        ("source_paused", "erp", "окно"),
        ("replayed", "1, 2", None),
        ("corrections_withdrawn", "0f1e2d3c4b5a", None),
    ]
