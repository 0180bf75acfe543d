"""Stewardship over a real hub: picks, second persons, answers in bulk, companies parted; all taken back exactly."""

from __future__ import annotations

from typing import Any

import pytest

from flows import bulk, clusters, second
from flows.decide import withdraw
from flows.judge import INN_DIFFER, MANY_RECORDS, Answered, judge
from flows.merged import merged
from schemas.errors import Conflict
from store import assignments, holds, proposals
from store.views import reviews, stewards
from tests.flows.judged import Judged, inn, ref
from tests.support.filled import HubOf

NAMES = ("Ромашка", "Лютик", "Вектор", "Альтаир", "Гранит")
SAME, OTHER = {"lane": "wait"}, "boris"


def known(judged: Judged) -> None:
    """Companies with an INN, and for each a record alike without one."""
    judged.put(*(row for n, name in enumerate(NAMES) for row in _alike(n, name)))


@pytest.fixture
def hub(sqlite_hub_of: HubOf) -> Judged:
    return sqlite_hub_of(known)


@pytest.fixture
def either(hub_of: HubOf) -> Judged:
    """The same on both engines, one after the other."""
    return hub_of(known)


def _alike(number: int, name: str) -> list[dict[str, Any]]:
    told = {"legal_form": "ООО", "region": "77", "name_core": name.lower()}
    return [
        {"key": f"a{number}", **told, "name": f"ООО {name}", "inn": inn(number + 1)},
        {"key": f"b{number}", **told, "name": f"ООО «{name}» (склад)", "okpo": "00032537"},
    ]


def _seen(hub: Judged, left: str, right: str) -> str:
    with hub.store.read() as reader:
        rows = [reviews.record(reader, ref(key)) for key in (left, right)]
    return reviews.stamp(*(row or {} for row in rows))


def _judge(hub: Judged, left: str, right: str, **more: Any) -> Answered:
    seen = _seen(hub, left, right)
    return judge(hub.house, ref(left), ref(right), "same", "anna", None, seen, **more)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[name].equals(frame) for name, frame in other.items())


def test_one_answer_for_many_leaves_to_a_person_what_he_was_given(hub: Judged) -> None:
    every = bulk.plan(hub.house, SAME, "same", OTHER)
    with hub.store.write() as writer:
        found = assignments.rows(writer, reviews.chosen(SAME))
        assignments.assign(writer, found.head(2), "anna")
    others = bulk.plan(hub.house, SAME, "same", OTHER)
    own = bulk.plan(hub.house, SAME, "same", "anna")
    asked = bulk.plan(hub.house, {**SAME, "assignee": "anna"}, "same", OTHER)
    assert len(every.pairs) == len(own.pairs) == len(others.pairs) + 2
    assert others.excluded["assigned"] == 2
    assert len(asked.pairs) == 2


def test_a_picked_value_holds_and_goes_with_the_decision(hub: Judged) -> None:
    before = hub.everything()
    found = merged(hub.house, ref("a0"), ref("b0"))
    assert found
    ours, theirs = (found.of_record(ref(key), "name") for key in ("a0", "b0"))
    other = ref("b0") if found.fields["name"] == ours else ref("a0")
    done = _judge(hub, "a0", "b0", picks={"name": other, "inn": ref("b0")})
    assert done.decision
    hub.settle()
    (card,) = hub.golden().filter(id=hub.of("a0")).to_dicts()
    assert card["name"] == (theirs if other == ref("b0") else ours)
    assert (card["inn"], card["okpo"]) == (inn(1), "00032537")
    assert hub.ledger()["kind"].to_list() == ["value", "same"]
    assert _judge(hub, "a0", "b0", picks={"name": other}) == done
    withdraw(hub.house, done.decision, "anna")
    hub.settle()
    assert _same(hub.everything(), before)


def test_what_is_chosen_as_the_rules_would_writes_no_value(hub: Judged) -> None:
    found = merged(hub.house, ref("a0"), ref("b0"))
    assert found
    _judge(hub, "a0", "b0", picks={"name": found.origins["name"]})
    assert hub.ledger()["kind"].to_list() == ["same"]


