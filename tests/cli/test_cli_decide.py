"""Deciding on the command line: seen before, done, listed, taken back; what is refused and how."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from rich.console import Console

from admin.commands import guard
from admin.commands.listing import listing
from store import canonical, golden, identity
from tests.cli.conftest import Kanon
from tests.flows.site import Site


def _companies(site: Site) -> list[tuple[str, str, str | None]]:
    """(golden id, ref, INN) of companies with one record, those without an INN first."""
    with site.store.read() as reader:
        links = identity.links(reader, "party")
        parties = canonical.load(reader, "party", ["connection", "stream", "key", "inn"])
    found = links.join(parties, on=["connection", "stream", "key"]).sort("golden_id")
    alone = found.filter(found["golden_id"].is_unique())
    rows = [
        (r["golden_id"], f"{r['connection']}/{r['stream']}/{r['key']}", r["inn"])
        for r in alone.to_dicts()
    ]
    return sorted(rows, key=lambda row: (row[2] is not None, row[0]))


def _object(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_merge_is_previewed_done_listed_and_withdrawn(kanon: Kanon, at_home: Site) -> None:
    rows = _companies(at_home)
    (one, _, _), (other, ref, _) = rows[-1], rows[0]
    assert rows[0][2] is None, "a company without an INN is needed"
    seen = _object(kanon("merge", one, other, "--preview", "--json").out)
    assert {row["id"] for row in seen["merged"]} < {one, other}
    assert kanon("decisions", "--json").out == ""
    done = kanon("merge", one, other, "--reason", "звонил клиент")
    assert done.code == 0
    assert "kanon withdraw 1" in done.out
    (told,) = [_object(line) for line in kanon("decisions", "--json").out.splitlines()]
    assert (told["verdict"], told["reason"]) == ("same", "звонил клиент")
    assert ref in {*told["left"], *told["right"]}
    assert "звонил клиент" in kanon("decisions", one).out
    with at_home.store.read() as reader:
        assert identity.resolve(reader, other) == identity.resolve(reader, one)
    assert "Так уже решено" in kanon("merge", one, other).out
    assert kanon("withdraw", "1", "--preview").code == 0
    assert "Отозвано решений: 1" in kanon("withdraw", "1").out
    assert "Уже отозвано" in kanon("withdraw", "1").out
    with at_home.store.read() as reader:
        assert identity.resolve(reader, other) == other
        assert identity.resolve(reader, one) == one


def test_refusals_leave_with_their_code_and_say_the_cure(kanon: Kanon, at_home: Site) -> None:
    (one, _, inn), (other, _, number) = _companies(at_home)[-2:]
    refused = kanon("merge", one, other)
    assert refused.code == 7
    assert str(inn) in refused.err
    assert str(number) in refused.err
    assert kanon("merge", one, "nobody").code == 2
    assert kanon("withdraw").code == 2
    assert kanon("withdraw", "--batch", "none").code == 2
    assert kanon("split", one, "--record", "erp/x/1").code == 2


def test_split_and_different_speak_json(kanon: Kanon, at_home: Site) -> None:
    with at_home.store.read() as reader:
        links = identity.links(reader, "party")
    company = links.filter(links["golden_id"].is_duplicated()).sort("golden_id").head(1)
    ref = "/".join(company.select("connection", "stream", "key").row(0))
    golden_id = company["golden_id"][0]
    seen = _object(kanon("split", golden_id, "--record", ref, "--preview", "--json").out)
    assert [row["ref"] for row in seen["records"]] == [ref]
    (_, left, _), (_, right, _) = _companies(at_home)[:2]
    said = _object(kanon("different", left, right, "--json").out)
    assert said == {"decisions": [1], "written": 1}


@pytest.mark.parametrize(
    "arguments",
    [
        ("merge",),
        ("merge", "a/b/c"),
        ("merge", "a/b/c", "a/b/c"),
        ("merge", "a/b/c", "d/e/f", "a/b/c"),
        ("different", "a/b/c", "a/b/c"),
        ("withdraw", "99999999999999999999"),
        ("withdraw", "-5"),
        ("withdraw", "0"),
        ("decisions", "--limit", "99999999999999999999"),
        ("decisions", "--limit", "-1"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    kanon: Kanon, at_home: Site, arguments: tuple[str, ...]
) -> None:
    answer = kanon(*arguments)
    assert answer.code == 2
    assert answer.err.startswith("✗ ")
    assert len(answer.err.strip().splitlines()) == 1


def test_ids_stay_whole_on_80_columns(
    kanon: Kanon, at_home: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard.out, "width", 80)
    rows = _companies(at_home)
    (one, _, _), (other, ref, _) = rows[-1], rows[0]
    seen = kanon("merge", one, other, "--preview").out
    assert ref in seen
    for golden_id in (one, other):
        assert seen.count(golden_id) > 1, "in the merge, and where its records move"
    why = "директор один, " * 12
    assert kanon("merge", one, other, "--reason", why, "--by", "anna.konstantinova").code == 0
    told = kanon("decisions").out
    lines = told.splitlines()
    assert max(map(len, lines)) <= 80
    assert re.fullmatch(
        r"1  одна компания  anna\.konstantinova  \d\d\.\d\d\.\d{4} \d\d:\d\d", lines[0]
    )
    assert f"    {ref}" in [line.rstrip() for line in lines]
    assert " ".join(told.split()).count("директор один,") == 12
    assert f"Решений о {ref} ещё нет." in kanon("decisions", ref).out


@pytest.mark.parametrize("width", [48, 80, 200])
def test_a_listing_folds_sentences_only(width: int) -> None:
    word, sentence = "0d75406f-12c2-0329-634e-4243660eac93", "слово " * 20
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(listing([{"id": word, "to": word, "why": sentence, "n": 1_000}], width))
    text = console.export_text()
    assert text.count(word) == 2
    assert text.count("слово") == 20
    assert "1\u00a0000" in text
    assert max(map(len, text.splitlines())) <= width


def test_a_value_of_ones_own_is_seen_before_set_kept_and_released(
    kanon: Kanon, at_home: Site
) -> None:
    (one, _, _) = _companies(at_home)[-1]
    assert kanon("set", one, "legal_address", "г Тула", "--preview").code == 0
    assert kanon("decisions", one, "--json").out == ""
    assert kanon("set", one, "legal_address", "г Тула", "--reason", "по письму").code == 0
    with at_home.store.read() as reader:
        told = golden.load(reader, "legal_entity", ["id", "legal_address"])
    assert told.filter(id=one)["legal_address"].item() == "г Тула"
    assert kanon("release", one, "legal_address").code == 0
    with at_home.store.read() as reader:
        told = golden.load(reader, "legal_entity", ["id", "legal_address"])
    assert told.filter(id=one)["legal_address"].item() != "г Тула"
    for wrong in (
        ("release", one, "legal_address"),
        ("set", one, "inn", "1"),
        ("set", "x", "name", "y"),
    ):
        refused = kanon(*wrong)
        assert refused.code == 2, wrong
        assert refused.err
