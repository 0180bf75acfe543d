"""Counters of a run are told in words of both languages."""

from __future__ import annotations

import pytest

from admin.words.counters import counted
from store import Store, runs
from tests.admin.conftest import client_of


@pytest.mark.parametrize(
    ("name", "ru", "en"),
    [
        ("rule_R4", "по правилу R4", "by rule R4"),
        ("rule_new", "заведено новых", "made new"),
        ("golden", "золотых записей", "golden records"),
        ("linked", "связано", "linked"),
        ("whole_first", "всё сопоставлено целиком", "all matched as a whole"),
        ("{0}", "{0}", "{0}"),
    ],
)
def test_a_counter_has_words(name: str, ru: str, en: str) -> None:
    assert (counted("ru", name), counted("en", name)) == (ru, en)


def test_the_page_of_a_run_names_what_matching_counted(store: Store) -> None:
    with store.write() as writer:
        run_id = runs.start(writer, "settle", "erp")
        runs.count(writer, run_id, "merge", "erp", "legal_entity", golden=3, rule_R4=2)
        runs.count(writer, run_id, "map", "erp", "contact", read=1)
    page = client_of(store).get(f"/runs/{run_id}").text
    assert "золотых записей <b>3</b>" in page
    assert "по правилу R4 <b>2</b>" in page
    assert '<td class="code">legal_entity</td>' not in page
    assert '<td class="code">contact</td>' in page, "a source's stream keeps its own name"
