"""Parts of matching as tasks of Prefect on a Dask cluster: seen one by one in its pages, done as without it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from dedup.team import ALONE, Parts, Team
from flows.team import done, packed, team_at, unpacked, version

_part = task(name="match part", persist_result=False, cache_policy=NO_CACHE)(done)


def team_by_prefect(address: str) -> Team:
    """The cluster at `address`, its work handed out by Prefect's task runner.

    Workers report to the server that PREFECT_API_URL names; without one they are handed their work directly.
    """
    team = team_at(address)
    if team is ALONE or not os.environ.get("PREFECT_API_URL"):
        return team

    def each(work: Callable[..., Any], parts: Parts) -> list[Any]:
        from prefect_dask import DaskTaskRunner

        answers: list[Any] = []

        # What a flow returns Prefect looks through for states, cell by cell.
        @flow(name="kanon-match-parts", task_runner=DaskTaskRunner(address=address))
        def hand_out() -> None:
            told = version()
            futures = [_part.submit(told, work, *packed(part)) for part in parts]
            answers.extend(unpacked(future.result()) for future in futures)

        hand_out()
        return answers

    return Team(each, team.parts)
