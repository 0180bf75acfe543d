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
