"""Who talked with a number last, and who of ours is away now: small enough to be held in memory."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from schemas.calls import COUNTED
from store.engine import Reader
from store.tables import agent_session, call


def last_talks(reader: Reader, internal: str) -> pl.DataFrame:
    """`phone` → `employee`, the extension (by the pattern `internal`) that talked with it last."""
    talks = reader.frame(
        sa.select(call.c.phone, call.c.employee, call.c.started_at).where(
            call.c.phone.is_not(None), call.c.employee.is_not(None)
        )
    )
    # A contact center and a document name people who are no extensions: nobody can be sent to them.
    rings = talks.filter(pl.col("employee").str.contains(f"^(?:{internal})$"))
    latest = rings.sort("started_at").unique("phone", keep="last", maintain_order=True)
    return latest.select("phone", "employee")


def absent(reader: Reader) -> set[str]:
    """Agents who are paused now, or have gone off duty and not come back.

    Sums of past intervals tell of nobody whether he is there now.
    """
    own = agent_session.c
    heard = sa.or_(own.reason.is_(None), own.reason != COUNTED)
    sessions = reader.frame(sa.select(own.agent, own.kind, own.ended_at).where(heard))
    lasts = pl.col("ended_at").is_null()
    paused = sessions.filter((pl.col("kind") == "paused") & lasts)["agent"]
    duty = sessions.filter(pl.col("kind") == "on_duty")
    there = duty.filter(lasts)["agent"]
    return set(paused) | (set(duty["agent"]) - set(there))
