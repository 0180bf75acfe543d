"""A refresh balances, a second one writes nothing, a change flows through alone (laws 1 and 2)."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from schemas.errors import Bug
from store import landing, runs
from tests.flows.site import COUNTERPARTIES, Loaded, Site, everything_green, versions
from tests.flows.trouble import edit_onec
from tests.support.state import assert_same_state, state_of

pytestmark = pytest.mark.both_engines

BOOKKEEPING = {"received", "read", "unchanged", "canonical", "ignored", "quarantined"}


def test_every_run_of_a_refresh_balances(site: Site) -> None:
    with site.store.read() as reader:
        every = runs.page(reader)
        sheets = {run_id: runs.balance(reader, run_id) for run_id in every["id"]}
    assert set(every["connection"]) == {"commerceml", "ebs", "files", "onec", "switch", "identity"}
    assert set(every["state"]) == {"succeeded"}
    lines = [line for sheet in sheets.values() for line in sheet]
    assert {line.stage for line in lines} == {"extract", "map", "match", "offers"}
    assert [line for line in lines if not line.holds] == []
    assert sum(line.given for line in lines) > 1000


def test_a_second_refresh_writes_no_row(site: Site) -> None:
    before, end = versions(site.store), site.feed_end()
    files = sorted(site.store.landing.rglob("*.parquet"))
    outcomes = site.refresh()
    assert everything_green(outcomes)
    assert versions(site.store) == before
    assert site.feed_end() == end
    assert sorted(site.store.landing.rglob("*.parquet")) == files
    for outcome in outcomes.values():
        written = {k: n for k, n in site.counts(outcome).items() if n and k[2] not in BOOKKEEPING}
        assert written == {}


def test_where_nothing_came_no_landed_file_is_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unexpected(*args: object) -> pl.DataFrame:
        raise AssertionError(args)

    monkeypatch.setattr(landing, "read_frame", unexpected)
    assert everything_green(site.refresh())
    edit_onec(site, lone_counterparties(site, 1)["key"][0], НаименованиеПолное="ООО «Иное»")
    with pytest.raises(Bug):
        everything_green(site.refresh("onec"))


def lone_counterparties(site: Site, n: int) -> pl.DataFrame:
    """Links of `n` 1C counterparties that are the only record of their company."""
    links = state_of(site.store)["link"].filter(entity="party")
    alone = links.filter(pl.len().over("golden_id") == 1, connection="onec", rule="new")
    assert alone.height >= n
    return alone.head(n)


def test_three_records_changed_in_1c_flow_through_alone(site: Site) -> None:
    before, end = state_of(site.store), site.feed_end()
    owners = lone_counterparties(site, 3)
    keys = owners["key"].to_list()
    for key in keys:
        edit_onec(site, key, НаименованиеПолное=f'ООО "Новое имя {key[:4]}"')
    outcomes = site.refresh()
    assert everything_green(outcomes)

    counts = site.counts(outcomes["onec"])
    assert counts["extract", COUNTERPARTIES, "landed"] == 3
    assert sum(n for (_, _, name), n in counts.items() if name == "landed") == 3
    assert counts["map", COUNTERPARTIES, "read"] == 3
    for name in ("commerceml", "ebs", "files"):
        landed = [n for (_, _, what), n in site.counts(outcomes[name]).items() if what == "landed"]
        assert sum(landed) == 0

    after = state_of(site.store)
    for name in (name for name in after if name.startswith("canonical_")):
        written = after[name].join(before[name], on=["connection", "key", "hash"], how="anti")
        assert sorted(written["key"]) == (sorted(keys) if name == "canonical_party" else [])
    assert after["link"].equals(before["link"])
    told = site.changes(end)
    assert set(told["op"]) == {"changed"}
    assert set(told.filter(entity="legal_entity")["golden_id"]) == set(owners["golden_id"])
    assert set(told["golden_id"]) <= set(owners["golden_id"]) | set(owners["unit_id"])


def test_both_engines_hold_the_same(
    loaded_sqlite: Loaded, loaded_postgres: Loaded, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with loaded_sqlite.copy(tmp_path / "a") as one, loaded_postgres.copy(tmp_path / "b") as other:
        assert_same_state(state_of(one.store), state_of(other.store))
