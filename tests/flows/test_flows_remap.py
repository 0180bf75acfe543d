"""What sends landed records through mapping again, and that only what differs is written."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from flows import map_plan, sync
from flows.replay import Replayed, replay
from schemas.errors import Retryable
from store import canonical
from tests.flows.site import COUNTERPARTIES, Loaded, Site, everything_green, versions
from tests.flows.trouble import (
    BAD_INN,
    ask_ebs,
    ebs_now,
    edit_onec,
    living_counterparties,
    living_counterparty,
    run_ebs,
)
from tests.support.state import assert_same_state, state_of


def every_party(site: Site) -> pl.DataFrame:
    with site.store.read() as reader:
        return canonical.load(reader, "party")


def written(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The (connection, stream, key) written since, whatever was written into them."""
    return after.join(before, on=["connection", "stream", "key", "seq"], how="anti")


def test_a_changed_mapping_takes_all_records_again_and_writes_no_equal_one(site: Site) -> None:
    before = versions(site.store)
    site = site.override("onec", COUNTERPARTIES, {"title": "Другое название"})
    outcomes = site.refresh("onec")
    assert everything_green(outcomes)
    counts = site.counts(outcomes["onec"])
    assert counts["map", COUNTERPARTIES, "read"] > 30
    assert versions(site.store) == before
    assert ("map", COUNTERPARTIES, "read") not in site.counts(site.refresh("onec")["onec"])


def test_a_record_the_mapping_now_leaves_out_is_removed(site: Site) -> None:
    before = every_party(site)
    key = living_counterparty(site)["Ref_Key"]
    site = site.override("onec", COUNTERPARTIES, {"skip": {"Ref_Key": [key]}})
    outcomes = site.refresh("onec")
    assert everything_green(outcomes)
    counts = site.counts(outcomes["onec"])
    assert counts["map", COUNTERPARTIES, "removed"] == 1
    assert counts["map", COUNTERPARTIES, "updated"] == 0
    after = every_party(site)
    assert written(before, after).is_empty()
    gone = before.join(after, on=["connection", "stream", "key"], how="anti")
    assert gone["key"].to_list() == [key]
    assert state_of(site.store)["link"].filter(key=key).is_empty()


def a_seat(site: Site) -> tuple[str, int, int]:
    """PARTY_ID of a canonical party, the PARTY_SITE_ID of its seat and the LOCATION_ID of that."""
    known = site.parties("ebs", "parties")["key"].to_list()
    rows = ask_ebs(
        site,
        "SELECT PARTY_ID, PARTY_SITE_ID, LOCATION_ID FROM HZ_PARTY_SITES "
        "WHERE IDENTIFYING_ADDRESS_FLAG = 'Y' ORDER BY PARTY_ID",
    )
    return next((str(p), s, a) for p, s, a in rows if str(p) in known)


def test_a_changed_partner_sends_only_its_own_records_again(site: Site) -> None:
    before = every_party(site)
    party, _, location = a_seat(site)
    run_ebs(
        site,
        "UPDATE HZ_LOCATIONS SET ADDRESS1 = 'ул. Новая, д. 77', LAST_UPDATE_DATE = ? WHERE LOCATION_ID = ?",
        ebs_now(site),
        location,
    )
    outcomes = site.refresh("ebs")
    assert everything_green(outcomes)
    counts = site.counts(outcomes["ebs"])
    assert sum(n for (_, _, name), n in counts.items() if name == "landed") == 1
    assert counts["map", "parties", "read"] == 1
    changed = written(before, every_party(site)).filter(stream="parties")
    assert changed["key"].to_list() == [party]
    assert "77" in str(changed["legal_address"].to_list())


@pytest.mark.parametrize("how", ["purged", "no longer the seat"])
def test_a_partner_that_is_gone_sends_its_records_again(light_site: Site, how: str) -> None:
    party, seat, _ = a_seat(light_site)
    assert "legal_address" in light_site.parties("ebs", "parties").columns
    if how == "purged":
        run_ebs(light_site, "DELETE FROM HZ_PARTY_SITES WHERE PARTY_SITE_ID = ?", seat)
    else:
        run_ebs(
            light_site,
            "UPDATE HZ_PARTY_SITES SET IDENTIFYING_ADDRESS_FLAG = 'N', LAST_UPDATE_DATE = ? "
            "WHERE PARTY_SITE_ID = ?",
            ebs_now(light_site),
            seat,
        )
    had = light_site.parties("ebs", "parties").filter(key=party)["legal_address"].item()
    assert everything_green(light_site.refresh("ebs", sweep=True))
    has = light_site.parties("ebs", "parties").filter(key=party)["legal_address"].item()
    assert had
    assert has != had


