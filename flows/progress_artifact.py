"""Progress as Prefect artifacts: one bar per stage and stream, updated at most every two seconds."""

from __future__ import annotations

import re
import time
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

LEAST_SECONDS = 2.0  # each update is an API call


class ArtifactProgress:
    """A `Progress` that shows in the run's page of Prefect."""

    def __init__(self, run: str) -> None:
        self._run = re.sub(r"[^a-z0-9]+", "-", run.lower()).strip("-")
        self._bars: dict[tuple[str, str], UUID] = {}
        self._totals: dict[tuple[str, str], int | None] = {}
        self._done: dict[tuple[str, str], int] = {}
        self._last = 0.0

    def begin(self, stage: str, what: str, total: int | None) -> None:
        """A bar at 0."""
        key = re.sub(r"[^a-z0-9]+", "-", f"{stage}-{what}-{self._run}".lower()).strip("-")
        bar = create_progress_artifact(progress=0.0, key=key, description=f"{stage} {what}")
        if isinstance(bar, UUID):
            self._bars[stage, what] = bar
        self._totals[stage, what] = total
        self._done[stage, what] = 0

    def advance(self, stage: str, what: str, rows: int) -> None:
        """The bar moves, if the total is known and the last call is long enough ago."""
        self._done[stage, what] = self._done.get((stage, what), 0) + rows
        total = self._totals.get((stage, what))
        if total and time.monotonic() - self._last > LEAST_SECONDS:
            self._last = time.monotonic()
            self._show(stage, what, min(99.0, 100.0 * self._done[stage, what] / total), "")

    def end(self, stage: str, what: str, summary: str) -> None:
        """The bar is full; the summary stands beside it."""
        self._show(stage, what, 100.0, summary)

    def _show(self, stage: str, what: str, percent: float, summary: str) -> None:
        bar = self._bars.get((stage, what))
        if bar is not None:
            update_progress_artifact(bar, percent, description=f"{stage} {what} {summary}".strip())
