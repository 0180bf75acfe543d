"""The views that are read: by what each is ordered and keyed, what it must have, what its rows tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from connectors.aacc import counts, rows
from connectors.aacc.settings import AaccSettings

CONTACTS, AGENTS = "contacts", "agents"


@dataclass(frozen=True, slots=True)
class Shape:
    """A stream's view; `setting` and `key_setting` are where an engineer names it otherwise."""

    view: str
    owner: str
    key: tuple[str, ...]
    stamp: str
    needed: tuple[str, ...]
    setting: str
    key_setting: str
    told: Callable[[pl.DataFrame], pl.DataFrame]


def shapes(settings: AaccSettings) -> Mapping[str, Shape]:
    """Stream → its view, in the order of reading; agents only where their view is named."""
    contacts = Shape(
        settings.contacts, settings.owner, settings.key, rows.STAMP, rows.NEEDED, "contacts", "key",
        partial(rows.told, linked_by=settings.linked_by, zone=settings.tz),
    )  # fmt: skip
    agents = Shape(
        settings.agents, settings.owner, settings.agent_key, counts.STAMP, counts.NEEDED, "agents",
        "agent_key", partial(counts.told, zone=settings.tz),
    )  # fmt: skip
    return {CONTACTS: contacts} | ({AGENTS: agents} if settings.agents else {})
