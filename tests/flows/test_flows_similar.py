"""Near hits of the gate: what a new counterparty may be, by the evidence that matching goes by."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from flows.create import create
from flows.gate import ask
from flows.gate_warm import warm
from flows.match import match
from flows.run import running
from flows.similar import STAGE
from flows.sync import settle
from store import canonical, golden, identity, snapshots
from tests.flows.site import Site
from tests.support.state import assert_same_state, state_of


def well_known(site: Site, nth: int = 0) -> dict[str, Any]:
    """A record of a company with an INN, a phone and a mailbox, with the id of its company."""
    with site.store.read() as reader:
        records = canonical.load(reader, "party")
        links = identity.links(reader, "party")
        living = golden.load(reader, "legal_entity").select(golden_id="id")
    whole = records.filter(
        pl.col("inn").is_not_null() & (pl.col("kind") == "organization") & ~pl.col("deleted"),
        pl.col("phones").list.len() > 0, pl.col("emails").list.len() > 0,
    )  # fmt: skip
    named = whole.join(links, on=["connection", "stream", "key"]).join(living, on="golden_id")
    return named.sort("connection", "stream", "key").row(nth, named=True)


def typed(known: dict[str, Any]) -> dict[str, str]:
    """What a person types who knows the company but not its numbers."""
    return {
        "name": known["name"],
        "phones": known["phones"][0].partition(";")[0],
        "emails": known["emails"][0],
    }


def folders(site: Site) -> list[str]:
    return sorted(place.name for place in snapshots.folder(site.store.landing).iterdir())


def test_a_company_without_its_numbers_is_offered_the_one_it_is(site: Site) -> None:
    known = well_known(site)
    answer = ask(site.house, typed(known))
    first = answer.similar[0]
    assert (answer.verdict, first.id, first.zone) == ("new", known["golden_id"], "auto")
    assert first.score >= 0.99
    assert first.why_en == "One company: the name and a phone or e-mail agree."
    assert {step.field for step in first.evidence if step.bits > 0} >= {"name", "phone", "email"}


def test_a_near_hit_refuses_nothing_and_matching_says_the_same(light_site: Site) -> None:
    known = well_known(light_site)
    made = create(light_site.house, typed(known))
    (first, *_) = made.similar
    assert (first.id, first.zone) == (known["golden_id"], "auto")
    settle(light_site.house)
    with light_site.store.read() as reader:
        links = identity.links(reader, "party").filter(connection="hub")
    (row,) = links.to_dicts()
    assert (row["golden_id"], row["rule"]) == (first.id, first.rule)
    assert row["score"] == pytest.approx(first.score, abs=0.001)


def test_other_numbers_keep_two_companies_apart_whatever_agrees(light_site: Site) -> None:
    known = well_known(light_site)
    answer = ask(light_site.house, {**typed(known), "inn": "7707083893"})
    assert answer.verdict == "new"
    assert known["golden_id"] not in [one.id for one in answer.similar]


def test_an_exact_hit_has_no_need_of_near_ones(light_site: Site) -> None:
    known = well_known(light_site)
    answer = ask(light_site.house, {**typed(known), "inn": known["inn"]})
    assert (answer.verdict, answer.similar) == ("duplicate", ())


def test_of_a_name_like_none_nothing_is_near(light_site: Site) -> None:
    assert ask(light_site.house, {"name": "ООО «Эхолокация Квазаров»"}).similar == ()


def test_matching_leaves_one_snapshot_and_takes_away_what_was_left_behind(site: Site) -> None:
    (before,) = folders(site)
    orphan = snapshots.folder(site.store.landing) / "0123.part"
    orphan.mkdir()
    create(site.house, {"name": "ООО «Полярная Сова»", "inn": "7707083893"})
    with running(site.house, "settle", "identity") as run:
        assert match(run)
    (after,) = folders(site)
    assert after != before
    with site.store.read() as reader:
        assert snapshots.current(reader, STAGE) == after
    answer = ask(site.house, {"name": "Полярная сова ООО", "kpp": "770701001"})
    assert [one.id for one in answer.similar] == []  # matched, but not yet golden
    settle(site.house)


def test_what_was_created_is_near_once_it_is_settled(light_site: Site) -> None:
    contacts = {"phones": "8 495 700-80-90", "emails": "sova@pole.example"}
    made = create(
        light_site.house, {"name": "ООО «Полярная Сова»", "inn": "7707083893", **contacts}
    )
    settle(light_site.house)
    answer = ask(light_site.house, {"name": "Полярная сова ООО", **contacts})
    assert [one.id for one in answer.similar] == [made.id]


def test_warming_up_writes_nothing_and_minds_no_refusal(light_site: Site) -> None:
    before = state_of(light_site.store)
    warm(light_site.house, typed(well_known(light_site)))
    warm(light_site.house, {"name": None, "inn": "1"})
    assert_same_state(before, state_of(light_site.store))


def spoilt(site: Site, how: str) -> None:
    """The snapshot as a bad disk, an older release or a forgetful administrator would leave it."""
    (name,) = folders(site)
    place = snapshots.folder(site.store.landing) / name
    facts = place / "facts.json"
    if how == "older":
        told = json.loads(facts.read_text(encoding="utf-8"))
        facts.write_text(json.dumps({**told, "version": "0"}), encoding="utf-8")
    elif how == "cut short":
        numbers = place / "numbers.npy"
        numbers.write_bytes(numbers.read_bytes()[:200])
    elif how == "in part":
        (place / "rows.npy").unlink()
    else:
        facts.unlink()


@pytest.mark.parametrize("how", ["older", "cut short", "in part", "gone"])
def test_without_a_whole_snapshot_of_today_exact_hits_are_still_found(
    light_site: Site, how: str
) -> None:
    known = well_known(light_site)
    spoilt(light_site, how)
    assert ask(light_site.house, typed(known)).similar == ()
    assert ask(light_site.house, {"inn": known["inn"]}).verdict == "duplicate"
    create(light_site.house, {"name": "ООО «Полярная Сова»", "inn": "7707083893"})
    settle(light_site.house)
    assert ask(light_site.house, typed(known)).similar[0].id == known["golden_id"]


def test_matching_what_is_new_leaves_nothing_for_matching_everything_to_change(site: Site) -> None:
    known = well_known(site)
    create(site.house, typed(known))
    create(site.house, {"name": "ООО «Полярная Сова»", "inn": "7707083893"})
    settle(site.house)
    before = state_of(site.store)
    spoilt(site, "gone")
    with running(site.house, "settle", "identity") as run:
        assert match(run)
        assert not match(run)
    assert_same_state(before, state_of(site.store))
