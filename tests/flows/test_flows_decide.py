"""What people decide is obeyed, can be seen beforehand, and can be taken back without a trace."""

from __future__ import annotations

import pytest

from flows import decide
from flows.explain import explain_entity
from schemas.errors import ConfigError, Conflict
from tests.flows.judged import Judged, inn, ref
from tests.support.filled import HubOf

STEWARD = "steward"


def known(judged: Judged) -> None:
    """Three companies: a of two records with an INN, b of two without, c with another INN."""
    judged.put(
        {"key": "a1", "name": "ООО Ромашка", "inn": inn(1), "kpp": "770101001"},
        {"key": "a2", "name": "Ромашка", "inn": inn(1), "kpp": "770101001", "phones": ["+74950000001"]},
        {"key": "b1", "name": "Ромашка филиал", "legal_address": "Москва, Лесная 1"},
        {"key": "b2", "name": "Ромашка отдел", "head_key": "b1", "emails": ["b@romashka.ru"]},
        {"key": "c1", "name": "ООО Вектор", "inn": inn(2), "kpp": "770201001"},
        settled=False,
    )  # fmt: skip
    judged.put(
        {"key": "p1", "party_key": "parties:b1", "name": "Иванов Иван", "last_name": "Иванов", "first_name": "Иван"},
        entity="person",
    )  # fmt: skip
    assert judged.together() == {
        frozenset({"a1", "a2"}),
        frozenset({"b1", "b2"}),
        frozenset({"c1"}),
    }


@pytest.fixture
def hub(hub_of: HubOf) -> Judged:
    return hub_of(known)


def test_a_merge_joins_and_its_withdrawal_restores_everything(hub: Judged) -> None:
    """Law 3: ids and golden rows are what they were, parts and contacts too."""
    before, end = hub.everything(), hub.feed_end()
    a, b = hub.of("a1"), hub.of("b1")
    made = decide.merge_records(hub.house, [a, b], STEWARD, "one company")
    hub.settle()
    assert hub.of("b2") == hub.of("a1") == a
    assert hub.resolve(b) == a
    assert hub.golden("contact")["legal_entity_id"].to_list() == [a]
    ops = {(e["golden_id"], e["op"], e["survivor_id"]) for e in hub.told(end)}
    assert (b, "merged", a) in ops

    middle = hub.feed_end()
    decide.withdraw(hub.house, made.ids[0], STEWARD)
    hub.settle()
    after = hub.everything()
    assert all(after[name].equals(frame) for name, frame in before.items())
    told = {e["golden_id"]: e for e in hub.told(middle)}
    assert (told[a]["op"], told[a]["new_ids"]) == ("split", [b])
    assert told[b]["op"] == "created"


def test_edits_between_merge_and_withdrawal_stay_where_they_belong(hub: Judged) -> None:
    """Records that joined b's company while it was merged are b's afterwards, under b's old id."""
    a, b = hub.of("a1"), hub.of("b1")
    made = decide.merge_records(hub.house, [a, b], STEWARD)
    hub.settle()
    hub.put(
        {"key": "b3", "name": "Ромашка склад", "head_key": "b1"},
        {"key": "b4", "name": "Ромашка гараж", "head_key": "b1"},
        {"key": "b1", "name": "Ромашка филиал новый", "legal_address": "Москва, Лесная 2"},
        {"key": "a2", "name": "Ромашка", "inn": inn(1), "kpp": "770101001", "deleted": True},
    )
    assert {hub.of(k) for k in ("a1", "b1", "b2", "b3", "b4")} == {a}
    decide.withdraw(hub.house, made.ids[0], STEWARD)
    hub.settle()
    assert hub.of("a1") == a
    assert {hub.of(k) for k in ("b1", "b2", "b3", "b4")} == {b}


