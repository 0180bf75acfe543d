"""The gate: nothing that is there is created again, by whichever door and however many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from flows.create import create, settled_id
from flows.gate import Duplicate, ask
from flows.match import match
from flows.run import running
from flows.sync import settle
from schemas.errors import Conflict, RecordRejected
from store import golden, identity, runs
from tests.flows.site import Site, everything_green

NEW = {"name": "ООО «Полярная Сова»", "inn": "7707083893", "kpp": "770701001"}


def known_entity(site: Site) -> dict[str, str]:
    """A legal entity of the base with INN, OGRN and one unit with a KPP."""
    with site.store.read() as reader:
        entities = golden.load(reader, "legal_entity")
        units = golden.load(reader, "unit")
    single = units.group_by("legal_entity_id").agg(pl.len(), pl.col("kpp").first())
    whole = entities.join(
        single.filter((pl.col("len") == 1) & pl.col("kpp").is_not_null()),
        left_on="id",
        right_on="legal_entity_id",
    ).filter(pl.col("ogrn").is_not_null() & (pl.col("inn").str.len_bytes() == 10))
    return whole.sort("id").row(0, named=True)


def test_a_new_counterparty_becomes_golden_under_the_id_that_was_promised(site: Site) -> None:
    made = create(site.house, NEW)
    settle(site.house)
    with site.store.read() as reader:
        found = golden.load(reader, "legal_entity").filter(pl.col("id") == made.id)
        assert identity.resolve(reader, made.id) == made.id
    assert found["sources"].to_list() == [[made.ref]]
    assert found["inn"].to_list() == ["7707083893"]
    assert found["name"].to_list() == ["ООО «Полярная Сова»"]


def test_the_same_requisites_are_refused_with_the_one_that_is_there(site: Site) -> None:
    there = known_entity(site)
    with pytest.raises(Duplicate, match="Correct the requisites or give it up") as refused:
        create(site.house, {"name": "Совсем другое имя", "inn": there["inn"], "kpp": there["kpp"]})
    (hit,) = refused.value.answer.hits
    assert (hit.id, hit.rule) == (there["id"], "R1")


@pytest.mark.parametrize(("given", "rule"), [(("inn",), "R3"), (("ogrn",), "R2")])
def test_one_number_is_enough_to_be_refused(
    light_site: Site, given: tuple[str, ...], rule: str
) -> None:
    there = known_entity(light_site)
    answer = ask(light_site.house, {name: there[name] for name in given})
    assert answer.verdict == "duplicate"
    assert [(hit.id, hit.rule) for hit in answer.hits] == [(there["id"], rule)]


def test_a_number_with_excel_dirt_finds_the_same_as_a_clean_one(light_site: Site) -> None:
    there = known_entity(light_site)
    assert ask(light_site.house, {"inn": f"'{there['inn']}.0"}).hits[0].id == there["id"]


def test_another_kpp_of_a_known_inn_is_a_new_unit_of_it(site: Site) -> None:
    there = known_entity(site)
    made = create(site.house, {"name": there["name"], "inn": there["inn"], "kpp": "745543999"})
    assert (made.id, made.joined) == (there["id"], True)
    settle(site.house)
    with site.store.read() as reader:
        links = identity.links_of(reader, there["id"])
    assert made.ref in [f"{r['connection']}/{r['stream']}/{r['key']}" for r in links.to_dicts()]


def test_a_second_kpp_of_a_largest_taxpayer_is_no_new_unit(light_site: Site) -> None:
    there = known_entity(light_site)
    assert ask(light_site.house, {"inn": there["inn"], "kpp": "997550001"}).verdict == "duplicate"


def test_one_number_right_and_one_wrong_contradict(light_site: Site) -> None:
    there = known_entity(light_site)
    answer = ask(light_site.house, {"inn": "7707083893", "ogrn": there["ogrn"]})
    assert answer.verdict == "contradiction"
    assert answer.hits[0].rule == "ogrn_with_two_inn"
    with pytest.raises(Duplicate, match="contradict"):
        create(light_site.house, {"inn": "7707083893", "ogrn": there["ogrn"]})


def test_of_simultaneous_creations_one_succeeds_and_the_others_learn_its_id(site: Site) -> None:
    def attempt(_: int) -> tuple[str, str]:
        try:
            return "made", create(site.house, NEW).id
        except Duplicate as refused:
            return "refused", refused.answer.hits[0].id

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(16)))
    assert [kind for kind, _ in outcomes].count("made") == 1
    assert len({golden_id for _, golden_id in outcomes}) == 1
    settle(site.house)
    with site.store.read() as reader:
        found = golden.load(reader, "legal_entity").filter(pl.col("inn") == NEW["inn"])
    assert found["id"].to_list() == [outcomes[0][1]]


def test_the_same_attempt_again_creates_nothing_and_answers_the_same(site: Site) -> None:
    first = create(site.house, NEW, request="crm-42")
    again = create(site.house, NEW, request="crm-42")
    assert (again.id, again.repeated, first.repeated) == (first.id, True, False)
    assert site.parties("hub", "parties").height == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": "ООО «Вектор»", "inn": "7707083894"}, "inn_checksum"),
        ({"name": "ООО «Вектор»", "inn": "0000000000"}, "inn_placeholder"),
        ({"phones": "8 495 123-45-67"}, "name_missing"),
        ({}, "name_missing"),
    ],
)
def test_wrong_requisites_are_refused_and_leave_no_trace(
    light_site: Site, fields: dict[str, str], reason: str
) -> None:
    with pytest.raises(RecordRejected) as refused:
        create(light_site.house, fields)
    assert refused.value.reason == reason
    assert light_site.parties("hub", "parties").is_empty()


def test_a_creation_balances_and_a_refresh_after_it_has_nothing_to_do(site: Site) -> None:
    create(site.house, NEW)
    settle(site.house)
    end = site.feed_end()
    with site.store.read() as reader:
        made = runs.page(reader, limit=5).filter(pl.col("flow") == "create").row(0, named=True)
        assert all(line.holds for line in runs.balance(reader, made["id"]))
    assert made["state"] == "succeeded"
    assert everything_green(site.refresh())
    assert site.feed_end() == end


def test_a_changed_mapping_reaches_the_records_of_the_hub_too(light_site: Site) -> None:
    create(light_site.house, NEW)
    assert light_site.parties("hub", "parties")["okpo"].to_list() == [None]
    site = light_site.override("hub", "parties", {"fields": {"okpo": {"default": "00186424"}}})
    assert everything_green(site.refresh())
    assert site.parties("hub", "parties")["okpo"].to_list() == ["00186424"]


def test_a_repeated_attempt_for_a_new_unit_answers_with_the_same_company(site: Site) -> None:
    there = known_entity(site)
    unit = {"name": there["name"], "inn": there["inn"], "kpp": "745543999"}
    first = create(site.house, unit, request="u1")
    before = create(site.house, unit, request="u1")
    settle(site.house)
    after = create(site.house, unit, request="u1")
    assert {first.id, before.id, after.id} == {there["id"]}
    assert settled_id(site.house, after) == there["id"]


def test_a_request_key_is_good_for_one_counterparty_only(light_site: Site) -> None:
    create(light_site.house, NEW, request="k1")
    with pytest.raises(Conflict, match="used for another counterparty"):
        create(light_site.house, {"name": "ООО «Другая»", "inn": "7736050003"}, request="k1")
    assert light_site.parties("hub", "parties")["inn"].to_list() == [NEW["inn"]]


def test_what_is_matched_but_not_yet_golden_is_refused_too(site: Site) -> None:
    create(site.house, NEW)
    with running(site.house, "settle", "identity") as run:
        match(run)
    with pytest.raises(Duplicate):
        create(site.house, NEW)
