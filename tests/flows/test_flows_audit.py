"""People say how often evidence is right: questions drawn at random, answers counted, thresholds earned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dedup.bound import most_wrong
from dedup.model import default_model
from flows import audit, judge, match, rules
from flows.rule_file import written
from flows.rule_sets import active
from flows.similar import STAGE
from schemas.decisions import Author
from schemas.errors import ConfigError
from schemas.records import Cursor
from store import Store, checkpoints, decisions
from store.views import reviews
from tests.flows.judged import Judged, inn, judged_over, ref

PAIRS = 6


@pytest.fixture
def joined(store: Store, tmp_path: Path) -> Judged:
    """Companies with an INN, each with a record that name and phone brought to it."""
    hub = judged_over(store, tmp_path)
    for n in range(PAIRS):
        name = f"Гранит{'абвгдежз'[n]}строй"
        told = {"name": f"ООО {name}", "legal_form": "ООО", "name_core": name.lower()}
        phone = {"phones": [f"+749522118{n:02d}"]}
        rows = (
            {"key": f"a{n}", **told, **phone, "inn": inn(n + 1)},
            {"key": f"b{n}", **told, **phone},
        )
        hub.put(*rows, settled=False)
    hub.settle()
    assert len(hub.together()) == PAIRS
    return hub


def waiting(hub: Judged) -> list[tuple[str, str]]:
    """The questions in the queue."""
    with hub.store.read() as reader:
        found = reviews.listing(reader, {"reason": "audit"}, reviews.WORTH, None, 100)
    return [(row["left_source"], row["right_source"]) for row in found.rows]


def answer(hub: Judged, pair: tuple[str, str], verdict: judge.Verdict) -> None:
    """A person answers a question of the queue."""
    with hub.store.read() as reader:
        one, other = (reviews.record(reader, side) for side in pair)
    assert one
    assert other
    judge.judge(hub.house, *pair, verdict, "anna", None, reviews.stamp(one, other))
    hub.settle()


def checkpoint(hub: Judged) -> Cursor | None:
    """What identities were last found by."""
    with hub.store.read() as reader:
        return checkpoints.get(reader, STAGE, "", "")


def told(hub: Judged) -> dict[str, float]:
    """The sums of the audit."""
    with hub.store.read() as reader:
        return audit.result(reader).total


def test_questions_wait_in_the_queue_until_they_are_answered(joined: Judged) -> None:
    assert audit.draw(joined.house, 4, "lead") == 4
    asked = waiting(joined)
    assert len(asked) == 4
    assert all(one[-1] == other[-1] and {one[-2], other[-2]} == {"a", "b"} for one, other in asked)
    joined.settle()
    joined.put({"key": "z", "name": "Новая", "name_core": "новая"})
    assert waiting(joined) == asked, "matching everything anew forgets no question"
    answer(joined, asked[0], "same")
    answer(joined, asked[1], "unsure")
    assert set(waiting(joined)) == set(asked[2:])
    assert told(joined) == {
        "joined": PAIRS - 1, "asked": 4, "right": 1, "wrong": 0, "unsure": 1, "bound": most_wrong(0, 1),
    }  # fmt: skip


def test_an_answer_that_it_was_wrong_parts_the_records_and_is_counted(joined: Judged) -> None:
    audit.draw(joined.house, PAIRS, "lead")
    pair = waiting(joined)[0]
    answer(joined, pair, "different")
    assert frozenset(one.rpartition("/")[2] for one in pair) not in joined.together()
    answer(joined, waiting(joined)[0], "same")
    found = told(joined)
    assert (found["right"], found["wrong"]) == (1, 1)
    assert found["bound"] == most_wrong(1, 2)


def test_two_records_most_like_each_other_are_one_question(joined: Judged) -> None:
    told = {"name": "ООО Базальт", "legal_form": "ООО", "name_core": "базальт"}
    phone = {"phones": ["+74952211899"], "emails": ["a@basalt.example"]}
    joined.put(*({"key": key, **told, **phone} for key in ("y1", "y2")))
    assert frozenset({"y1", "y2"}) in joined.together()
    assert audit.draw(joined.house, 100, "lead") == PAIRS + 1
    assert audit.draw(joined.house, 100, "lead") == 0


def test_nobody_is_asked_twice_and_an_answer_taken_back_is_a_question_again(joined: Judged) -> None:
    audit.draw(joined.house, 4, "lead")
    first = waiting(joined)
    assert audit.draw(joined.house, 100, "lead") == PAIRS - 4
    assert len(waiting(joined)) == PAIRS
    assert audit.draw(joined.house, 1, "lead") == 0
    answer(joined, first[0], "same")
    with joined.store.read() as reader:
        number = decisions.listing(reader, 1)["decision_id"][0]
    with joined.store.write() as writer:
        decisions.withdraw(writer, [number], Author("anna"))
    joined.settle()
    assert set(waiting(joined)) >= set(first)


def test_a_question_about_records_that_parted_meanwhile_is_dropped(joined: Judged) -> None:
    audit.draw(joined.house, PAIRS, "lead")
    joined.put({"key": "b0", "name": "АО Иное", "legal_form": "АО", "name_core": "иное"})
    assert {pair for pair in waiting(joined) if ref("b0") in pair} == set()
    assert len(waiting(joined)) == PAIRS - 1


def test_asking_changes_no_company_and_nothing_is_matched_again_for_it(joined: Judged) -> None:
    before, end = joined.everything(), joined.feed_end()
    audit.draw(joined.house, PAIRS, "lead")
    with joined.store.read() as reader:
        position = match.position(reader)
    assert checkpoint(joined) == position
    joined.settle()
    after = joined.everything()
    assert all(after[name].equals(frame) for name, frame in before.items())
    assert joined.feed_end() == end


@pytest.mark.parametrize("number", [0, -1, audit.MOST + 1])
def test_a_senseless_number_of_questions_is_refused(joined: Judged, number: int) -> None:
    with pytest.raises(ConfigError):
        audit.draw(joined.house, number, "lead")


def test_answers_earn_a_threshold_and_too_few_do_not(joined: Judged) -> None:
    audit.draw(joined.house, PAIRS, "lead")
    for pair in waiting(joined):
        answer(joined, pair, "same")
    with joined.store.read() as reader:
        sure, unsure = (audit.earn(reader, share, "earned-1") for share in (0.5, 0.001))
        now = active(reader).model
    assert unsure.model is None
    assert unsure.needed == 2995
    assert sure.model is not None
    assert sure.model.version == "earned-1"
    assert sure.model.auto == sure.table["score"].max()
    assert sure.model.weights == now.weights


def test_scores_of_other_weights_earn_nothing(joined: Judged, tmp_path: Path) -> None:
    audit.draw(joined.house, PAIRS, "lead")
    for pair in waiting(joined):
        answer(joined, pair, "same")
    file = tmp_path / "other.json"
    file.write_text(written(replace(default_model(), version="other", prior=-810)), "utf-8")
    rules.activate(joined.house, file, "lead")
    joined.settle()
    with joined.store.read() as reader:
        assert audit.earn(reader, 0.5, "earned-1").model is None
    rules.back(joined.house, "lead")
    joined.settle()
    with joined.store.read() as reader:
        assert audit.earn(reader, 0.5, "earned-1").model is None, (
            "since they came back nobody answered"
        )