def test_a_record_deleted_without_a_trace_is_found_by_a_sweep(light_site: Site) -> None:
    key = living_counterparty(light_site)["Ref_Key"]
    light_site.world.onec.base.remove(COUNTERPARTIES, key)
    assert everything_green(light_site.refresh("onec"))
    unseen = light_site.parties("onec", COUNTERPARTIES).filter(key=key)
    assert unseen["deleted"].to_list() == [False]
    assert everything_green(light_site.refresh("onec", sweep=True))
    swept = light_site.parties("onec", COUNTERPARTIES).filter(key=key)
    assert swept["deleted"].to_list() == [True]
    assert state_of(light_site.store)["link"].filter(key=key).is_empty()


def test_a_replay_after_the_mapping_was_mended_closes_the_rows(site: Site) -> None:
    key = living_counterparty(site)["Ref_Key"]
    edit_onec(site, key, ИНН=BAD_INN)
    assert everything_green(site.refresh("onec"))
    ids = site.waiting("onec").filter(key=key)["id"].to_list()
    assert replay(site.house, ids) == Replayed(passed=0, refused=1, waiting=0)
    assert site.waiting("onec").filter(key=key)["id"].to_list() == ids

    lenient = {"fields": {"inn": {"from": "ИНН", "via": ["inn"], "invalid": "drop"}}}
    site = site.override("onec", COUNTERPARTIES, lenient)
    assert replay(site.house, ids) == Replayed(passed=1, refused=0, waiting=0)
    assert site.waiting("onec").filter(key=key).is_empty()
    assert site.parties("onec", COUNTERPARTIES).filter(key=key)["inn"].to_list() == [None]
    assert replay(site.house, ids) == Replayed(passed=0, refused=0, waiting=0)

    done = site.parties("onec", COUNTERPARTIES).filter(key=key)
    assert everything_green(site.refresh("onec"))
    assert site.parties("onec", COUNTERPARTIES).filter(key=key).equals(done)


def test_a_replay_of_a_record_the_mapping_now_leaves_out_removes_it(light_site: Site) -> None:
    key = living_counterparty(light_site)["Ref_Key"]
    edit_onec(light_site, key, ИНН=BAD_INN)
    assert everything_green(light_site.refresh("onec"))
    ids = light_site.waiting("onec").filter(key=key)["id"].to_list()
    site = light_site.override("onec", COUNTERPARTIES, {"skip": {"Ref_Key": [key]}})
    assert replay(site.house, ids) == Replayed(passed=1, refused=0, waiting=0)
    assert site.parties("onec", COUNTERPARTIES).filter(key=key).is_empty()
    assert site.waiting("onec").filter(key=key).is_empty()


def land_without_mapping(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Extract 1C, and be interrupted before the first record is mapped."""

    def interrupted(*_: object) -> int:
        raise Retryable("Прервано.", "Interrupted.")

    with monkeypatch.context() as patched:
        patched.setattr(sync, "map_stream", interrupted)
        assert isinstance(site.refresh("onec")["onec"].error, Retryable)


def test_the_result_does_not_depend_on_how_landed_batches_are_cut(
    loaded_sqlite: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two records have a good version, then one of them a bad one and the other a better one."""
    states = []
    for rows in (1, 100_000):
        folder = tmp_path / str(rows)
        folder.mkdir()
        with loaded_sqlite.copy(folder) as site:
            keys = living_counterparties(site)[:2]
            for key in keys:
                edit_onec(site, key, НаименованиеПолное='ООО "Хорошее слово"')
            land_without_mapping(site, monkeypatch)
            edit_onec(site, keys[0], ИНН=BAD_INN)
            edit_onec(site, keys[1], НаименованиеПолное='ООО "Последнее слово"')
            land_without_mapping(site, monkeypatch)
            monkeypatch.setattr(map_plan, "PORTION_ROWS", rows)
            assert everything_green(site.refresh("onec"))
            assert site.waiting("onec")["key"].to_list().count(keys[0]) == 1
            states.append(state_of(site.store))
    assert_same_state(*states)
    names = states[0]["canonical_party"].filter(pl.col("key").is_in(keys))["full_name"].to_list()
    assert sorted(names) == ["ООО «Последнее слово»", "ООО «Хорошее слово»"]
