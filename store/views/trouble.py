"""What went wrong lately, as alerts and the overview ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from store.engine import Reader
from store.tables import quarantine, run
from store.views.paging import capped_count, dicts

_RED = ("failed", "unbalanced")
_FLOWS = ("sync", "settle")
# A run longer ago than so many others no longer tells how a source is.
_LOOKED_THROUGH = 500


@dataclass(frozen=True, slots=True)
class Red:
    """The latest run of a connection, which ended red."""

    id: int
    connection: str
    state: str
    error_kind: str


def last_red(reader: Reader) -> list[Red]:
    """The connections whose latest ended run of a sync, or of settling, is red."""
    columns = (run.c.id, run.c.connection, run.c.flow, run.c.state, run.c.error_kind)
    query = sa.select(*columns).order_by(run.c.id.desc()).limit(_LOOKED_THROUGH)
    latest: dict[str, Red] = {}
    for row in dicts(reader, query):
        if row["flow"] in _FLOWS and row["state"] != "running" and row["connection"]:
            red = Red(row["id"], row["connection"], row["state"], row["error_kind"] or row["state"])
            latest.setdefault(row["connection"], red)
    return [one for _, one in sorted(latest.items()) if one.state in _RED]


def refused_since(reader: Reader, connection: str, since: datetime, many: int) -> bool:
    """Whether so many open rows of a connection were refused for the first time since a moment."""
    c = quarantine.c
    query = sa.select(c.id).where(
        c.state == "open", c.connection == connection, c.first_seen >= since
    )
    return capped_count(reader, query, many) >= many
