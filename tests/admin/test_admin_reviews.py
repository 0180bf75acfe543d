"""The pairs that wait for a person: all of them, both records of each, and why no rule may decide."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from schemas.evidence import DOUBTS
from store import Store, identity
from tests.admin.companies import DOUBTS as PAIRS
from tests.admin.companies import company, kpp
from tests.admin.conftest import client_of
from tests.admin.seed import Seeded, seed


def test_paging_shows_every_pair_once(client: TestClient, seeded: Seeded) -> None:
    seen: list[str] = []
    path = "/reviews"
    while path:
        text = client.get(path).text
        seen += re.findall(r'class="small muted source" title="(erp/parties/[^"]+)"', text)
        found = re.search(r'href="([^"]+)" rel="next"', text)
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert sorted(seen) == sorted(f"erp/parties/{n}" for n in range(1, seeded.companies))


def test_a_pair_shows_both_records_and_links_their_companies(client: TestClient) -> None:
    rows = client.get("/reviews.json?reason=source_joins_two_inn").json()["rows"]
    (pair,) = [row for row in rows if row["left_key"] == "7"]
    for side, number in (("left", 7), ("right", 8)):
        told = company(number)
        expected = (told["name"], told["inn"], kpp(number), told["id"])
        names = ("name", "inn", "kpp", "golden_id")
        assert tuple(pair[f"{side}_{name}"] for name in names) == expected
    text = client.get("/reviews?reason=source_joins_two_inn").text
    assert f'href="/parties/{pair["left_golden_id"]}"' in text
    assert f'<mark class="code">{pair["right_inn"]}</mark>' in text


@pytest.mark.parametrize(("language", "place"), [("ru", 0), ("en", 1)])
def test_the_reason_is_a_sentence_on_the_page_and_in_the_table(
    client: TestClient, language: str, place: int
) -> None:
    client.cookies.set("kanon_view", f"{language}.auto.normal.on")
    sentence = DOUBTS["two_heads"][place]
    assert sentence in client.get("/reviews?reason=two_heads").text
    table = csv.DictReader(
        io.StringIO(client.get("/reviews.csv?reason=two_heads").text.lstrip("\ufeff")),
        delimiter=";",
    )
    assert {row["Причина" if language == "ru" else "Reason"] for row in table} == {sentence}


def test_a_reason_narrows_the_list_and_every_reason_is_offered_with_its_count(
    client: TestClient,
) -> None:
    rows = client.get("/reviews.json?reason=name_alone").json()["rows"]
    assert {row["reason"] for row in rows} == {"name_alone"}
    text = client.get("/reviews?reason=name_alone").text
    offered = re.findall(r'href="/reviews\?reason=(\w+)"', text)
    assert set(offered) == {reason for _, _, reason, _ in PAIRS}
    chips = text[text.index('aria-label="Причина"') :]
    counts = [int(n) for n in re.findall(r'class="muted">(\d+)</span></span></a>', chips)]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == len(offered) == len(PAIRS)
    assert 'href="/reviews?reason=name_alone" aria-current="true"' in text
    chip = re.search(r">Совпало только имя <span[^>]*>(\d+)<", text)
    assert chip
    assert int(chip.group(1)) == len(rows)
    assert "По этим фильтрам ничего не найдено" in client.get("/reviews?reason=none").text


def test_pairs_come_by_value_times_uncertainty_and_grave_ones_weigh_more(
    client: TestClient,
) -> None:
    """The order of the page, told again from its definition."""
    rows = client.get("/reviews.json").json()["rows"]
    weight = {"high": 4, "normal": 1, "low": 0.25}

    def worth(row: dict[str, Any]) -> float:
        doubt = 1 if row["score"] is None else 1 - abs(2 * row["score"] - 1)
        return float(round(row["value"] * doubt * weight[row["severity"]] * 1000))

    found = [worth(row) for row in rows]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) > 2
    assert {row["score"] for row in rows} == {score for *_, score in PAIRS}


def test_the_oldest_can_come_first_and_facets_narrow_by_rule_and_sources(
    client: TestClient,
) -> None:
    rows = client.get("/reviews.json?order=oldest").json()["rows"]
    assert [row["since"] for row in rows] == sorted(row["since"] for row in rows)
    by_rule = client.get("/reviews.json?rule=R8").json()["rows"]
    assert by_rule
    assert {row["rule"] for row in by_rule} == {"R8"}
    assert client.get("/reviews.json?sources=nowhere").json()["rows"] == []


def test_the_page_shows_how_likely_a_pair_is_and_leads_to_its_comparison(
    client: TestClient,
) -> None:
    text = client.get("/reviews?reason=name_and_contacts").text
    assert "98,1\xa0%" in text
    links = re.findall(r'href="(/reviews/pair\?[^"]+)"', text)
    assert client.get(links[0].replace("&amp;", "&")).status_code == 200
    assert DOUBTS["name_and_contacts"][0] in text


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
