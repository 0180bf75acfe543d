"""Giving waiting pairs to a steward: by a lead alone, those chosen or all of a filter, and what the queue makes of it."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from schemas.accounts import Role
from schemas.scopes import Scope
from store import Store, accounts, assignments, desk
from store.tables import journal
from store.views import reviews
from tests.admin.seed import seed
from tests.admin.test_admin_sign_in import SAME, actions, guarded, joined, post

__all__ = ["actions", "guarded"]

FIELDS = {"to": "anna"}


@pytest.fixture
def lead(guarded: TestClient, sqlite_store: Store) -> TestClient:
    """Somebody who may assign, and two stewards, of whom boris no longer may come in."""
    seed(sqlite_store)
    joined(guarded, sqlite_store, "vera", Role.LEAD)
    with sqlite_store.write() as writer:
        for login in ("anna", "boris"):
            accounts.add(writer, login, Role.STEWARD, "test")
        accounts.change(writer, accounts.known(writer, "boris"), active=False)
        accounts.add(writer, "gleb", Role.VIEWER, "test")
    return guarded


def _rows(client: TestClient, query: str = "") -> list[dict[str, object]]:
    rows: list[dict[str, object]] = client.get(f"/reviews.json?{query}").json()["rows"]
    return rows


def _given(answer: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer).query)


def test_the_chosen_pairs_are_one_stewards_and_the_journal_says_who_gave_them(
    lead: TestClient, sqlite_store: Store
) -> None:
    ids = [str(row["id"]) for row in _rows(lead)[:2]]
    answer = post(lead, "/reviews", "/reviews/assignment", to="anna", pick=ids)
    assert _given(answer.headers["location"])["given"] == ["2"]
    assert {str(row["id"]) for row in _rows(lead, "assignee=anna")} == set(ids)
    assert not set(ids) & {str(row["id"]) for row in _rows(lead, "assignee=-")}
    page = lead.get("/reviews?assignee=anna").text
    assert "поручена: anna" in page
    again = post(lead, "/reviews", "/reviews/assignment", to="anna", pick=ids)
    assert _given(again.headers["location"])["given"] == ["0"], "the same again changes nothing"
    back = post(lead, "/reviews", "/reviews/assignment", back="1", pick=ids[:1])
    assert _given(back.headers["location"])["given"] == ["1"]
    assert len(_rows(lead, "assignee=anna")) == 1
    acts = ("pairs_assigned", "pairs_taken_back")
    with sqlite_store.read() as reader:
        told = reader.rows(select(journal).where(journal.c.act.in_(acts)).order_by(journal.c.id))
    assert [(one.who, one.act, one.object_id) for one in told] == [
        ("vera", "pairs_assigned", "anna"),
        ("vera", "pairs_taken_back", None),
    ]
    after = json.loads(told[0].after)
    assert (after["assignee"], after["rows"]) == ("anna", 2)
    assert after["pairs"].count(" ~ ") == 2
    assert json.loads(told[1].before) == {"assignee": "anna"}


def test_all_pairs_of_a_filter_are_looked_at_first_and_given_at_once(lead: TestClient) -> None:
    rows = _rows(lead, "reason=name_alone")
    preview = lead.get("/reviews/assignment?reason=name_alone").text
    assert f"Поручить {len(rows)}" in preview
    assert "gleb" not in preview, "a reader decides nothing"
    assert "boris" not in preview, "who cannot come in decides nothing"
    path = "/reviews/assignment?reason=name_alone"
    post(lead, path, "/reviews/assignment", to="anna", all="1", reason="name_alone")
    assert len(_rows(lead, "assignee=anna")) == len(rows)
    assert {row["reason"] for row in _rows(lead, "assignee=anna")} == {"name_alone"}


@pytest.mark.parametrize("login", ["gleb", "boris", "nobody", "x" * 300])
def test_a_pair_is_given_to_nobody_who_could_not_decide_it(lead: TestClient, login: str) -> None:
    row = _rows(lead)[0]
    answer = post(lead, "/reviews", "/reviews/assignment", to=login, pick=str(row["id"]))
    assert answer.status_code == 422
    assert _rows(lead, "assignee=-")[0]["id"] == row["id"]


def test_nothing_chosen_is_said_and_nonsense_is_refused(lead: TestClient) -> None:
    answer = post(lead, "/reviews", "/reviews/assignment", to="anna")
    assert "Ничего не отмечено" in lead.get(answer.headers["location"]).text
    for pick in ("x", "9" * 30, "1.5", "--1"):
        wrong = post(lead, "/reviews", "/reviews/assignment", to="anna", pick=pick)
        assert wrong.status_code == 422, pick
    assert post(lead, "/reviews", "/reviews/assignment", pick="1").status_code == 422


def test_a_steward_sees_whose_pairs_are_and_assigns_none(
    guarded: TestClient, sqlite_store: Store
) -> None:
    seed(sqlite_store)
    joined(guarded, sqlite_store, "anna", Role.STEWARD)
    with sqlite_store.write() as writer:
        found = assignments.rows(writer, reviews.chosen({}))
        assignments.assign(writer, found.head(3), "anna")
        assignments.assign(writer, found[3:4], "boris")
    text = guarded.get("/reviews").text
    assert "поручена вам" in text
    assert "поручена: boris" in text
    assert re.search(r'<option value="anna">мне · 3<', text)
    assert 'action="/reviews/assignment"' not in text
    assert guarded.get("/reviews/assignment").status_code == 403
    assert guarded.post("/v1/reviews/assignment", json=FIELDS, headers=SAME).status_code == 403


def test_a_steward_of_a_part_is_given_only_what_he_sees(
    lead: TestClient, sqlite_store: Store
) -> None:
    with sqlite_store.write() as writer:
        accounts.narrow(writer, accounts.known(writer, "anna"), Scope(regions=("00",)))
    answer = post(lead, "/reviews", "/reviews/assignment", to="anna", all="1")
    told = _given(answer.headers["location"])
    assert told["given"] == ["0"]
    assert int(told["left_out"][0]) == len(_rows(lead))
    assert "видит anna" in lead.get(answer.headers["location"]).text


def test_who_is_switched_off_keeps_no_pairs(lead: TestClient, sqlite_store: Store) -> None:
    post(lead, "/reviews", "/reviews/assignment", to="anna", all="1")
    assert _rows(lead, "assignee=anna")
    with sqlite_store.write() as writer:
        accounts.change(writer, accounts.known(writer, "anna"), active=False)
    assert _rows(lead, "assignee=anna") == []


def test_the_next_pair_is_ones_own_first_and_then_nobodys(store: Store) -> None:
    seed(store)
    with store.read() as reader:
        page = reviews.listing(reader, {"lane": desk.WAITING}, reviews.WORTH, None, 9)
    refs = [(row["left_source"], row["right_source"]) for row in page.rows]
    with store.write() as writer:
        assignments.assign(
            writer, assignments.rows(writer, assignments.of_pairs(refs[4:6])), "anna"
        )
        assignments.assign(
            writer, assignments.rows(writer, assignments.of_pairs(refs[1:2])), "boris"
        )
    with store.read() as reader:
        order = [
            reviews.following(reader, *here, {"lane": "wait"}, by="anna")
            for here in (refs[0], refs[4], refs[5])
        ]
        others = reviews.following(reader, *refs[0], {"lane": "wait"}, by="gleb")
        asked = reviews.following(reader, *refs[0], {"assignee": "boris"}, by="anna")
    assert order == [refs[4], refs[5], refs[4]]
    assert others == refs[2], "another steward's is passed over"
    assert asked == refs[1], "unless his were asked for"
    with store.write() as writer:
        for pair in refs[4:6]:
            desk.clear(writer, *pair)
    with store.read() as reader:
        assert reviews.following(reader, *refs[0], {"lane": "wait"}, by="anna") == refs[2]


def test_a_pair_that_changed_stays_with_whom_it_was_given_to(store: Store) -> None:
    seed(store)
    with store.write() as writer:
        found = assignments.rows(writer, reviews.chosen({}))
        assignments.assign(writer, found.head(1), "anna")
        desk.follow(writer)
    with store.read() as reader:
        told = reviews.listing(reader, {"assignee": "anna"}, reviews.WORTH, None, 9)
        facets = dict(reviews.facets(reader, desk.WAITING).assignee)
    assert [row["id"] for row in told.rows] == found["id"].to_list()[:1]
    assert facets["anna"] == 1
    assert facets[""] > 1


def test_a_program_assigns_by_refs_or_by_filters_and_not_by_nothing(
    lead: TestClient, sqlite_store: Store
) -> None:
    def ask(**body: object) -> tuple[int, dict[str, object]]:
        answer = lead.post("/v1/reviews/assignment", json=body, headers=SAME)
        return answer.status_code, answer.json()

    row = lead.get("/v1/reviews").json()["items"][0]
    pair = {side: row[side]["ref"] for side in ("left", "right")}
    assert ask(to="anna", pairs=[pair]) == (200, {"pairs": 1, "left_out": 0})
    (own,) = lead.get("/v1/reviews?assignee=anna").json()["items"]
    assert (own["left"]["ref"], own["assignee"]) == (pair["left"], "anna")
    assert ask(to="anna", reason_code="name_alone")[1]["pairs"]
    assert ask(to=None, assignee="anna")[0] == 200
    assert lead.get("/v1/reviews?assignee=anna").json()["items"] == []
    assert ask(to="anna")[0] == 422
    assert ask(to="anna", pairs=[pair], rule="R4")[0] == 422
    code, told = ask(to="gleb", pairs=[pair])
    assert (code, told["code"]) == (422, "assignee_unknown")