def test_deciding_again_is_one_decision(hub: Judged) -> None:
    a, b = hub.of("a1"), hub.of("b1")
    first = decide.merge_records(hub.house, [a, b], STEWARD)
    again = decide.merge_records(hub.house, [b, a], "another")
    hub.settle()
    late = decide.merge_records(hub.house, [a, b], STEWARD)
    assert (first.written, again.written, late.written) == (1, 0, 0)
    assert list(first.ids) == list(again.ids) == list(late.ids)
    assert hub.ledger().height == 1


def test_two_valid_inn_are_refused_with_both_named(hub: Judged) -> None:
    with pytest.raises(Conflict) as refused:
        decide.merge_records(hub.house, [hub.of("a1"), hub.of("c1")], STEWARD)
    assert inn(1) in refused.value.ru
    assert inn(2) in refused.value.en
    assert hub.ledger().is_empty()


def test_two_inn_are_refused_through_a_decision_not_yet_matched(hub: Judged) -> None:
    """a+b waits to be matched; b+c would bring the INN of a and c together all the same."""
    decide.merge_records(hub.house, [hub.of("a1"), hub.of("b1")], STEWARD)
    with pytest.raises(Conflict):
        decide.merge_records(hub.house, [hub.of("b1"), hub.of("c1")], STEWARD)


def test_refusals_name_what_is_wrong(hub: Judged) -> None:
    a = hub.of("a1")
    with pytest.raises(ConfigError, match="Unknown: nobody"):
        decide.merge_records(hub.house, [a, "nobody"], STEWARD)
    with pytest.raises(ConfigError, match="erp/parties/zz"):
        decide.merge_records(hub.house, [a, ref("zz")], STEWARD)
    with pytest.raises(Conflict, match="one company already"):
        decide.merge_records(hub.house, [a, a], STEWARD)
    with pytest.raises(Conflict, match="version"):
        decide.merge_records(hub.house, [a, hub.of("b1")], STEWARD, expected_version={a: 99})
    with pytest.raises(Conflict, match="not all of them"):
        decide.split_off(hub.house, a, [ref("a1"), ref("a2")], STEWARD)
    with pytest.raises(Conflict, match="not part of"):
        decide.drop_member(hub.house, a, ref("b1"), STEWARD)
    with pytest.raises(ConfigError, match="no decision 7"):
        decide.withdraw(hub.house, 7, STEWARD)
    assert hub.ledger().is_empty()


def test_a_member_is_dropped_from_a_three_way_merge(hub: Judged) -> None:
    """The anchor of the merge leaves; the other two stay together."""
    hub.put({"key": "d1", "name": "Ромашка ТД"}, {"key": "e1", "name": "Ромашка НПО"})
    d, before = hub.of("d1"), hub.everything()
    merged = decide.merge_records(hub.house, [d, hub.of("b1"), hub.of("e1")], STEWARD)
    hub.settle()
    company = hub.of("d1")
    dropped = decide.drop_member(hub.house, company, ref("d1"), STEWARD)
    hub.settle()
    assert frozenset({"d1"}) in hub.together()
    assert frozenset({"b1", "b2", "e1"}) in hub.together()
    decide.withdraw(hub.house, dropped.ids[0], STEWARD)
    hub.settle()
    assert frozenset({"d1", "b1", "b2", "e1"}) in hub.together()
    decide.withdraw(hub.house, merged.ids[0], STEWARD)
    hub.settle()
    assert all(hub.everything()[name].equals(frame) for name, frame in before.items())


def test_records_of_one_inn_are_split_off_and_come_back(hub: Judged) -> None:
    a, before, end = hub.of("a1"), hub.everything(), hub.feed_end()
    made = decide.split_off(hub.house, a, [ref("a1")], STEWARD)
    hub.settle()
    assert hub.of("a2") == a, "the id stays with those who stay"
    new = hub.of("a1")
    assert new != a
    told = {e["golden_id"]: e for e in hub.told(end)}
    assert (told[a]["op"], told[a]["new_ids"], told[new]["op"]) == ("split", [new], "created")
    decide.withdraw(hub.house, made.ids[0], STEWARD)
    hub.settle()
    assert all(hub.everything()[name].equals(frame) for name, frame in before.items())
    assert hub.resolve(new) == a


