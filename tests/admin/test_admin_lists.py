"""Lists that people keep: saved under names, exported as workbooks; people, units and items beside companies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from httpx import Response
from openpyxl import Workbook, load_workbook
from starlette.testclient import TestClient

from admin.app import create_app
from admin.listing import workbook
from admin.site import Site
from store import Store, golden
from tests.admin.companies import company, contact_id
from tests.admin.conftest import SETTINGS, Recorded
from tests.admin.seed import Seeded, seed
from tests.support.records import golden_records

SAME = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    """A browser at a site that may be written to, with a place for workbooks."""
    seed(sqlite_store, 12)
    app = create_app(sqlite_store, replace(SETTINGS, exports=tmp_path / "exports"), Recorded())
    with TestClient(app, client=("127.0.0.1", 40000)) as client:
        yield client


def _site(desk: TestClient) -> Site:
    return cast("Site", cast("FastAPI", desk.app).state.site)


def _post(desk: TestClient, target: str, **fields: str) -> Response:
    token = re.search(r'name="csrf" value="([^"]+)"', desk.get("/parties").text)
    assert token
    return cast("Response", desk.post(target, data={**fields, "csrf": token[1]}, headers=SAME))


def test_a_saved_list_leads_back_to_its_rows_and_can_be_forgotten(desk: TestClient) -> None:
    query = "inn=770000&order=ogrn"
    shown = _post(
        desk, "/lists", path="/parties", query=query + "&evil=1", name=" Мои  <b> ", shared="yes"
    )
    assert str(shown.url).endswith("/parties?inn=770000&order=ogrn")
    assert "Мои &lt;b&gt;" in shown.text
    assert 'aria-current="page">Мои' in shown.text.replace("\n", "")
    number = re.search(r'name="id" value="(\d+)"', shown.text)
    assert number
    assert "Мои" not in _post(desk, "/lists/drop", path="/parties", id=number[1]).text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"path": "/etc", "name": "x"}, 404),
        ({"path": "/parties", "name": ""}, 409),
        ({"path": "/parties", "name": "я" * 61}, 409),
        ({"path": "/parties", "name": "a\u202eb"}, 409),
        ({"path": "/parties", "name": "x", "query": "q=" + "a" * 3000}, 404),
    ],
)
def test_a_list_that_cannot_be_saved_is_refused(
    desk: TestClient, fields: dict[str, str], status: int
) -> None:
    assert _post(desk, "/lists", **{"query": "", **fields}).status_code == status


def test_a_workbook_has_every_row_and_no_formula(desk: TestClient, tmp_path: Path) -> None:
    evil = {"id": "e", "name": "=cmd()", "inn": "7700000001", "legal_address": "+7 @home\x0b"}
    with _site(desk).store.write() as writer:
        golden.save(writer, "legal_entity", golden_records("legal_entity", [evil]))
    shown = _post(desk, "/exports", path="/parties", query="order=name")
    _site(desk).jobs.wait()
    ready = desk.get(shown.url.path)
    assert "12 строк" in ready.text
    answer = desk.get(shown.url.path + "/file")
    assert answer.headers["content-disposition"].endswith('filename="parties.xlsx"')
    (tmp_path / "got.xlsx").write_bytes(answer.content)
    sheet = load_workbook(tmp_path / "got.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]][:3] == ["Наименование", "ИНН", "ОГРН"]
    assert len(rows) == 13
    told = {row[0].value: row for row in rows[1:]}
    assert told["=cmd()"][0].data_type == "s"
    assert company(1)["name"] in told
    assert not any(cell.data_type == "f" for row in rows for cell in row)


def test_a_workbook_is_its_authors_alone(desk: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _post(desk, "/exports", path="/parties", query="")
    _site(desk).jobs.wait()
    assert desk.get(shown.url.path).status_code == 200
    monkeypatch.setattr("getpass.getuser", lambda: "somebody")
    assert desk.get(shown.url.path).status_code == 404
    assert desk.get(shown.url.path + "/file").status_code == 404
    assert desk.get("/exports/" + "9" * 30).status_code == 404


def test_cells_are_typed_and_instants_are_in_the_readers_zone() -> None:
    sheet = Workbook(write_only=True).create_sheet()
    zone = ZoneInfo("Asia/Omsk")
    assert workbook.cell(sheet, datetime(2026, 1, 1, tzinfo=UTC), zone) == datetime(2026, 1, 1, 6)  # noqa: DTZ001  a workbook knows no zones
    assert workbook.cell(sheet, 5, zone) == 5
    assert workbook.cell(sheet, ["a", "b"], zone) == "a | b"
    kept: Any = workbook.cell(sheet, "-1", zone)
    assert (kept.data_type, kept.value) == ("s", "-1")


def test_people_units_and_items_have_lists_and_cards(client: TestClient, seeded: Seeded) -> None:
    people = client.get("/contacts").text
    assert f'href="/contacts/{contact_id(1)}"' in people
    assert f'href="/parties/{seeded.party_id}"' in people
    card = client.get(f"/contacts/{contact_id(1)}").text
    assert "Главный бухгалтер" in card
    assert "buh1@vector.example" in card
    assert "Номенклатуры пока нет" in client.get("/items").text
    assert client.get("/units/none").status_code == 404
    assert (
        client.get("/units.json?kpp=770100007").json()["rows"][0]["company"] == company(7)["name"]
    )
