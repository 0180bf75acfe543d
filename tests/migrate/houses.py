"""A house that is about to carry the old CRM over."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.migration import Plan, dumped
from flows.house import House
from flows.migrate.profile import profile
from flows.migrate.sources import found, save
from store.engine import Store
from tests.support.house import house_over, settings_over


@dataclass
class Night:
    """The house, the base to be carried, and the plan for it."""

    house: House
    crm: Path
    plan: Plan

    @property
    def text(self) -> str:
        """The plan as its file reads."""
        return dumped(self.plan)

    def change(self, statement: str, *values: Any) -> None:
        """Change the legacy base."""
        with closing(sqlite3.connect(self.crm)) as base, base:
            base.execute(statement, values)

    def planned(self, **changes: Any) -> str:
        """The plan's text with something in it changed."""
        return dumped(self.plan.model_copy(update=changes))


def night(
    store: Store, crm: Path, folder: Path, page_size: int = 25, url: str | None = None
) -> Night:
    """The CRM profiled, its connection and the drafts of its mappings saved.

    With `url` it is not the file that is carried over, but the base at that address.
    """
    settings = settings_over(store, folder)
    one = found(settings, url or str(crm), "legacy")
    plan = profile(one.source, "legacy", one.connection, language="en")
    save(settings, one, plan)
    file = folder / "config" / "connections" / "legacy.yaml"
    text = file.read_text(encoding="utf-8")
    paged = text.replace("settings:\n", f"settings:\n  page_size: {page_size}\n")
    file.write_text(paged, encoding="utf-8")
    return Night(house_over(store, folder), crm, plan)
