"""Prefect only wraps the flows: the same result, with tasks, artifacts, schedules and red runs."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from flows.deployments import (
    deployments,
    limit_connections,
    prefect_server,
    serve_schedules,
)
from flows.orchestrate import refresh_flow, sync_flow
from flows.orchestrate_team import team_by_prefect
from flows.team import _client
from schemas.errors import ConfigError, Retryable
from store import runs
from tests.flows.site import Loaded, Site, everything_green
from tests.flows.trouble import Flaky, break_line, edit_onec, living_counterparty
from tests.support.cluster import Cluster
from tests.support.state import assert_same_state, state_of

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API address of a Prefect server of our own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with prefect_server(tmp_path_factory.mktemp("prefect"), port) as address:
        yield address


@pytest.fixture
def at_home(light_site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A refreshed site that `Settings()` leads to."""
    live_in(light_site, monkeypatch)
    return light_site


def live_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KANON_HOME", str(site.folder))
    monkeypatch.setenv("KANON_DATABASE", site.house.settings.database_url)


def ask(server: str, what: str, **body: Any) -> list[dict[str, Any]]:
    answer = httpx.post(f"{server}/{what}/filter", json=body, timeout=30)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found


def test_a_sync_by_prefect_equals_one_without(
    server: str, loaded_sqlite: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = []
    for how in ("plainly", "by prefect"):
        folder = tmp_path / how
        folder.mkdir()
        with loaded_sqlite.copy(folder) as site:
            site.world.change_onec(3)
            live_in(site, monkeypatch)
            if how == "plainly":
                assert everything_green(site.refresh("onec"))
            else:
                limit_connections(site.house)
                run_id = sync_flow("onec")
                with site.store.read() as reader:
                    run = runs.get(reader, run_id)
                assert run is not None
                assert (run.connection, run.state) == ("onec", "succeeded")
            states.append(state_of(site.store))
    assert_same_state(*states)
    # Another test may have published a balance of its own, and Prefect shows task runs with a delay.
    balances = ask(server, "artifacts", artifacts={"key": {"any_": ["balance-onec"]}})
    assert balances
    assert all('"difference": 0' in balance["data"] for balance in balances)
    wanted = {
        "extract onec.changes",
        "map onec.Catalog_Контрагенты",
        "map onec.Catalog_Контрагенты portion",
        "match",
        "merge",
        "publish",
    }
    assert _shown(server, wanted) == wanted


def _shown(server: str, wanted: set[str]) -> set[str]:
    """Those of the wanted names that task runs of the server bear, all of them or those after 30 s."""
    deadline = time.monotonic() + 30
    while True:
        names = {task["name"].rsplit("-", 1)[0] for task in ask(server, "task_runs")}
        if wanted <= names or time.monotonic() > deadline:
            return wanted & names
        time.sleep(0.5)


def test_a_source_that_fails_fails_the_flow_run_and_no_other(
    server: str, at_home: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home.configure("ebs", retries=0)
    limit_connections(at_home.house)
    key = living_counterparty(at_home)["Ref_Key"]
    edit_onec(at_home, key, НаименованиеПолное='ООО "Остальное идёт"')
    break_line(monkeypatch, "ebs", Flaky("parties", 0, times=1000))
    with pytest.raises(Retryable):
        sync_flow("ebs")
    with pytest.raises(RuntimeError, match="ebs: "):
        refresh_flow()
    found = ask(server, "flow_runs", sort="START_TIME_DESC")
    assert [run["state_type"] for run in found[:2]] == ["FAILED", "FAILED"]
    assert [r["state_type"] for r in found if r["name"] == "sync ebs"] == ["FAILED"]
    landed = at_home.parties("onec", "Catalog_Контрагенты").filter(key=key)
    assert landed["full_name"].to_list() == ["ООО «Остальное идёт»"]


def test_deployments_carry_the_schedule_and_the_limit_of_their_files(
    server: str, light_site: Site
) -> None:
    site = light_site.configure("files", paused=True, sweep_schedule="30 2 * * *")
    site = site.configure("commerceml", schedule="").configure("switch", schedule="")
    site = site.configure("ebs", sweep_schedule="30 2 * * *")
    planned = {deployment.name: deployment for deployment in deployments(site.house)}
    assert set(planned) == {"ebs", "ebs-sweep", "onec"}
    assert planned["ebs-sweep"].parameters == {"connection": "ebs", "sweep": True}
    known = httpx.get(f"{server}/deployments/{planned['onec'].apply()}", timeout=30).json()
    (schedule,) = known["schedules"]
    assert schedule["schedule"]["cron"] == "0 6 * * *"
    assert schedule["schedule"]["timezone"] == "Europe/Moscow"
    assert known["global_concurrency_limit"]["limit"] == 1
    assert known["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert known["parameters"] == {"connection": "onec", "sweep": False}


def test_each_connection_has_a_global_limit_of_one_flow(server: str, light_site: Site) -> None:
    for _ in range(2):
        limit_connections(light_site.house)
    found = ask(server, "v2/concurrency_limits")
    limits = {one["name"]: one["limit"] for one in found if one["name"].startswith("kanon-")}
    assert limits == {f"kanon-{name}": 1 for name in light_site.house.connections}


def test_without_any_schedule_there_is_nothing_to_serve(light_site: Site) -> None:
    site = light_site
    for name in site.house.connections:
        site = site.configure(name, schedule="")
    with pytest.raises(ConfigError, match="schedule"):
        serve_schedules(site.house)


def test_parts_of_matching_are_tasks_of_prefect_on_dask(server: str, tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    try:
        cluster.hire(1)
        team = team_by_prefect(cluster.address)
        rows = pl.DataFrame({"n": [1, 2, 3]})
        parts = [(rows[n : n + 1],) for n in range(rows.height)]
        found = team.each(pl.DataFrame.clone, parts)
    finally:
        cluster.close()
        _client.cache_clear()
    assert pl.concat(found).equals(rows)
    assert _shown(server, {"match part"}) == {"match part"}
