"""A run that a person stops ends at the next boundary, loses nothing and says who; what it says is kept with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from config.logging import LISTENER, _tell
from flows import extract
from flows import run as running_flows
from flows.backfill import backfill
from flows.progress import Silent
from flows.run import Stopped, running
from flows.said import Said
from flows.sync import settle
from store import Store, run_lines, runs
from store.landing import Landed
from store.tables import run
from tests.flows.judged import Judged
from tests.flows.site import Site
from tests.support.filled import HubOf
from tests.support.state import assert_same_state, state_of

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def one_company(judged: Judged) -> None:
    judged.put({"key": "a", "name": "ООО «Вега»", "inn": "7707083893"})


@pytest.fixture
def hub(hub_of: HubOf) -> Judged:
    return hub_of(one_company)


def _newest(store: Store) -> Any:
    with store.read() as reader:
        return reader.rows(select(run).order_by(run.c.id.desc()).limit(1))[0]


def _stop(store: Store, by: str = "anna") -> bool:
    with store.write() as writer:
        return runs.ask_stop(writer, _newest(store).id, by)


def _lines(store: Store, run_id: int, *, trouble: bool = False) -> list[dict[str, Any]]:
    with store.read() as reader:
        return run_lines.newest(reader, run_id, trouble=trouble)


class StopsAfter(Silent):
    """Asks the newest run to stop as soon as a stage has done something, as a person on its page would."""

    def __init__(self, store: Store, stage: str) -> None:
        self._store, self._stage = store, stage

    def advance(self, stage: str, what: str, rows: int) -> None:
        if stage == self._stage:
            _stop(self._store)


def test_a_stopped_reading_keeps_its_batches_and_the_next_goes_on_from_there(
    light_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = light_site.house.connection("ebs").settings
    site = light_site.configure("ebs", retries=0, settings={**settings, "page_size": 20})
    until, before = datetime.now(UTC), state_of(site.store)
    commit, done = extract._commit, list[Landed]()

    def stopping(*args: Any) -> Landed:
        done.append(commit(*args))
        if len(done) == 2:
            assert _stop(site.store)
            assert not _stop(site.store, "boris"), "who asked first is who stopped it"
        return done[-1]

    monkeypatch.setattr(extract, "_commit", stopping)
    with pytest.raises(Stopped, match="anna"):
        backfill(site.house, "ebs", "parties", LONG_AGO, until)
    row = _newest(site.store)
    assert (len(done), row.state, row.stop_by) == (2, "cancelled", "anna")
    assert "anna" in row.error_ru
    assert not _stop(site.store), "what has ended cannot be stopped"
    backfill(site.house, "ebs", "parties", LONG_AGO, until)
    assert _newest(site.store).state == "succeeded"
    assert_same_state(before, state_of(site.store))


@pytest.mark.parametrize("stage", ["match", "merge"])
def test_settling_stops_between_two_stages_and_ends_alike_the_next_time(
    hub: Judged, stage: str
) -> None:
    row = {"key": "b", "name": "АО «Орион»", "inn": "7736050003"}
    hub.put(row, settled=False)
    with pytest.raises(Stopped, match="anna"):
        settle(hub.house, progress=StopsAfter(hub.store, stage))
    assert _newest(hub.store).state == "cancelled"
    hub.settle()
    assert _newest(hub.store).state == "succeeded"
    found = hub.everything()["legal_entity"]["inn"].sort().to_list()
    assert found == ["7707083893", "7736050003"]


def test_a_run_keeps_what_it_said_newest_first_and_warnings_by_themselves(hub: Judged) -> None:
    with running(hub.house, "sync", "erp") as one:
        one.progress.begin("extract", "erp.parties", 120)
        one.progress.advance("extract", "erp.parties", 50)
        one.progress.advance("extract", "erp.parties", 20)
        _tell(
            None,
            "warning",
            {"event": "source is down", "level": "warning", "call": "+7 916 000-00-71"},
        )
        _tell(None, "info", {"event": "nothing to tell", "level": "info"})
        one.progress.end("extract", "erp.parties", "+70")
        running_flows._keep(one.id, hub.house, one.progress)  # type: ignore[arg-type]  # a `Said`
        assert _newest(hub.store).state == "running"
        seen = _lines(hub.store, one.id)
        one.progress.begin("map", "erp.parties", None)
    told = [(line["n"], line["act"], line["rows"]) for line in seen]
    assert told == [(4, "end", None), (3, "said", None), (2, "advance", 70), (1, "begin", 120)]
    assert len(_lines(hub.store, one.id)) == 5, "the end of a run leaves nothing unsaid"
    (warned,) = _lines(hub.store, one.id, trouble=True)
    assert warned["said"] == "source is down · call=+7***"
    assert LISTENER.get() is None


def test_lines_that_could_not_be_kept_come_with_the_next_ones(hub: Judged) -> None:
    said = Said(Silent())
    said.begin("extract", "erp.parties", 1)
    lines = said.taken()
    said.end("extract", "erp.parties", "+1")
    said.put_back(lines)
    with hub.store.write() as writer:
        said.save(writer, 7)
    assert [line["act"] for line in _lines(hub.store, 7)] == ["end", "begin"]


def test_of_a_run_the_newest_lines_stay_and_of_runs_the_newest(hub: Judged) -> None:
    many = run_lines.LINES + 40
    with hub.store.write() as writer:
        for run_id in (50, run_lines.RUNS + 50):
            said = Said(Silent())
            for n in range(many):
                said.begin("map", f"erp.s{n}", None)
            said.save(writer, run_id)
    assert _lines(hub.store, 50) == []
    kept = _lines(hub.store, run_lines.RUNS + 50)
    assert (len(kept), kept[0]["n"]) == (run_lines.LINES, many)
