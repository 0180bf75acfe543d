"""Rules by their pages: proposed, tried on the base, put in force by another person, brought back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy import update
from starlette.testclient import TestClient

from admin.app import create_app
from admin.site import Site
from admin.wiring import HouseActions, site_of
from dedup.model import default_model
from flows import rule_drafts
from flows.rule_sets import active
from schemas.errors import ConfigError, Conflict
from store import jobs
from store.clock import utc_now
from store.rule_drafts import waiting as rule_drafts_of
from store.tables import job
from tests.admin.conftest import Recorded
from tests.flows.judged import Judged
from tests.support.filled import HubOf

SAME = {"sec-fetch-site": "same-origin"}
LOOSE = {"version": "loose", "auto": 0.6, "review": 0.3, "margin": 0, "prior": -300}
TWINS = {"name": "ООО «Вектор Плюс»", "phones": ["+74951234567"]}


def known(found: Judged) -> None:
    """Two records that loose rules take for one company."""
    found.put({"key": "1", **TWINS}, {"key": "2", **TWINS, "name": "Вектор плюс"})


@pytest.fixture
def hub(sqlite_hub_of: HubOf) -> Judged:
    return sqlite_hub_of(known)


@pytest.fixture
def desk(hub: Judged) -> Iterator[TestClient]:
    """A browser at the hub."""
    app = site_of(hub.house, "test")
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000)) as client:
        yield client


def _actions(desk: TestClient) -> HouseActions:
    site = cast("Site", cast("FastAPI", desk.app).state.site)
    return cast("HouseActions", site.actions)


def _post(desk: TestClient, page: str, target: str, **fields: str) -> Response:
    token = re.search(r'name="csrf" value="([^"]+)"', desk.get(page).text)
    assert token
    return cast("Response", desk.post(target, data={**fields, "csrf": token[1]}, headers=SAME))


def _typed(desk: TestClient) -> dict[str, str]:
    """The form as it stands before anybody touches it."""
    text = desk.get("/rules/new").text
    return dict(re.findall(r'<input id="f-[^"]+" name="([^"]+)"[^>]*? value="([^"]*)"', text))


def test_a_proposal_is_tried_put_in_force_and_brought_back(hub: Judged, desk: TestClient) -> None:
    typed = {
        **_typed(desk),
        "version": "loose",
        "why": "проба",
        "auto": "0,6",
        "review": "0.3",
        "margin": "0",
    }
    shown = _post(desk, "/rules/new", "/rules", **{**typed, "prior": "−3"})
    assert shown.url.path == "/rules/drafts/1", shown.text
    assert "Сливать без вопросов от вероятности" in shown.text
    _post(desk, "/rules/drafts/1", "/rules/drafts/1", act="try")
    _actions(desk).jobs.wait()
    tried = desk.get("/rules/drafts/1").text
    told = rule_drafts.tried(hub.house, 1)
    assert f"<b>+{told['merged']}</b>" in tried
    with hub.store.read() as reader:
        assert active(reader).model == default_model()
    _post(desk, "/rules/drafts/1", "/rules/drafts/1", act="activate")
    with hub.store.read() as reader:
        assert active(reader).model.auto == 0.6
    page = desk.get("/rules").text
    assert "Действует версия loose" in page
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    for _ in range(2):
        _post(desk, "/rules", "/rules/back", seen=seen[1], why="хватит")
    with hub.store.read() as reader:
        assert active(reader).model == default_model()
    assert "Отличий нет" not in desk.get("/rules/compare?old=0&new=1").text
    assert desk.get("/rules/compare?old=0&new=9" + "9" * 20).status_code == 404


def test_the_author_alone_puts_nothing_in_force_and_nothing_twice(hub: Judged) -> None:
    made = rule_drafts.propose(hub.house, LOOSE, "anna")
    with pytest.raises(Conflict, match="second"):
        rule_drafts.activate_draft(hub.house, made.id, "anna")
    assert rule_drafts.activate_draft(hub.house, made.id, "boris") == "loose"
    for again in (rule_drafts.activate_draft, rule_drafts.drop_draft):
        with pytest.raises(Conflict, match="boris"):
            again(hub.house, made.id, "vera")


def test_a_version_is_one_set_and_the_same_proposal_is_one(hub: Judged) -> None:
    first = rule_drafts.propose(hub.house, LOOSE, "anna")
    assert rule_drafts.propose(hub.house, LOOSE, "anna").id == first.id
    for wrong in (
        {**LOOSE, "auto": 0.7},
        {"version": "other"},
        {**LOOSE, "version": default_model().version},
    ):
        with pytest.raises(ConfigError):
            rule_drafts.propose(hub.house, wrong, "anna")


WRONG = (
    ("version", ""), ("version", "<b>"), ("version", "3 4"), ("auto", "2"), ("auto", "много"),
    ("auto", "nan"), ("auto", ""), ("prior", "1e9"), ("margin", "-1"), ("review", "0,995"),
    ("weights.name.equal_1", "9" * 400), ("auto_confirmed", "0,6"),
)  # fmt: skip


def test_a_wrong_form_is_shown_again_with_a_sentence_and_what_was_typed(
    hub: Judged, desk: TestClient
) -> None:
    typed = {**_typed(desk), "version": "own", "auto": "0,98"}
    for name, value in WRONG:
        answer = _post(desk, "/rules/new", "/rules", **{**typed, name: value})
        assert answer.status_code == 422, name + value
        assert 'class="note bad"' in answer.text
        assert 'value="0,98"' in answer.text or name == "auto"
    with hub.store.read() as reader:
        assert rule_drafts_of(reader) == []
    assert _post(desk, "/rules/new", "/rules", **typed).url.path == "/rules/drafts/1"


def test_with_sign_in_the_page_asks_for_a_second_person(hub: Judged, desk: TestClient) -> None:
    made = rule_drafts.propose(hub.house, LOOSE, "anna")
    assert 'value="activate"' in desk.get(f"/rules/drafts/{made.id}").text
    recorded = Recorded()
    site = cast("Site", cast("FastAPI", desk.app).state.site)
    app = create_app(hub.store, replace(site.settings, sign_in=False), recorded)
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000)) as other:
        _post(other, f"/rules/drafts/{made.id}", f"/rules/drafts/{made.id}", act="activate")
    assert recorded.ruled[0][0] == "activate"
    assert recorded.ruled[0][3] is False


def test_a_trial_that_broke_or_was_lost_says_so(hub: Judged, desk: TestClient) -> None:
    made = rule_drafts.propose(hub.house, LOOSE, "anna")
    with hub.store.write() as writer:
        number = jobs.start(writer, "rules", str(made.id), "anna")
    assert "идёт сопоставление" in desk.get(f"/rules/drafts/{made.id}").text
    with hub.store.write() as writer:
        writer.execute(
            update(job).where(job.c.id == number).values(alive_at=utc_now() - 2 * jobs.SILENT)
        )
    assert "Хаб перезапустили" in desk.get(f"/rules/drafts/{made.id}").text

    def broken() -> dict[str, object]:
        raise RuntimeError("ООО «Секрет»")

    _actions(desk).jobs.start("rules", str(made.id), "anna", broken)
    _actions(desk).jobs.wait()
    text = desk.get(f"/rules/drafts/{made.id}").text
    assert "Работа прервалась" in text
    assert "Секрет" not in text
