"""The act of a migration on its page: what differs is told, and two people sign it when it agrees."""

from __future__ import annotations

import io
import re

from openpyxl import load_workbook
from starlette.testclient import TestClient

from store import Store, migrating
from tests.admin.conftest import client_of
from tests.admin.migration_seed import save_migration
from tests.admin.seed import Seeded

SAME = {"origin": "http://testserver"}


def test_an_act_that_does_not_agree_names_the_rows_and_has_no_line_to_sign(
    client: TestClient, seeded: Seeded
) -> None:
    text = client.get("/migrations/1").text
    assert "Акт не сходится: подписывать его нельзя." in text
    assert "расходится строк: 1" in text
    assert "не менялась с 2012-12-09" in text
    assert ">Подписать<" not in text
    assert 'href="/migrations/1"' in client.get("/migrations").text
    rows = list(
        load_workbook(io.BytesIO(client.get("/migrations/1/act.xlsx").content))["Kanon"].values
    )
    assert ("contacts", "2026-04 credit_limit", 1234567.89, 1234566, 1.89) in rows
    assert ("clients", "ИНН: возвращён потерянный ноль впереди: 812", 71_471, 71_471, 0) in rows
    for told in ("Шаги очистки", "1-9f3c2a71", "Телефоны: написание приведено", "Имена: Скобки"):
        assert told in text
    assert client.get("/migrations/999").status_code == 404


def test_systems_read_the_act_and_people_sign_it_by_the_api(
    client: TestClient, seeded: Seeded, sqlite_store: Store
) -> None:
    told = client.get("/v1/migrations/1/act").json()
    assert (told["agrees"], told["signatures"]) == (False, [])
    clients, contacts = told["lines"]
    assert (clients["source"], clients["difference"], clients["agrees"]) == (71_606, 0, True)
    assert (contacts["differing"], contacts["agrees"]) == (1, False)
    assert told["left"] == [
        {"table": "fax_journal", "rows": 17_901, "why": "не менялась с 2012-12-09"}
    ]
    put = "/v1/migrations/1/act/signatures"
    refused = client.post(put, json={"place": "handed"})
    assert (refused.status_code, "не сходится" in refused.text) == (409, True)
    with sqlite_store.write() as writer:
        save_migration(writer, agrees=True)
    site = client_of(sqlite_store)
    assert site.get("/v1/migrations/1/act").json()["agrees"] is True
    signed = site.post(put, json={"place": "handed"}).json()["signatures"]
    assert [one["place"] for one in signed] == ["handed"]
    assert site.post(put, json={"place": "handed"}).status_code == 409
    assert site.post(put, json={"place": "accepted"}).status_code == 409
    assert site.post(put, json={"place": "nowhere"}).status_code == 422
    assert site.get("/v1/migrations/9/act").json()["code"] == "migration_unknown"
    with sqlite_store.write() as writer:
        migrating.begin(writer, "bare", "erp", "", "anna", [])
    bare = [
        one["id"] for one in site.get("/v1/migrations").json()["items"] if one["name"] == "bare"
    ]
    assert site.get(f"/v1/migrations/{bare[0]}/act").json()["agrees"] is None
    assert (
        site.post(f"/v1/migrations/{bare[0]}/act/signatures", json={"place": "handed"}).json()[
            "code"
        ]
        == "act_unknown"
    )


def test_one_person_signs_one_place_and_the_next_is_left_to_another(sqlite_store: Store) -> None:
    with sqlite_store.write() as writer:
        save_migration(writer, agrees=True)
    site = client_of(sqlite_store)
    text = site.get("/migrations/1").text
    assert "Акт сходится" in text
    token = re.search(r'name="csrf" value="([^"]+)"', text)
    assert token is not None
    told = {"csrf": token[1], "place": "handed"}
    answer = site.post("/migrations/1/sign", data=told, headers=SAME, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/migrations/1")
    text = site.get("/migrations/1").text
    assert ">Подписать<" not in text, "whoever handed over cannot accept"
    assert (
        site.post(
            "/migrations/1/sign", data={**told, "place": "accepted"}, headers=SAME
        ).status_code
        == 409
    )
    assert (
        site.post("/migrations/1/sign", data={**told, "place": "nowhere"}, headers=SAME).status_code
        == 422
    )
    with sqlite_store.read() as reader:
        assert [one.place for one in migrating.signatures(reader, 1)] == ["handed"]


def test_how_many_tables_are_read_at_once_is_changed_on_the_board_and_by_programs(
    sqlite_store: Store,
) -> None:
    with sqlite_store.write() as writer:
        number = migrating.begin(writer, "night", "erp", "", "anna", [["clients"]])
        over = migrating.begin(writer, "past", "erp", "", "anna", [["clients"]])
        migrating.end(writer, over, "done")
    client = client_of(sqlite_store)
    board = client.get("/migrations").text
    assert f'action="/migrations/{number}/threads"' in board
    assert f'action="/migrations/{over}/threads"' not in board
    path, token = f"/migrations/{number}/threads", re.search(r'name="csrf" value="([^"]+)"', board)
    assert token

    def post(threads: str, to: str = path) -> int:
        fields = {"csrf": token[1], "threads": threads}
        return client.post(to, data=fields, headers=SAME, follow_redirects=False).status_code

    assert post("6") == 303
    assert 'value="6"' in client.get("/migrations").text
    for wrong in ("0", "17", "x", "-1", "1" * 40):
        assert post(wrong) in (400, 422), wrong
    assert post("3", f"/migrations/{over}/threads") == 409
    told = {one["id"]: one["threads"] for one in client.get("/v1/migrations").json()["items"]}
    assert told == {number: 6, over: None}
    put = f"/v1/migrations/{number}/threads"
    assert client.put(put, json={"threads": 2}).json()["threads"] == 2
    assert client.put(put, json={"threads": None}).json()["threads"] is None
    assert client.put(put, json={"threads": 99}).status_code == 422
    assert client.put("/v1/migrations/99/threads", json={"threads": 2}).status_code == 404
    assert client.put(f"/v1/migrations/{over}/threads", json={"threads": 2}).status_code == 409
    acts = client.get("/journal?act=threads_changed").text
    assert acts.count("изменил, сколько таблиц читать сразу") >= 3
