"""What goes wrong at a source is red, stays with that source, loses nothing and mends itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import ContractBroken, Retryable, Unbalanced
from store import landing, runs
from store.landing import Landed
from tests.flows.site import COUNTERPARTIES, Site, everything_green, versions
from tests.flows.trouble import (
    BAD_INN,
    Flaky,
    break_line,
    edit_onec,
    living_counterparty,
)
from tests.support.state import assert_same_state, state_of


def test_a_source_that_is_down_is_red_and_recovers_by_itself(
    light_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = light_site.configure("ebs", retries=0)
    (changed,) = site.world.ebs.change(1)
    onec = site.world.change_onec(1)
    with monkeypatch.context() as line:
        break_line(line, "ebs", Flaky("parties", 0, times=1000))
        outcomes = site.refresh()
    assert isinstance(outcomes["ebs"].error, Retryable)
    assert [name for name, o in outcomes.items() if o.error] == ["ebs"]
    assert site.counts(outcomes["onec"])["extract", COUNTERPARTIES, "landed"] == len(onec)
    with site.store.read() as reader:
        red = runs.page(reader, connection="ebs", limit=1).to_dicts()[0]
    assert (red["state"], red["error_kind"]) == ("failed", "Retryable")
    assert red["error_ru"]

    outcomes = site.refresh()
    assert everything_green(outcomes)
    emails = site.parties("ebs", "parties").filter(key=str(changed))["emails"].to_list()
    assert str(changed) in str(emails)


def test_a_source_cut_off_in_the_middle_goes_on_from_the_last_commit(
    light_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = light_site.house.connection("ebs").settings
    # Repeated in a later second, a read ends later and looks back once more: here nothing lies there.
    short = {**settings, "page_size": 10, "lookback_minutes": 0}
    site = light_site.configure("ebs", settings=short)
    changed = site.world.ebs.change(25)
    flaky = Flaky("parties", break_after=1, times=1)
    break_line(monkeypatch, "ebs", flaky)
    outcomes = site.refresh("ebs")
    assert everything_green(outcomes)
    first, second = flaky.cursors
    assert first is not None
    assert second is not None
    assert second != first
    counts = site.counts(outcomes["ebs"])
    assert counts["extract", "parties", "landed"] == len(changed) == 25
    assert counts["extract", "parties", "received"] < 25 + 10, (
        "the committed page is not read again"
    )


def test_no_rows_where_there_always_were_some_is_red(light_site: Site) -> None:
    settings = dict(light_site.house.connection("onec").settings)
    del settings["exchange"]  # without a plan the sets are read whole each time
    site = light_site.configure("onec", settings=settings)
    before = state_of(site.store)
    site.world.onec.base.sets["Catalog_КонтактныеЛицаПартнеров"].clear()
    outcomes = site.refresh("onec")
    assert isinstance(outcomes["onec"].error, Unbalanced)
    with site.store.read() as reader:
        (state,) = runs.page(reader, connection="onec", limit=1)["state"]
    assert state == "unbalanced"
    assert_same_state(before, state_of(site.store))


def test_a_quiet_incremental_stream_is_green(light_site: Site) -> None:
    outcomes = light_site.refresh("ebs")
    assert everything_green(outcomes)
    counts = light_site.counts(outcomes["ebs"])
    assert sum(n for (_, _, name), n in counts.items() if name == "received") == 0


def test_a_mapping_that_rejects_most_records_is_stopped_before_it_writes(light_site: Site) -> None:
    site = light_site.configure("onec", breaker={"rows": 5, "share": 0.1})
    wrong = {"fields": {"inn": {"from": "КПП", "via": ["inn"], "invalid": "reject"}}}
    site = site.override("onec", COUNTERPARTIES, wrong)
    before = versions(site.store)
    outcomes = site.refresh("onec")
    assert isinstance(outcomes["onec"].error, Unbalanced)
    assert versions(site.store) == before


def test_a_run_that_does_not_balance_is_red(
    light_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    light_site.world.change_onec(2)
    land = landing.land

    def forgetful(*arguments: object, **named: object) -> Landed:
        return land(*arguments, **named) + Landed(received=1)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(landing, "land", forgetful)
    outcomes = light_site.refresh("onec")
    assert isinstance(outcomes["onec"].error, Unbalanced)
    with light_site.store.read() as reader:
        (state,) = runs.page(reader, connection="onec", limit=1)["state"]
    assert state == "unbalanced"


@pytest.mark.parametrize("damage", ["cut short", "wrong encoding"])
def test_a_broken_packet_changes_nothing(light_site: Site, damage: str) -> None:
    before = versions(light_site.store)
    good = min(light_site.world.commerceml.glob("*.xml"))
    broken = good.with_name(f"import_zz_{good.name}")
    content = good.read_bytes()
    broken.write_bytes(
        content[: len(content) * 2 // 3]
        if damage == "cut short"
        else content.decode("utf-8-sig").encode("cp1251", errors="replace")
    )
    outcomes = light_site.refresh()
    assert isinstance(outcomes["commerceml"].error, ContractBroken)
    assert broken.name in outcomes["commerceml"].error.ru
    assert [name for name, outcome in outcomes.items() if outcome.error] == ["commerceml"]
    assert versions(light_site.store) == before
    broken.unlink()
    assert everything_green(light_site.refresh())
    assert versions(light_site.store) == before


def test_a_broken_workbook_changes_nothing(light_site: Site) -> None:
    before = versions(light_site.store)
    book: Path = light_site.world.spreadsheet
    book.write_bytes(book.read_bytes()[:1000])
    outcomes = light_site.refresh("files")
    assert isinstance(outcomes["files"].error, ContractBroken)
    assert versions(light_site.store) == before


def test_a_cut_connection_changes_nothing_and_loses_no_change(light_site: Site) -> None:
    site = light_site.configure("onec", retries=0)
    before = versions(site.store)
    keys = site.world.change_onec(3)
    site.world.onec.faults.cut = 10_000
    outcomes = site.refresh("onec")
    assert isinstance(outcomes["onec"].error, Retryable)
    assert versions(site.store) == before
    site.world.onec.faults.cut = 0
    outcomes = site.refresh("onec")
    assert everything_green(outcomes)
    assert site.counts(outcomes["onec"])["extract", COUNTERPARTIES, "landed"] == len(keys)


def test_a_bad_record_goes_to_quarantine_and_the_rest_loads(site: Site) -> None:
    """The last good version stands meanwhile; once mended in the source the row is closed."""
    card = living_counterparty(site)
    key, good = card["Ref_Key"], site.parties("onec", COUNTERPARTIES).filter(key=card["Ref_Key"])
    others = [k for k in site.world.change_onec(3) if k != key]
    waiting = site.waiting("onec").height
    edit_onec(site, key, ИНН=BAD_INN)
    outcomes = site.refresh("onec")
    assert everything_green(outcomes)
    counts = site.counts(outcomes["onec"])
    assert counts["map", COUNTERPARTIES, "quarantined"] == 1
    assert counts["map", COUNTERPARTIES, "updated"] == len(others)
    refused = site.waiting("onec").filter(key=key).to_dicts()
    assert len(refused) == 1
    assert site.waiting("onec").height == waiting + 1
    assert (refused[0]["reason"], refused[0]["field"]) == ("inn_checksum", "inn")
    assert refused[0]["message_ru"]
    assert refused[0]["message_en"]
    assert site.parties("onec", COUNTERPARTIES).filter(key=key).equals(good)

    edit_onec(site, key, ИНН=card["ИНН"])
    assert everything_green(site.refresh("onec"))
    assert site.waiting("onec").height == waiting
    now = site.parties("onec", COUNTERPARTIES).filter(key=key)
    assert now["inn"].to_list() == good["inn"].to_list() == [card["ИНН"]]