def test_a_grave_merge_waits_for_another_person(hub: Judged) -> None:
    hub.put(
        {"key": "b0", "name": "ООО Ромашка", "name_core": "ромашка", "claimed_inn": "7700000099"}
    )
    done = _judge(hub, "a0", "b0", second=True)
    assert done.decision is None
    assert _judge(hub, "a0", "b0", second=True) == done
    with hub.store.read() as reader:
        act = proposals.one(reader, done.proposal or 0)
    assert act
    assert (act.why, act.state) == (INN_DIFFER, "waiting")
    assert hub.ledger().is_empty()
    with pytest.raises(Conflict, match="Another person"):
        second.confirm(hub.house, act.id, "anna")
    second.confirm(hub.house, act.id, OTHER)
    assert hub.ledger()["author"].to_list() == ["anna"]
    with pytest.raises(Conflict, match="answered already"):
        second.decline(hub.house, act.id, OTHER, None)


def test_a_confirmation_killed_half_way_is_finished_once(
    hub: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.put(
        {"key": "b0", "name": "ООО Ромашка", "name_core": "ромашка", "claimed_inn": "7700000099"}
    )
    number = _judge(hub, "a0", "b0", second=True).proposal or 0

    def killed(*_: Any) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(proposals, "move", killed)
        with pytest.raises(KeyboardInterrupt):
            second.confirm(hub.house, number, OTHER)
    hub.settle()
    second.finish(hub.house, number)
    with hub.store.read() as reader:
        act = proposals.one(reader, number)
    assert act
    assert act.state == "done"
    assert hub.ledger()["verdict"].to_list() == ["same"]


def test_many_records_need_another_person_too_and_a_declined_pair_waits_again(hub: Judged) -> None:
    hub.put(*({"key": f"c{n}", "name": "ООО Ромашка", "inn": inn(1)} for n in range(5)))
    done = _judge(hub, "a0", "b0", second=True)
    with hub.store.read() as reader:
        act = proposals.one(reader, done.proposal or 0)
        pair = reviews.of_pair(reader, ref("a0"), ref("b0"))
    assert act
    assert act.why == MANY_RECORDS
    assert pair is None or pair["lane"] == "second"
    second.decline(hub.house, act.id, OTHER, "two plants")
    with hub.store.read() as reader:
        pair = reviews.of_pair(reader, ref("a0"), ref("b0"))
    assert pair is None or pair["lane"] == "wait"
    assert hub.ledger().is_empty()


def test_what_changed_since_it_was_proposed_is_not_confirmed(hub: Judged) -> None:
    hub.put({"key": "b0", "name": "ООО Ромашка", "claimed_inn": "7700000099"})
    done = _judge(hub, "a0", "b0", second=True)
    hub.put({"key": "b0", "name": "ООО Лютик", "claimed_inn": "7700000099"})
    with pytest.raises(Conflict, match="changed"):
        second.confirm(hub.house, done.proposal or 0, OTHER)
    assert hub.ledger().is_empty()


def test_one_answer_for_many_is_one_batch_that_is_taken_back_whole(either: Judged) -> None:
    _answered_and_taken_back(either, "same", len(NAMES))


def test_many_pairs_are_kept_apart_at_once_too(hub: Judged) -> None:
    _answered_and_taken_back(hub, "different", 2 * len(NAMES))


def _answered_and_taken_back(hub: Judged, verdict: bulk.Verdict, companies: int) -> None:
    before, queue = hub.everything(), hub.waiting()
    plan = bulk.plan(hub.house, SAME, verdict, "anna")
    assert len(plan.pairs) == len(queue) == len(NAMES)
    assert not plan.needs_second
    act = bulk.begin(hub.house, SAME, verdict, "anna", "one list", plan.stamp)
    assert bulk.begin(hub.house, SAME, verdict, "anna", "one list", plan.stamp).id == act.id
    bulk.carry_out(hub.house, act.id)
    bulk.carry_out(hub.house, act.id)
    hub.settle()
    assert not hub.waiting()
    assert len(hub.together()) == companies
    assert hub.ledger()["batch"].unique().to_list() == [act.batch]
    assert bulk.undo(hub.house, act.id, OTHER) >= len(NAMES)
    hub.settle()
    assert hub.waiting() == queue
    assert _same(hub.everything(), before)
    with pytest.raises(Conflict, match="nothing to take back"):
        bulk.undo(hub.house, act.id, OTHER)


def test_a_plan_leaves_out_red_flags_and_what_others_have_open(hub: Judged) -> None:
    hub.put({"key": "b1", "name": "ООО Лютик", "name_core": "лютик", "ogrn": "1027700132195"})
    with hub.store.write() as writer:
        holds.hold(writer, ref("a2"), ref("b2"), OTHER)
    plan = bulk.plan(hub.house, SAME, "same", "anna")
    assert plan.excluded.get("opened") == 1
    assert {row["left_source"] for row in plan.pairs}.isdisjoint({ref("a2"), ref("b2")})
    assert bulk.plan(hub.house, SAME, "same", OTHER).excluded.get("opened") is None


def test_an_act_killed_half_way_goes_on_and_what_changed_meanwhile_stays(
    hub: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_AT_ONCE", 2)
    plan = bulk.plan(hub.house, SAME, "same", "anna")
    act = bulk.begin(hub.house, SAME, "same", "anna", None, plan.stamp)

    def killed() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk.carry_out(hub.house, act.id, killed)
    last = plan.pairs[-1]["left_source"].rpartition("/")[2]
    hub.put({"key": last, "name": "ООО Совсем другое"}, settled=False)
    bulk.carry_out(hub.house, act.id)
    with hub.store.read() as reader:
        done = proposals.one(reader, act.id)
    assert done
    assert (done.state, done.done, len(done.refused)) == ("done", len(NAMES), 1)
    assert hub.ledger().filter(verdict="same").height == len(NAMES) - 1


def test_a_plan_that_changed_under_the_eyes_is_not_carried_out(hub: Judged) -> None:
    seen = bulk.plan(hub.house, SAME, "same", "anna").stamp
    _judge(hub, "a0", "b0")
    with pytest.raises(Conflict, match="other pairs came or went"):
        bulk.begin(hub.house, SAME, "same", "anna", None, seen)


def test_pairs_that_would_chain_two_inn_together_are_left_out() -> None:
    def row(left: str, right: str, left_inn: str, right_inn: str | None) -> dict[str, Any]:
        ids = {"left_golden_id": left, "right_golden_id": right}
        return {**ids, "left_inn": left_inn, "right_inn": right_inn}

    rows = [row("A", "x", "1", None), row("B", "x", "2", None), row("C", "y", "3", None)]
    kept, left_out = bulk._without_chains(rows)
    assert [one["left_golden_id"] for one in kept] == ["C"]
    assert left_out == 2


def test_a_company_shows_its_ties_and_the_bridge_that_is_weak(hub: Judged) -> None:
    hub.put({"key": "c0", "name": "ООО Ромашка плюс", "inn": inn(1), "phones": ["+74950000001"]})
    _judge(hub, "a0", "b0")
    hub.settle()
    found = clusters.cluster(hub.house, hub.of("a0"))
    assert found
    assert [row["key"] for row in found.members] == ["a0", "b0", "c0"]
    assert {(tie.left, tie.right, tie.weak) for tie in found.ties} == {
        (ref("a0"), ref("b0"), False), (ref("a0"), ref("c0"), False),
    }  # fmt: skip
    assert clusters.cluster(hub.house, "none") is None


def test_parting_does_what_its_preview_said_and_is_taken_back_exactly(either: Judged) -> None:
    hub = either
    _judge(hub, "a0", "b0")
    hub.settle()
    whole, company = hub.everything(), hub.of("a0")
    told = clusters.parting(hub.house, company, [ref("b0")])
    assert _same(hub.everything(), whole)
    assert (told.stays["inn"], told.leaves["okpo"]) == (inn(1), "00032537")
    done = clusters.split(hub.house, company, [ref("b0")], "anna", None, told.version)
    hub.settle()
    cards = {row["id"]: row for row in hub.golden().to_dicts()}
    shown = set(told.stays) - {"id", "sources"}
    for key, card in (("a0", told.stays), ("b0", told.leaves)):
        assert {n: cards[hub.of(key)][n] for n in shown} == {n: card[n] for n in shown}
    assert hub.of("b0") == told.returns
    with pytest.raises(Conflict):
        clusters.split(hub.house, company, [ref("b0")], "anna", None, told.version)
    withdraw(hub.house, done.decision or 0, "anna")
    hub.settle()
    assert _same(hub.everything(), whole)


@pytest.mark.parametrize("keys", [[], ["a0", "b0"], ["a1"]])
def test_parting_none_all_or_others_is_refused(hub: Judged, keys: list[str]) -> None:
    _judge(hub, "a0", "b0")
    hub.settle()
    with pytest.raises(Conflict):
        clusters.parting(hub.house, hub.of("a0"), [ref(key) for key in keys])


def test_statistics_equal_the_ledger(hub: Judged) -> None:
    first = _judge(hub, "a0", "b0")
    _judge(hub, "a1", "b1")
    withdraw(hub.house, first.decision or 0, OTHER)
    with hub.store.read() as reader:
        (anna,) = stewards.stewards(reader)
    assert (anna.login, anna.answers, anna.taken_back) == ("anna", 2, 0.5)
    assert anna.median_seconds is not None
    assert anna.per_hour == pytest.approx(3600 / anna.median_seconds)
