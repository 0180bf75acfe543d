"""Values of a person's own on a living hub: they win, survive loads, are refused with a cure, and go again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import pytest
from httpx import Response
from starlette.testclient import TestClient

from admin.wiring import site_of
from tests.flows.judged import Judged, inn
from tests.support.filled import HubOf

SAME = {"sec-fetch-site": "same-origin"}


def known(found: Judged) -> None:
    """Two companies, one known to two records."""
    found.put(
        {"key": "1", "name": "ООО «Вега»", "inn": inn(1), "legal_address": "г Тула"},
        {"key": "2", "name": "ООО «Вега плюс»", "inn": inn(1)},
        {"key": "3", "name": "АО «Лира»", "inn": inn(2)},
    )


@pytest.fixture
def hub(sqlite_hub_of: HubOf) -> Judged:
    return sqlite_hub_of(known)


@pytest.fixture
def desk(hub: Judged) -> Iterator[TestClient]:
    """A browser at the hub."""
    app = site_of(hub.house, "test")
    with TestClient(
        app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000), raise_server_exceptions=False
    ) as client:
        yield client


def _form(desk: TestClient, golden_id: str, field: str) -> dict[str, str]:
    text = desk.get("/values/edit", params={"id": golden_id, "field": field}).text
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))


def _save(desk: TestClient, golden_id: str, field: str, value: str, **more: str) -> Response:
    sent = {**_form(desk, golden_id, field), "value": value, **more}
    return cast("Response", desk.post("/values", data=sent, headers=SAME))


def test_a_value_wins_is_said_to_be_by_hand_survives_a_load_and_is_taken_back(
    hub: Judged, desk: TestClient
) -> None:
    vega = hub.of("1")
    shown = _save(desk, vega, "name", "ООО «Вега-Сервис»", why="по договору")
    assert shown.status_code == 200
    assert "Сохранено: Наименование" in shown.text
    assert "Задано вручную" in shown.text
    assert "по договору" in shown.text
    hub.put({"key": "1", "name": "ООО «Вега новая»", "inn": inn(1)})
    assert hub.golden().filter(id=vega)["name"].item() == "ООО «Вега-Сервис»"
    told = dict(re.findall(r'name="(csrf|id|field|decision)" value="([^"]*)"', shown.text))
    back = desk.post("/values/take-back", data=told, headers=SAME)
    assert "снова решают источники" in back.text
    assert "Задано вручную" not in back.text
    assert hub.golden().filter(id=vega)["name"].item().startswith("ООО «Вега")
    assert hub.golden().filter(id=vega)["name"].item() != "ООО «Вега-Сервис»"


def test_sent_twice_is_decided_once(hub: Judged, desk: TestClient) -> None:
    sent = {**_form(desk, hub.of("3"), "phones"), "value": "8 495 123-45-67"}
    for _ in range(2):
        assert desk.post("/values", data=sent, headers=SAME).status_code == 200
    assert hub.ledger().height == 1
    assert hub.golden("contact_point")["value"].to_list() == ["+74951234567"]


def test_who_saw_an_older_version_is_told_so_and_keeps_what_he_typed(
    hub: Judged, desk: TestClient
) -> None:
    sent = {**_form(desk, hub.of("3"), "name"), "value": "АО «Лира-2»"}
    _save(desk, hub.of("3"), "legal_address", "г Омск")
    late = desk.post("/values", data=sent, headers=SAME)
    assert late.status_code == 409
    assert "уже изменилась" in late.text
    assert "АО «Лира-2»" in late.text
    assert hub.golden().filter(id=hub.of("3"))["name"].item() == "АО «Лира»"


REFUSED = (
    ("inn", "7707083894", "Контрольн"), ("inn", inn(1), "hold"), ("name", "", "пуст"),
    ("name", "Вега\u202e", "невидимый знак U+202E"), ("name", "Ве\x00га", "невидимый знак U+0000"),
    ("name", "я" * 1001, "длиннее 1000"), ("emails", "не почта", ""), ("kind", "robot", ""),
    ("country", "Атлантида", ""),
)  # fmt: skip


def test_what_cannot_be_a_value_is_refused_with_a_sentence(hub: Judged, desk: TestClient) -> None:
    before = hub.golden()
    for field, value, says in REFUSED:
        answer = _save(desk, hub.of("3"), field, value)
        assert answer.status_code in {409, 422}, answer.text
        assert 'class="note bad"' in answer.text
        assert says in answer.text or says == "hold"
        ask = {"entity": "legal_entity", "field": field, "value": value}
        checked = desk.get("/values/check", params=ask)
        assert checked.status_code == (422 if "\x00" in value else 200)
    assert hub.golden().equals(before)


def test_markup_and_formulas_are_text(hub: Judged, desk: TestClient) -> None:
    shown = _save(desk, hub.of("3"), "legal_address", "=<b>1+1</b>")
    assert shown.status_code == 200
    assert "=&lt;b&gt;1+1&lt;/b&gt;" in shown.text
    assert "<b>1+1" not in shown.text


def test_while_it_is_typed_it_is_said_what_would_be_stored(desk: TestClient) -> None:
    ask = {"entity": "legal_entity", "field": "phones", "value": "8 (495) 123-45-67"}
    assert "Будет записано: +74951234567" in desk.get("/values/check", params=ask).text
    wrong = desk.get("/values/check", params={**ask, "field": "inn", "value": "7707083894"}).text
    assert 'class="hint bad"' in wrong


def test_what_sources_say_can_be_taken_with_one_press(hub: Judged, desk: TestClient) -> None:
    vega = hub.of("1")
    text = desk.get("/values/edit", params={"id": vega, "field": "name"}).text
    offered = re.findall(r'name="pick" value="([^"]+)"', text)
    assert len(offered) == 1
    _save(desk, vega, "name", "не это", pick=offered[0])
    assert hub.golden().filter(id=vega)["name"].item() == offered[0]


def test_the_card_reminds_of_what_work_needs(hub: Judged, desk: TestClient) -> None:
    text = desk.get(f"/parties/{hub.of('3')}").text
    chips = re.findall(r'class="chip pick" href="/values/edit\?id=[^"]*field=(\w+)"', text)
    assert {"phones", "emails", "ogrn", "legal_address"} <= set(chips)
    assert "inn" not in chips
    _save(desk, hub.of("3"), "phones", "84951234567")
    assert 'field=phones" class' not in desk.get(f"/parties/{hub.of('3')}").text


def test_a_unit_and_an_unknown_field(hub: Judged, desk: TestClient) -> None:
    hub.put({"key": "4", "name": "АО «Лира»", "inn": inn(2), "kpp": "770101001"})
    unit = hub.golden("unit").filter(kpp="770101001")["id"].item()
    shown = _save(desk, unit, "actual_address", "г Пермь")
    assert "г Пермь" in shown.text
    for where in ({"id": unit, "field": "sources"}, {"id": "none", "field": "name"}, {}):
        assert desk.get("/values/edit", params=where).status_code == 404