def test_a_preview_tells_what_then_happens_and_writes_nothing(hub: Judged) -> None:
    a, b = hub.of("a1"), hub.of("b1")
    before = hub.everything()
    seen = decide.merge_records(hub.house, [a, b], STEWARD, preview=True).changes
    assert seen is not None
    assert seen.merged.rows() == [(b, a)]
    assert seen.records["ref"].to_list() == [ref("b1"), ref("b2")]
    assert {("contact", "Иванов Иван", b, a), ("contact_point", "b@romashka.ru", b, a)} <= set(
        seen.children.rows()
    )
    assert seen.unmet.is_empty()
    assert hub.ledger().is_empty()
    made = decide.merge_records(hub.house, [a, b], STEWARD)
    hub.settle()
    back = decide.withdraw(hub.house, made.ids[0], STEWARD, preview=True).changes
    assert back is not None
    assert back.split.rows() == [(a, b)]
    assert back.records.select("ref", "to_id").rows() == [(ref("b1"), b), (ref("b2"), b)]
    assert hub.of("b1") == a
    decide.withdraw(hub.house, made.ids[0], STEWARD)
    hub.settle()
    assert hub.everything()["link"].equals(before["link"])


def test_a_stewards_value_wins_until_released(hub: Judged) -> None:
    a, before = hub.of("a1"), hub.everything()
    seen = decide.set_value(hub.house, a, "name", " Ромашка! ", STEWARD, preview=True).changes
    assert seen is not None
    ((entity, golden_id, field, was, becomes),) = seen.fields.rows()
    assert (entity, golden_id, field, becomes) == ("legal_entity", a, "name", "Ромашка!")
    assert was != becomes
    first = decide.set_value(hub.house, a, "name", "Ромашка!", STEWARD)
    assert decide.set_value(hub.house, a, "name", "Ромашка!", STEWARD).ids == list(first.ids)
    decide.set_value(hub.house, a, "phones", "8 (495) 123-45-67", STEWARD)
    hub.put({"key": "a1", "name": "ООО Ромашка Плюс", "inn": inn(1), "kpp": "770101001"})
    assert hub.golden().filter(id=a)["name"].to_list() == ["Ромашка!"]
    points = hub.golden("contact_point").filter(owner_id=a)
    assert set(points["value"]) == {"+74950000001", "+74951234567"}
    told = [c for c in explain_entity(hub.house, a) if c.field == "name"]
    assert [(c.value, c.verdict) for c in told[:1]] == [("Ромашка!", "won")]
    assert [c.verdict for c in told].count("won") == 1
    decide.release_value(hub.house, a, "name", STEWARD)
    decide.release_value(hub.house, a, "phones", STEWARD)
    hub.put({"key": "a1", "name": "ООО Ромашка", "inn": inn(1), "kpp": "770101001"})
    assert all(hub.everything()[name].equals(frame) for name, frame in before.items())
    with pytest.raises(ConfigError, match="nothing to release"):
        decide.release_value(hub.house, a, "name", STEWARD)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("inn", "7707083894", "inn:"),
        ("sources", "x", "cannot be set"),
        ("kind", "spaceship", "does not fit"),
        ("name", "  ", "release the field"),
        ("phones", "12", "phones:"),
    ],
)
def test_a_value_that_cannot_be_one_is_refused(
    hub: Judged, field: str, value: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        decide.set_value(hub.house, hub.of("a1"), field, value, STEWARD)


def test_changed_evidence_asks_a_person_again_and_is_obeyed_meanwhile(hub: Judged) -> None:
    """Law 6: the decision stands when a name changes; an INN of another company takes it out of force."""
    decide.merge_records(hub.house, [hub.of("a1"), hub.of("b1")], STEWARD)
    hub.settle()
    hub.put({"key": "b1", "name": "Совсем другое имя"})
    assert hub.of("b1") == hub.of("a1")
    assert ("D", frozenset({"a1", "b1"})) in hub.waiting()
    hub.put({"key": "b1", "name": "Совсем другое имя", "inn": inn(3)})
    assert hub.of("b1") != hub.of("a1")
    assert ("D", frozenset({"a1", "b1"})) in hub.waiting()
    hub.put({"key": "b1", "name": "Ромашка филиал", "legal_address": "Москва, Лесная 1"})
    assert hub.of("b1") == hub.of("a1"), "evidence as it was: the decision is obeyed again"
    assert not [pair for pair in hub.waiting() if pair[0] == "D"]


def test_what_was_judged_leaves_the_queue(hub: Judged) -> None:
    """An INN with two OGRN waits for a person until somebody says what it is, or that nobody can tell."""
    one, two = "1027700132195", "1022200525819"
    hub.put(
        {"key": "x1", "name": "ООО Икс", "inn": inn(9), "ogrn": one},
        {"key": "x2", "name": "ООО Икс", "inn": inn(9), "ogrn": two},
    )
    pair = ("R6", frozenset({"x1", "x2"}))
    assert pair in hub.waiting()
    made = decide.unsure(hub.house, ref("x1"), ref("x2"), STEWARD)
    hub.settle()
    assert pair not in hub.waiting()
    decide.withdraw(hub.house, made.ids[0], STEWARD)
    hub.settle()
    assert pair in hub.waiting()
    decide.mark_different(hub.house, ref("x1"), ref("x2"), STEWARD)
    hub.settle()
    assert pair not in hub.waiting()


def test_a_decision_outlives_the_record_it_was_made_on(hub: Judged) -> None:
    """The other records of the company stand for it when the first one is deleted in its source."""
    decide.merge_records(hub.house, [hub.of("a1"), hub.of("b1")], STEWARD)
    hub.settle()
    hub.put(
        {"key": "a1", "inn": inn(1), "kpp": "770101001", "deleted": True},
        {"key": "b1", "name": "Ромашка филиал", "deleted": True},
    )
    assert hub.of("a2") == hub.of("b2")


def test_a_merge_takes_along_the_records_that_evidence_alone_brought(hub: Judged) -> None:
    """A company found by likeness is not torn when it joins one of another name; undone, all return."""
    name = "Зайцев Иван Петрович"
    like = {
        "name": f"ИП {name}",
        "name_core": name.lower(),
        "legal_form": "ИП",
        "kind": "sole_trader",
    }
    contact = {"phones": ["+74957778899"], "emails": ["office@zaytsy.example"]}
    hub.put(*({"key": key, **like, **contact} for key in ("n1", "n2", "n3")))
    assert len({hub.of(key) for key in ("n1", "n2", "n3")}) == 1
    before = hub.everything()
    hare, vector = hub.of("n1"), hub.of("c1")
    preview = decide.merge_records(hub.house, [hare, vector], STEWARD, preview=True).changes
    assert preview is not None
    assert preview.split.is_empty()
    made = decide.merge_records(hub.house, [hare, vector], STEWARD)
    hub.settle()
    assert {hub.of(key) for key in ("n1", "n2", "n3", "c1")} == {vector}
    decide.withdraw(hub.house, made.ids[0], STEWARD)
    hub.settle()
    after = hub.everything()
    assert all(after[name].equals(frame) for name, frame in before.items())


def test_splitting_one_record_off_a_merged_company_leaves_the_merge_standing(hub: Judged) -> None:
    like = {"name": "ООО Полярные Зайцы", "name_core": "полярные зайцы", "legal_form": "ООО"}
    contact = {"phones": ["+74957778899"], "emails": ["office@zaytsy.example"]}
    hub.put(*({"key": key, **like, **contact} for key in ("n1", "n2", "n3")))
    decide.merge_records(hub.house, [hub.of("n1"), hub.of("c1")], STEWARD)
    hub.settle()
    decide.split_off(hub.house, hub.of("c1"), [ref("n2")], STEWARD)
    hub.settle()
    assert hub.of("n1") == hub.of("n3") == hub.of("c1") != hub.of("n2")
