"""How a flow tells what it is doing: rows done, by stage and stream."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Something that shows progress: a terminal, a log, a Prefect artifact."""

    def begin(self, stage: str, what: str, total: int | None) -> None:
        """A stage starts on `what`; `total` rows if known."""

    def advance(self, stage: str, what: str, rows: int) -> None:
        """`rows` more are done and committed."""

    def end(self, stage: str, what: str, summary: str) -> None:
        """The stage is through with `what`; `summary` is one line."""


class Silent:
    """Shows nothing."""

    def begin(self, stage: str, what: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, stage: str, what: str, rows: int) -> None:
        """Nothing."""

    def end(self, stage: str, what: str, summary: str) -> None:
        """Nothing."""
