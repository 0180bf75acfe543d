"""Answering a pair by the page: what is offered, what is sent on, and where a person comes out."""

from __future__ import annotations

import getpass
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from admin.actions import Judged
from tests.admin.conftest import Recorded

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
LEFT, RIGHT = "erp/parties/5", "onec/Catalog_Контрагенты/0006"


def _form(client: TestClient, **changed: str) -> dict[str, str]:
    text = client.get("/reviews/pair", params={"left": LEFT, "right": RIGHT}).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))
    return {**fields, "verdict": "different", "why": " звонил ", **changed}


def test_the_page_offers_every_answer_but_one_company_for_two_inn(client: TestClient) -> None:
    text = client.get("/reviews/pair", params={"left": LEFT, "right": RIGHT}).text
    assert re.findall(r'name="verdict" value="(\w+)"', text) == ["different", "unsure", "later"]
    assert "Два действительных ИНН никогда не одна компания" in text


def test_two_records_of_one_company_can_be_confirmed_or_parted(client: TestClient) -> None:
    pair = {"left": "erp/parties/5", "right": "onec/Catalog_Контрагенты/0005"}
    text = client.get("/reviews/pair", params=pair).text
    assert "Сейчас обе записи в одной компании." in text
    assert re.findall(r'name="verdict" value="(\w+)"', text) == ["same", "different", "unsure"]


def test_an_answer_is_sent_on_with_what_was_seen_and_the_next_pair_comes(
    client: TestClient, actions: Recorded
) -> None:
    sent = _form(client)
    answer = client.post("/reviews/pair", data=sent, headers=SAME_ORIGIN, follow_redirects=False)
    assert answer.status_code == 303
    assert actions.judged == [
        (LEFT, RIGHT, Judged("different", "звонил", sent["seen"], getpass.getuser()))
    ]
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (asked["done"], asked["was"], asked["of_left"]) == (["7"], ["different"], [LEFT])
    assert asked["left"] != [LEFT]
    shown = client.get(answer.headers["location"]).text
    assert "Решено: две разные компании." in shown
    assert 'name="decision" value="7"' in shown


def test_taking_back_returns_to_the_pair(client: TestClient, actions: Recorded) -> None:
    sent = {**_form(client), "decision": "7"}
    answer = client.post(
        "/reviews/withdraw", data=sent, headers=SAME_ORIGIN, follow_redirects=False
    )
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (asked["left"], asked["right"], asked["taken_back"]) == ([LEFT], [RIGHT], ["7"])
    assert actions.withdrawn == [(7, getpass.getuser())]
    assert "Ответ отменён" in client.get(answer.headers["location"]).text


def test_later_goes_on_and_comes_round_again(client: TestClient, actions: Recorded) -> None:
    here, seen = (LEFT, RIGHT), []
    while here not in seen:
        seen.append(here)
        params = {"left": here[0], "right": here[1], "reason": "two_heads"}
        answer = client.get("/reviews/next", params=params, follow_redirects=False)
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
        here = (asked["left"][0], asked["right"][0])
        assert asked["reason"] == ["two_heads"]
    waiting = client.get("/reviews.json?reason=two_heads").json()["rows"]
    assert len({*seen} - {(LEFT, RIGHT)} | {here}) == len(waiting)
    assert not actions.judged


def test_the_queue_without_another_pair_is_shown_itself(client: TestClient) -> None:
    sent = _form(client, reason="nobody waits for this")
    answer = client.post("/reviews/pair", data=sent, headers=SAME_ORIGIN, follow_redirects=False)
    assert answer.headers["location"].startswith("/reviews?")
    assert "Решено: две разные компании." in client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    "changed",
    [{"verdict": "perhaps"}, {"left": "nonsense"}, {"verdict": ""}],
)
def test_an_answer_that_cannot_be_is_refused(
    client: TestClient, actions: Recorded, changed: dict[str, str]
) -> None:
    answer = client.post("/reviews/pair", data=_form(client, **changed), headers=SAME_ORIGIN)
    assert answer.status_code == 422
    assert not actions.judged


def test_an_answer_without_the_token_is_refused(client: TestClient, actions: Recorded) -> None:
    sent = _form(client, csrf="")
    assert client.post("/reviews/pair", data=sent, headers=SAME_ORIGIN).status_code == 403
    sent["decision"] = "7"
    assert client.post("/reviews/withdraw", data=sent, headers=SAME_ORIGIN).status_code == 403
    assert not actions.judged + actions.withdrawn


@pytest.mark.parametrize("told", ["done=x&was=same", "done=7&was=evil", "done=&was=same"])
def test_an_outcome_nobody_told_is_not_shown(client: TestClient, told: str) -> None:
    assert "Решено" not in client.get(f"/reviews?{told}").text
