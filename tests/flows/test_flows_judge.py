"""A steward's answer to a pair of the queue: written once, off the queue at once, taken back exactly."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from flows import decide
from flows.judge import judge
from schemas.errors import Conflict
from store.views import answers, reviews
from tests.flows.judged import Judged, inn, ref
from tests.support.filled import HubOf

STEWARD = "steward"
ALIKE = {"name": "ООО Ромашка", "legal_form": "ООО", "name_core": "ромашка", "region": "77"}


def known(judged: Judged) -> None:
    """A company with an INN, a record alike without one, and a company with another INN."""
    judged.put(
        {"key": "a", **ALIKE, "inn": inn(1)},
        {"key": "b", **ALIKE},
        {"key": "c", "name": "ООО Вектор", "inn": inn(2)},
    )


@pytest.fixture
def hub(hub_of: HubOf) -> Judged:
    return hub_of(known)


def _seen(hub: Judged, left: str, right: str) -> str:
    with hub.store.read() as reader:
        one, other = (reviews.record(reader, ref(key)) for key in (left, right))
    assert one is not None
    assert other is not None
    return reviews.stamp(one, other)


def _judge(hub: Judged, left: str, right: str, verdict: str, seen: str | None = None) -> int:
    stamp = seen or _seen(hub, left, right)
    done = judge(hub.house, ref(left), ref(right), verdict, STEWARD, None, stamp)  # type: ignore[arg-type]  # parametrized text
    assert done.decision is not None
    return done.decision


@pytest.mark.parametrize("verdict", ["same", "different", "unsure"])
def test_an_answered_pair_waits_no_more_and_comes_back_when_it_is_taken_back(
    hub: Judged, verdict: str
) -> None:
    queue = hub.waiting()
    pair = frozenset({"a", "b"})
    assert pair in {keys for _, keys in queue}
    before = hub.everything()
    number = _judge(hub, "a", "b", verdict)
    assert pair not in {keys for _, keys in hub.waiting()}
    hub.settle()
    assert pair not in {keys for _, keys in hub.waiting()}
    assert (pair in hub.together()) == (verdict == "same")
    decide.withdraw(hub.house, number, STEWARD)
    hub.settle()
    assert hub.waiting() == queue
    assert all(hub.everything()[name].equals(frame) for name, frame in before.items())


def test_the_same_answer_twice_is_one_decision(hub: Judged) -> None:
    seen = _seen(hub, "a", "b")
    assert _judge(hub, "a", "b", "same", seen) == _judge(hub, "a", "b", "same", seen)
    assert hub.ledger().height == 1


def _looked(hub: Judged, left: str, right: str) -> str:
    """What a page of the pair sends back."""
    with hub.store.read() as reader:
        rows = [row for row in reviews.records(reader, ref(left), ref(right)) if row is not None]
        return answers.seen(reader, ref(left), ref(right), rows)


@pytest.mark.parametrize("verdict", ["same", "different"])
def test_nobody_answers_past_an_answer_that_he_has_not_seen(hub: Judged, verdict: str) -> None:
    seen = _looked(hub, "a", "b")
    first = _judge(hub, "a", "b", "unsure", seen)
    with pytest.raises(Conflict, match=f"{STEWARD} answered this pair: not sure"):
        _judge(hub, "a", "b", verdict, seen)
    assert hub.ledger().height == 1
    assert _judge(hub, "a", "b", verdict, _looked(hub, "a", "b")) > first
    with pytest.raises(Conflict, match="answered this pair"):
        _judge(hub, "a", "b", "unsure", seen.partition("-")[0])


def test_of_many_who_answer_a_pair_at_once_one_is_heard_and_the_others_are_told(
    hub: Judged,
) -> None:
    seen = _looked(hub, "a", "b")

    def say(verdict: str) -> str:
        try:
            return str(_judge(hub, "a", "b", verdict, seen))
        except Conflict:
            return "told"

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(say, ["unsure", "different"] * 6))
    assert hub.ledger().height == 1
    assert sorted(Counter(found).values()) == [6, 6]
    assert found.count("told") == 6


def test_what_was_taken_back_is_no_answer(hub: Judged) -> None:
    seen = _looked(hub, "a", "b")
    decide.withdraw(hub.house, _judge(hub, "a", "b", "unsure", seen), STEWARD)
    assert _looked(hub, "a", "b") == seen
    assert _judge(hub, "a", "b", "different", seen)


def test_what_changed_under_the_eyes_is_not_decided(hub: Judged) -> None:
    seen = _seen(hub, "a", "b")
    hub.put({"key": "b", "name": "ООО Лютик"})
    with pytest.raises(Conflict, match="changed"):
        _judge(hub, "a", "b", "same", seen)
    assert hub.ledger().is_empty()


def test_two_valid_inn_are_refused_and_an_unknown_record_is_told(hub: Judged) -> None:
    with pytest.raises(Conflict, match=inn(2)):
        _judge(hub, "a", "c", "same")
    with pytest.raises(Conflict, match="is gone"):
        judge(hub.house, ref("a"), ref("none"), "same", STEWARD, None, "")
    assert hub.ledger().is_empty()


def test_the_next_pair_follows_in_the_order_of_the_queue_and_starts_again(hub: Judged) -> None:
    other = {**ALIKE, "name": "ООО Лютик", "name_core": "лютик"}
    hub.put({"key": "d", **other, "inn": inn(3)}, {"key": "e", **other})
    with hub.store.read() as reader:
        rows = reviews.listing(reader, {}, reviews.WORTH, None, 10).rows
        pairs = [(row["left_source"], row["right_source"]) for row in rows]
        after = [reviews.following(reader, *pair) for pair in pairs]
        assert reviews.following(reader, *pairs[0], {"reason": "no such reason"}) is None
    assert len(pairs) > 1
    assert after == [*pairs[1:], pairs[0]]
