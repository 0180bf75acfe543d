"""A backfill reads a past window under a cursor of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.backfill import backfill
from flows.sync import settle
from schemas.errors import ConfigError, Retryable
from schemas.records import Cursor
from store import checkpoints, landing, runs
from tests.flows.site import Site
from tests.flows.trouble import Flaky, break_line
from tests.support.state import assert_same_state, state_of

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def cursor(site: Site, name: str = "live") -> Cursor | None:
    with site.store.read() as reader:
        return checkpoints.get(reader, "extract", "ebs", "parties", name)


def received(site: Site, run_id: int) -> dict[str, int]:
    with site.store.read() as reader:
        counts = runs.counts(reader, run_id).filter(stage="extract", name="received")
    return dict(counts.select("stream", "value").iter_rows())


def test_a_backfill_reads_one_stream_again_and_leaves_the_live_cursor(site: Site) -> None:
    live, before = cursor(site), state_of(site.store)
    until = datetime.now(UTC)
    run_id = backfill(site.house, "ebs", "parties", LONG_AGO, until)
    settle(site.house)
    assert received(site, run_id).keys() == {"parties"}
    assert received(site, run_id)["parties"] > 50
    assert cursor(site) == live
    assert_same_state(before, state_of(site.store))


def test_a_backfill_brings_what_the_live_cursor_passed_by(light_site: Site) -> None:
    """A row committed late, with a time of change before the window of the next run."""
    late = datetime.now(UTC) - timedelta(days=30)
    key = light_site.world.ebs.late_commit(late)
    quiet = light_site.counts(light_site.refresh("ebs")["ebs"])
    assert quiet["extract", "parties", "landed"] == 0
    day = timedelta(days=1)
    run_id = backfill(light_site.house, "ebs", "parties", late - day, late + day)
    assert received(light_site, run_id) == {"parties": 1}
    with light_site.store.read() as reader:
        assert landing.latest(light_site.store, reader, "ebs", "parties", [str(key)]).height == 1


def test_an_interrupted_backfill_goes_on_where_it_was(
    light_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = light_site.house.connection("ebs").settings
    site = light_site.configure("ebs", retries=0, settings={**settings, "page_size": 20})
    until = datetime.now(UTC)
    flaky = Flaky("parties", break_after=2, times=1)
    break_line(monkeypatch, "ebs", flaky)
    with pytest.raises(Retryable):
        backfill(site.house, "ebs", "parties", LONG_AGO, until)
    live = cursor(site)
    backfill(site.house, "ebs", "parties", LONG_AGO, until)
    first, second = flaky.cursors
    name = f"backfill:{LONG_AGO.isoformat()}..{until.isoformat()}"
    assert second is not None
    assert second != first
    assert cursor(site, name) not in (None, second)
    assert cursor(site) == live


def test_a_window_that_ends_before_it_begins_is_refused(light_site: Site) -> None:
    with pytest.raises(ConfigError, match="--from"):
        backfill(light_site.house, "ebs", "parties", datetime.now(UTC), LONG_AGO)


def test_a_source_that_cannot_begin_at_a_date_is_refused(light_site: Site) -> None:
    with pytest.raises(ConfigError, match="files"):
        backfill(light_site.house, "files", "counterparties", LONG_AGO, datetime.now(UTC))
