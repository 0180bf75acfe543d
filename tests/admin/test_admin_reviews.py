"""The pairs that wait for a person: all of them, both records of each, and why no rule may decide."""

from __future__ import annotations

import ast
import csv
import io
import re
from pathlib import Path

import polars as pl
import pytest
from starlette.testclient import TestClient

from admin import vocabulary
from schemas.reasons import DOUBTS
from store import Store, identity
from tests.admin.companies import company, kpp
from tests.admin.conftest import client_of
from tests.admin.seed import Seeded, seed

ROOT = Path(__file__).parents[2]


def test_paging_shows_every_pair_once(client: TestClient, seeded: Seeded) -> None:
    seen: list[str] = []
    path = "/reviews"
    while path:
        text = client.get(path).text
        seen += re.findall(r'<td class="code">(erp/parties/[^<]+)<', text)
        found = re.search(r'href="([^"]+)" rel="next"', text)
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert sorted(seen) == sorted(f"erp/parties/{n}" for n in range(1, seeded.companies))


def test_a_pair_shows_both_records_and_links_their_companies(client: TestClient) -> None:
    rows = client.get("/reviews.json?rule=V1").json()["rows"]
    (pair,) = [row for row in rows if row["left_key"] == "4"]
    for side, number in (("left", 4), ("right", 5)):
        told = company(number)
        expected = (told["name"], told["inn"], kpp(number), told["id"])
        names = ("name", "inn", "kpp", "golden_id")
        assert tuple(pair[f"{side}_{name}"] for name in names) == expected
    text = client.get("/reviews?rule=V1").text
    assert f'href="/parties/{pair["left_golden_id"]}"' in text
    assert f'<mark class="code">{pair["right_inn"]}</mark>' in text


@pytest.mark.parametrize(("language", "place"), [("ru", 0), ("en", 1)])
def test_the_reason_is_a_sentence_on_the_page_and_in_the_table(
    client: TestClient, language: str, place: int
) -> None:
    client.cookies.set("kanon_view", f"{language}.auto.normal.on")
    sentence = DOUBTS["two_heads"][place]
    assert sentence in client.get("/reviews?rule=R4").text
    table = csv.DictReader(
        io.StringIO(client.get("/reviews.csv?rule=R4").text.lstrip("\ufeff")), delimiter=";"
    )
    assert {row["Причина" if language == "ru" else "Reason"] for row in table} == {sentence}


def test_a_rule_narrows_the_list_and_every_rule_is_offered(client: TestClient) -> None:
    rows = client.get("/reviews.json?rule=R3").json()["rows"]
    assert {row["rule"] for row in rows} == {"R3"}
    text = client.get("/reviews?rule=R3").text
    offered = re.findall(r'href="/reviews\?rule=(\w+)"', text)
    assert offered == ["R1", "R3", "R4", "V1"]
    assert 'href="/reviews?rule=R3" aria-current="true"' in text
    assert "По этим фильтрам ничего не найдено" in client.get("/reviews?rule=none").text


def test_the_menu_and_the_overview_lead_there_with_the_count(
    client: TestClient, seeded: Seeded
) -> None:
    text = client.get("/").text
    assert re.search(rf'href="/reviews">.*Пары на разбор.*"count">{seeded.companies - 1}<', text)
    assert '<a class="card number" href="/reviews">' in text


def test_a_decided_pair_and_an_unknown_record_do_no_harm(store: Store) -> None:
    """On both engines: what a person decided is gone, a record that left its source is still told."""
    seed(store, 6)
    with store.write() as writer:
        pairs = identity.pairs(writer, "party").drop("seq", "entity")
        decided = pl.when(pl.col("left_key") == "1").then(pl.lit("different"))
        strange = pl.when(pl.col("left_key") == "2").then(pl.lit("gone")).otherwise("left_key")
        changed = pairs.with_columns(decided.otherwise("state").alias("state"))
        identity.save_pairs(writer, "party", changed.with_columns(strange.alias("left_key")))
    client = client_of(store)
    rows = client.get("/reviews.json").json()["rows"]
    assert "1" not in {row["left_key"] for row in rows}
    (unknown,) = [row for row in rows if row["left_key"] == "gone"]
    assert unknown["left_name"] is None
    assert "erp/parties/gone" in client.get("/reviews").text


def test_sentences_are_told_for_doubts_that_rules_really_have() -> None:
    constants = {
        node.value
        for file in ("rules.py", "resolve.py")
        for node in ast.walk(ast.parse((ROOT / "dedup" / file).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert constants >= set(DOUBTS)


def test_a_doubt_without_a_sentence_is_shown_by_its_code() -> None:
    assert vocabulary.doubt("ru", "new_doubt") == "new_doubt"
    assert {vocabulary.doubt("ru", code) for code in DOUBTS}.isdisjoint(DOUBTS)
