"""Kill -9 where no checkpoint tells how far it came: deletions, replay, and before 1C is told (law 2)."""

from __future__ import annotations

import signal
from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from flows.replay import replay
from flows.sync import settle
from tests.faults.conftest import Workers
from tests.flows.site import COUNTERPARTIES, Loaded, Site, everything_green
from tests.flows.trouble import BAD_INN, edit_onec, living_counterparties
from tests.support.state import assert_same_state, state_of

KILLED = -signal.SIGKILL


def purge(site: Site) -> Site:
    """Two counterparties vanish from 1C without a trace."""
    for key in living_counterparties(site)[:2]:
        site.world.onec.base.remove(COUNTERPARTIES, key)
    return site


def change(site: Site) -> Site:
    """Some counterparties are changed, and one becomes unacceptable."""
    site.world.change_onec(3)
    edit_onec(site, living_counterparties(site)[-1], ИНН=BAD_INN)
    return site


def refuse(site: Site) -> Site:
    """A counterparty is quarantined, and then the mapping learns to accept it."""
    change(site)
    assert everything_green(site.refresh("onec"))
    return site.override("onec", COUNTERPARTIES, {"fields": {"inn": {"invalid": "drop"}}})


def replay_all(site: Site) -> None:
    ids = [*site.waiting("onec")["id"], *site.waiting("ebs")["id"]]
    replay(site.house, ids)
    settle(site.house)


ACTS: dict[str, tuple[Callable[[Site], Site], Callable[[Site], object]]] = {
    "refresh": (change, lambda site: everything_green(site.refresh("onec"))),
    "sweep": (purge, lambda site: everything_green(site.refresh("onec", sweep=True))),
    "replay": (refuse, replay_all),
}


def ended(
    loaded: Loaded, folder: Path, workers: Workers, act: str, stage: str, wheres: tuple[str, ...]
) -> dict[str, pl.DataFrame]:
    """The state after `act`, which was killed at each of `wheres` first."""
    folder.mkdir()
    prepare, finish = ACTS[act]
    with loaded.copy(folder) as copy:
        site = prepare(copy)
        for where in wheres:
            assert workers.refresh(site.house.settings, stage, where, 1, act, ("onec",)) == KILLED
        finish(site)
        return state_of(site.store)


@pytest.fixture(scope="module")
def alone(
    loaded_sqlite: Loaded, workers: Workers, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, pl.DataFrame]]:
    """The state after an act that nobody killed."""

    @cache
    def state(act: str) -> dict[str, pl.DataFrame]:
        folder = tmp_path_factory.mktemp("alone") / act
        return ended(loaded_sqlite, folder, workers, act, "", ())

    return state


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("act", "stage", "wheres"),
    [
        ("sweep", "deletions", ("inside", "after")),
        ("replay", "replay", ("inside", "after")),
        ("refresh", "acknowledge", ("inside",)),
        ("refresh", "acknowledge", ("after",)),
    ],
)
def test_a_work_killed_without_a_checkpoint_ends_like_an_undisturbed_one(
    loaded_sqlite: Loaded,
    tmp_path: Path,
    workers: Workers,
    alone: Callable[[str], dict[str, pl.DataFrame]],
    act: str,
    stage: str,
    wheres: tuple[str, ...],
) -> None:
    killed = ended(loaded_sqlite, tmp_path / "killed", workers, act, stage, wheres)
    assert_same_state(alone(act), killed)
