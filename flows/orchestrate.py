"""The flows as Prefect sees them: thin wrappers, one task per stage and stream, never per record.

State lives in the store, so a Prefect run that dies loses nothing and repeats nothing. Retries of a
source that is down belong to extract, which goes on from the last commit; a second layer here would
only multiply the waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.concurrency.sync import concurrency
from prefect.runtime import flow_run
from prefect.states import Cancelled

from config.settings import Settings
from flows.alerts import attend_quietly
from flows.enquiries.acknowledge import acknowledge_quietly
from flows.house import House, open_house
from flows.orchestrate_team import team_by_prefect
from flows.progress import Progress
from flows.progress_artifact import ArtifactProgress
from flows.run import Stopped
from flows.sync import settle, sync, unpaused
from schemas.errors import KanonError
from store import runs

T = TypeVar("T")


def as_task(name: str, work: Callable[[], T]) -> T:
    """Run the work as a Prefect task of this name; its result is counts at most, never rows."""
    outcome: T = task(name=name, persist_result=False, cache_policy=NO_CACHE)(work)()
    return outcome


def limit_of(connection: str) -> str:
    """The name of the global concurrency limit that keeps the flows of a connection apart."""
    return f"kanon-{connection}"


def _in_turn(connection: str) -> Any:
    """Wait until no other flow works on the connection: a nightly sweep outlasts a pause of its syncs.

    The lease in the store is what keeps two runs apart in truth; this spares them the red run.
    """
    return concurrency(limit_of(connection), strict=True, timeout_seconds=3600)


def _publish_balance(house: House, run_id: int, name: str) -> None:
    with house.store.read() as reader:
        lines = runs.balance(reader, run_id)
    rows = [
        {
            "stage": line.stage,
            "stream": f"{line.connection}.{line.stream}",
            "given": line.given,
            "found": line.found,
            "difference": line.given - line.found,
        }
        for line in lines
    ]
    if rows:
        create_table_artifact(key=f"balance-{name}", table=rows, description=f"Run {run_id}")


def _house() -> House:
    return replace(open_house(Settings()), team_at=team_by_prefect)


@flow(name="kanon-sync", flow_run_name="sync {connection}")
def sync_flow(connection: str, sweep: bool = False) -> int | State[int]:
    """Read, map, match, merge and publish one source; the id of its run, 0 if it is paused.

    One that a person stopped is cancelled for Prefect, too, and is not tried again.

    With `sweep` deletions that the source does not tell of are found by comparing all keys.
    """
    house = _house()
    progress: Progress = ArtifactProgress(str(flow_run.get_id() or "local"))
    try:
        if connection in house.connections and connection not in unpaused(house):
            return 0
        with _in_turn(connection):
            run_id = sync(house, connection, progress=progress, steps=as_task, sweep=sweep)
        _publish_balance(house, run_id, connection)
        settle(house, progress=progress, steps=as_task)
        return run_id
    except Stopped as stopped:
        return Cancelled(message=stopped.en)
    finally:
        acknowledge_quietly(house)
        attend_quietly(house)
        house.close()


@flow(name="kanon-refresh")
def refresh_flow() -> dict[str, str]:
    """Every source that is not paused, then the identities; per connection its run or its error."""
    house = _house()
    outcomes: dict[str, str] = {}
    try:
        for name in unpaused(house):
            outcomes[name] = _sync_or_error(house, name)
        settle(house, steps=as_task)
    finally:
        acknowledge_quietly(house)
        attend_quietly(house)
        house.close()
    failed = {name: text for name, text in outcomes.items() if not text.isdigit()}
    if failed:
        raise RuntimeError("; ".join(f"{name}: {text}" for name, text in failed.items()))
    return outcomes


@flow(name="kanon-alerts")
def alerts_flow() -> None:
    """Look for trouble that comes without a run, such as a source that is late, and tell of it."""
    house = open_house(Settings())
    try:
        attend_quietly(house)
    finally:
        house.close()


def _sync_or_error(house: House, name: str) -> str:
    try:
        run_id = sync(house, name, steps=as_task)
    except KanonError as error:
        return error.en
    _publish_balance(house, run_id, name)
    return str(run_id)
