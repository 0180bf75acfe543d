"""Options of every command that decides something, each described once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from admin.account import account


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Deciding:
    """How something is decided: looked at before, why, by whom, and when it acts."""

    preview: Annotated[
        bool, Parameter(negative="", help="Only show what would change; nothing is written.")
    ] = False
    reason: Annotated[str | None, Parameter(help="Why; it is kept with the decision.")] = None
    by: Annotated[str | None, Parameter(help="Who decides; your login by default.")] = None
    later: Annotated[
        bool,
        Parameter(negative="", help="Only write it down; the next sync or refresh acts on it."),
    ] = False

    @property
    def name(self) -> str:
        """Who decides."""
        return self.by or account()


NOW = Deciding()
