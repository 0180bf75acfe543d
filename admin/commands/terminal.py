"""Progress in the terminal: bars for people, lines for logs."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

STAGE_NAMES = {
    "extract": "Чтение · extract",
    "map": "Отображение · map",
    "match": "Сопоставление · match",
    "merge": "Слияние · merge",
    "publish": "Публикация · publish",
}


class TerminalProgress:
    """A `flows.progress.Progress`; use it as a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.fields[stage]:<24}"),
            TextColumn("{task.fields[what]:<42}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]:>12}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[summary]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[tuple[str, str], TaskID] = {}

    def __enter__(self) -> TerminalProgress:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def begin(self, stage: str, what: str, total: int | None) -> None:
        """A bar for the stage's work on `what`."""
        self._tasks[stage, what] = self._bars.add_task(
            "", total=total, stage=STAGE_NAMES.get(stage, stage), what=what, rate="", summary=""
        )

    def advance(self, stage: str, what: str, rows: int) -> None:
        """The bar moves and shows rows per second."""
        task = self._tasks[stage, what]
        self._bars.advance(task, rows)
        speed = self._bars.tasks[self._bars.task_ids.index(task)].speed
        if speed:
            self._bars.update(task, rate=f"{speed:,.0f}/s".replace(",", "\u00a0"))

    def end(self, stage: str, what: str, summary: str) -> None:
        """The bar is full; without a terminal one line is printed instead."""
        task = self._tasks[stage, what]
        done = self._bars.tasks[self._bars.task_ids.index(task)].completed
        self._bars.update(task, total=done or 1, completed=done or 1, summary=summary)
        if not self._console.is_terminal:
            self._console.print(f"{STAGE_NAMES.get(stage, stage):<24} {what:<42} {summary}")
