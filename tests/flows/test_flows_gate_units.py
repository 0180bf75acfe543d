"""What is typed about a branch stays with the branch; one INN with two names is told as the bulk tells it."""

from __future__ import annotations

import pytest

from flows.create import create
from flows.explain import explain_entity
from flows.gate import Duplicate, ask
from tests.flows.judged import Judged, inn
from tests.support.filled import HubOf

NAME = "ООО «Ромашка»"
PERSON = "500100732259"


def known(judged: Judged) -> None:
    """One company, as a source knows it, and one sole trader."""
    judged.put(
        {"key": "a", "name": NAME, "name_core": "ромашка", "full_name": NAME, "inn": inn(1), "kpp": "770101001",
         "legal_address": "Москва, Лесная 1"},
        {"key": "p", "name": "ИП Иванов Иван Иванович", "name_core": "иванов иван иванович", "inn": PERSON,
         "kind": "sole_trader"},
    )  # fmt: skip


@pytest.fixture
def hub(hub_of: HubOf) -> Judged:
    return hub_of(known)


@pytest.mark.parametrize("kpp", ["770143001", "770201001"])
def test_a_typed_unit_does_not_rename_its_company(hub: Judged, kpp: str) -> None:
    """A branch, and a head office that moved; the unit itself is called as it was typed."""
    typed = {"name": "Склад на Лесной", "inn": inn(1), "kpp": kpp, "legal_address": "Тула, Мира 2"}
    made = create(hub.house, typed)
    assert (made.id, made.joined) == (hub.of("a"), True)
    hub.settle()
    company = hub.golden().filter(id=made.id)
    assert company.select("name", "legal_address").rows() == [(NAME, "Москва, Лесная 1")]
    assert hub.golden("unit").filter(kpp=kpp)["name"].to_list() == ["Склад на Лесной"]
    told = {c.ref: c.verdict for c in explain_entity(hub.house, made.id) if c.field == "name"}
    assert (told["erp/parties/a"], told[made.ref]) == ("won", "unit_only")


def test_what_only_the_typed_unit_knows_is_the_companys_too(hub: Judged) -> None:
    create(
        hub.house,
        {"name": "Склад", "inn": inn(1), "kpp": "770143001", "ogrn": "1027700132195"},
    )
    hub.settle()
    assert hub.golden().filter(id=hub.of("a"))["ogrn"].to_list() == ["1027700132195"]


def test_of_two_typed_units_the_first_head_office_names_the_company(hub: Judged) -> None:
    made = create(hub.house, {"name": "ООО «Гранит»", "inn": inn(7), "kpp": "770101001"})
    hub.settle()
    create(hub.house, {"name": "Гранит склад", "inn": inn(7), "kpp": "770143001"})
    hub.settle()
    assert hub.golden().filter(id=made.id)["name"].to_list() == ["ООО «Гранит»"]


def test_a_typed_head_office_goes_on_naming_its_company_when_a_source_knows_a_branch(
    hub: Judged,
) -> None:
    made = create(hub.house, {"name": "ООО «Гранит»", "inn": inn(7), "kpp": "770101001"})
    hub.settle()
    hub.put({"key": "g", "name": "Гранит филиал", "inn": inn(7), "kpp": "770143001"})
    assert hub.golden().filter(id=made.id)["name"].to_list() == ["ООО «Гранит»"]


@pytest.mark.parametrize("settled", [True, False])
def test_the_inn_of_a_person_under_another_name_is_refused_as_the_bulk_would_part_it(
    hub: Judged, settled: bool
) -> None:
    typed = {"name": "ИП Сидоров Пётр Ильич", "inn": PERSON}
    answer = ask(hub.house, typed)
    assert answer.verdict == "contradiction"
    assert [(hit.id, hit.rule) for hit in answer.hits] == [(hub.of("p"), "names_differ")]
    with pytest.raises(Duplicate, match="another name"):
        create(hub.house, typed)
    hub.put(
        {"key": "s", "connection": "crm", "name": typed["name"], "name_core": "сидоров петр ильич",
         "inn": PERSON, "kind": "sole_trader"}, settled=settled,
    )  # fmt: skip
    if settled:
        assert ("R5", frozenset({"p", "s"})) in hub.waiting()
        assert hub.of("s") != hub.of("p")


def test_a_company_typed_twice_under_two_names_is_refused_as_the_bulk_would_part_it(
    hub: Judged,
) -> None:
    """Of companies the bulk compares names within one stream; another source may call it otherwise
    where nothing else contradicts."""
    create(hub.house, {"name": "ООО «Гранит»", "inn": inn(7), "kpp": "770101001"})
    other = {"name": "ООО «Мясной двор»", "inn": inn(7), "kpp": "770101001"}
    waiting = ask(hub.house, other)
    hub.settle()
    matched = ask(hub.house, other)
    told = [(one.verdict, one.hits[0].rule) for one in (waiting, matched)]
    assert told == [("contradiction", "names_differ")] * 2
    like = ask(hub.house, {**other, "name": "Гранит, ООО"})
    assert (like.verdict, like.hits[0].rule) == ("duplicate", "R1")
    elsewhere = ask(hub.house, {"name": "ООО «Мясной двор»", "inn": inn(1), "kpp": "770101001"})
    assert (elsewhere.verdict, elsewhere.hits[0].rule) == ("duplicate", "R1")


@pytest.mark.parametrize("settled", [True, False])
def test_requisites_copied_from_a_card_of_another_source_are_refused(
    hub: Judged, settled: bool
) -> None:
    hub.put(
        {"key": "c", "name": NAME, "name_core": "ромашка", "inn": inn(9), "kpp": "770101001", "region": "77",
         "legal_address": "Москва, Лесная 1", "phones": ["+74957778899"]}, settled=settled,
    )  # fmt: skip
    copy = {"name": "ООО «Мясной двор»", "inn": inn(9), "kpp": "770101001",
            "legal_address": "г Тула, ул Мира, д 2", "phones": "+7 4872 30-11-22"}  # fmt: skip
    answer = ask(hub.house, copy)
    assert (answer.verdict, answer.hits[0].rule) == ("contradiction", "names_differ")
    renamed = ask(hub.house, {**copy, "phones": "+7 495 777-88-99"})
    assert (renamed.verdict, renamed.hits[0].rule[0]) == ("duplicate", "R")
