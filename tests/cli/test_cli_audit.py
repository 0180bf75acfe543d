"""How sure evidence is, asked and told on the command line."""

from __future__ import annotations

import json

from flows import judge
from flows.rule_file import read_model
from flows.sync import settle
from store.views import reviews
from tests.cli.conftest import Kanon
from tests.flows.site import Site


def _answer_all(site: Site, verdict: judge.Verdict, **asked: str) -> int:
    with site.store.read() as reader:
        found = reviews.listing(reader, asked, reviews.WORTH, None, 100)
        pairs = [(row["left_source"], row["right_source"]) for row in found.rows]
        stamps = [_stamp(reviews.record(reader, a), reviews.record(reader, b)) for a, b in pairs]
    for (left, right), stamp in zip(pairs, stamps, strict=True):
        judge.judge(site.house, left, right, verdict, "anna", None, stamp)
    settle(site.house)
    return len(pairs)


def _stamp(one: dict[str, object] | None, other: dict[str, object] | None) -> str:
    assert one is not None
    assert other is not None
    return reviews.stamp(one, other)


def test_questions_are_asked_answered_and_counted(kanon: Kanon, at_home: Site) -> None:
    before = kanon("rules", "audit")
    assert "Ответов ещё нет" in before.out
    assert kanon("rules", "threshold").code == 1
    assert "Новых вопросов в очереди: 3" in kanon("rules", "audit", "--ask", "3").out
    assert _answer_all(at_home, "same", reason="audit") == 3
    told = json.loads(kanon("rules", "audit", "--json").out)
    assert (told["total"]["right"], told["total"]["wrong"]) == (3, 0)
    assert "Ошибочных 0 из 3" in kanon("rules", "audit").out


def test_a_threshold_that_is_earned_is_a_file_to_activate(kanon: Kanon, at_home: Site) -> None:
    file = at_home.folder / "earned.yaml"
    kanon("rules", "audit", "--ask", "20")
    assert _answer_all(at_home, "same") > 5
    done = kanon("rules", "threshold", "--at-most", "0.49", "--version", "mine", "--out", str(file))
    assert done.code == 0
    assert f"kanon rules diff {file}" in done.out.replace("\n", "")
    model = read_model(file)
    assert model.version == "mine"
    assert f"auto: {model.auto:g}" in done.out
    assert kanon("rules", "diff", str(file)).code == 0


def test_senseless_numbers_and_a_file_that_cannot_be_written_are_refused(
    kanon: Kanon, at_home: Site
) -> None:
    assert kanon("rules", "audit", "--ask", "0").code == 2
    assert kanon("rules", "threshold", "--at-most", "0").code == 2
    kanon("rules", "audit", "--ask", "30")
    _answer_all(at_home, "same")
    nowhere = str(at_home.folder / "no" / "folder.yaml")
    refused = kanon("rules", "threshold", "--at-most", "0.49", "--out", nowhere)
    assert refused.code == 2
    assert nowhere in refused.err.replace("\n", "")
