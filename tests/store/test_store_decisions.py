"""The ledger of decisions: rows are added, a withdrawal is a row of its own, the later judgement stands."""

from __future__ import annotations

import polars as pl
import pytest
from sqlalchemy import select

from schemas.decisions import DECISIONS, NO_DECISIONS, Author, Judgement
from store import Store, canonical, decisions
from store.tables import decision, withdrawal
from tests.support.interrupted import interrupted
from tests.support.records import NOON, canonical_records

ONE, TWO, THREE = (f"erp/parties/{n}" for n in "123")
STEWARD = Author("steward", reason="звонок")


def _same(left: str, right: str, act: int = 0) -> Judgement:
    return Judgement("same", (left,), (right,), "same", act=act)


def _different(left: str, right: str) -> Judgement:
    return Judgement("different", (left,), (right,), "different")


@pytest.fixture
def known(store: Store) -> Store:
    """A store with three party records."""
    _put(store, {"1": "А", "2": "Б", "3": "В"})
    return store


def _put(store: Store, names: dict[str, str], **more: object) -> None:
    rows = [{"key": key, "name": name, **more} for key, name in names.items()]
    with store.write() as writer:
        canonical.save(writer, "party", canonical_records("party", rows))


def _decide(store: Store, *judged: Judgement, author: Author = STEWARD) -> list[int]:
    with store.write() as writer:
        return decisions.decide(writer, judged, author, NOON)


def _in_force(store: Store) -> list[tuple[object, ...]]:
    with store.read() as reader:
        return decisions.in_force(reader).rows()


def test_nothing_decided_has_the_shape_of_the_seam(store: Store) -> None:
    with store.read() as reader:
        found = decisions.in_force(reader)
    assert found.schema == pl.Schema(DECISIONS) == NO_DECISIONS.schema
    assert found.is_empty()


def test_a_decision_is_in_force_until_withdrawn(known: Store) -> None:
    (number,) = _decide(known, _same(ONE, TWO))
    assert _in_force(known) == [(number, "same", ONE, TWO)]
    with known.read() as reader:
        before = decisions.position(reader)
    with known.write() as writer:
        assert decisions.withdraw(writer, [number], Author("other")) == [number]
    with known.write() as writer:
        assert decisions.withdraw(writer, [number], Author("third")) == [], "only once"
    assert _in_force(known) == []
    with known.read() as reader:
        assert decisions.position(reader) != before
        (told,) = decisions.listing(reader).to_dicts()
    assert (told["author"], told["reason"], told["withdrawn_by"]) == ("steward", "звонок", "other")
    assert (told["left"], told["right"], told["created_at"]) == ([ONE], [TWO], NOON)


def test_the_ledger_only_grows(known: Store) -> None:
    """A withdrawal leaves the decision's row as it was, to the last column."""
    ids = _decide(known, _same(ONE, TWO), _different(ONE, THREE))
    with known.read() as reader:
        before = reader.frame(select(decision).order_by(decision.c.id))
    with known.write() as writer:
        decisions.withdraw(writer, ids, STEWARD, NOON)
    with known.read() as reader:
        assert reader.frame(select(decision).order_by(decision.c.id)).equals(before)
        assert reader.frame(select(withdrawal))["decision_id"].sort().to_list() == ids


def test_the_later_judgement_of_a_pair_stands_and_the_earlier_comes_back(known: Store) -> None:
    (first,) = _decide(known, _same(ONE, TWO))
    (later,) = _decide(known, _different(TWO, ONE))
    assert _in_force(known) == [(later, "different", TWO, ONE)]
    with known.write() as writer:
        decisions.withdraw(writer, [later], STEWARD)
    assert _in_force(known) == [(first, "same", ONE, TWO)]


def test_unsure_says_nothing_to_matching_but_settles_the_pair(known: Store) -> None:
    _decide(known, Judgement("unsure", (ONE,), (TWO,), "unsure"))
    assert _in_force(known) == []
    with known.read() as reader:
        settled = decisions.standing(reader).settled()
    assert settled.rows() == [("unsure", ONE, TWO)]


def test_the_next_living_record_stands_for_a_deleted_one(known: Store) -> None:
    (number,) = _decide(known, Judgement("same", (ONE, TWO), (THREE,), "same"))
    judged, held = _in_force(known)
    assert judged == (number, "same", ONE, THREE)
    assert held[1:] == ("same", ONE, TWO), "what was one company when it was judged stays one"
    _put(known, {"1": "А"}, deleted=True)
    assert _in_force(known) == [(number, "same", TWO, THREE)]
    _put(known, {"2": "Б"}, deleted=True)
    assert _in_force(known) == [], "nobody is left to be judged"
    _put(known, {"1": "А"})
    assert _in_force(known) == [(number, "same", ONE, THREE)]


def test_changed_evidence_makes_a_decision_stale_and_two_inn_end_its_force(known: Store) -> None:
    (number,) = _decide(known, _same(ONE, TWO))
    with known.read() as reader:
        assert decisions.stale(reader).is_empty()
    _put(known, {"1": "А другое"})
    with known.read() as reader:
        (told,) = decisions.stale(reader).to_dicts()
    assert (told["decision_id"], told["contradiction"]) == (number, False)
    assert _in_force(known) == [(number, "same", ONE, TWO)]
    _put(known, {"1": "А"}, inn="7707083893")
    _put(known, {"2": "Б"}, inn="7708123450")
    with known.read() as reader:
        assert decisions.stale(reader)["contradiction"].to_list() == [True]
    assert _in_force(known) == []


def test_facts_that_are_no_evidence_do_not_ask_again(known: Store) -> None:
    _decide(known, _same(ONE, TWO))
    _put(known, {"1": "А"}, phones=["+74951234567"], region="77")
    with known.read() as reader:
        assert decisions.stale(reader).is_empty()


def test_acts_and_batches_are_found_whole(known: Store) -> None:
    first = _decide(known, _same(ONE, TWO, 0), _same(TWO, THREE, 1), _same(ONE, THREE, 1))
    _decide(known, _different(ONE, THREE), author=Author("robot", "batch", None, "night"))
    with known.read() as reader:
        assert decisions.of_act(reader, first[0]) == first[:1]
        assert decisions.of_act(reader, first[2]) == first[1:]
        assert decisions.of_act(reader, 99) == decisions.of_batch(reader, "day") == []
        assert len(decisions.of_batch(reader, "night")) == 1


def test_a_rolled_back_decision_leaves_no_gap(known: Store) -> None:
    with interrupted(known) as writer:
        decisions.decide(writer, [_same(ONE, TWO)], STEWARD)
    assert _decide(known, _same(ONE, THREE)) == [1]
