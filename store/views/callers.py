"""Who calls from which number, as one table: small enough to be held in memory."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from schemas.calls import COUNTED
from store.engine import Reader
from store.tables import agent_session, call, golden

_POINT, _COMPANY, _CONTACT = (golden[e].c for e in ("contact_point", "legal_entity", "contact"))


def callers(reader: Reader) -> pl.DataFrame:
    """`phone` → `company`, `name` (null where several companies bear it) and `employee`, who last talked."""
    points = reader.frame(
        sa.select(_POINT.value, _POINT.owner_id).where(
            _POINT.kind == "phone", _POINT.state == "active"
        )
    )
    employers = reader.frame(sa.select(_CONTACT.id, _CONTACT.legal_entity_id))
    companies = reader.frame(
        sa.select(_COMPANY.id, _COMPANY.name).where(_COMPANY.state == "active")
    )
    owned = points.join(employers, left_on="owner_id", right_on="id", how="left").select(
        pl.col("value").str.split(";").list.first().alias("phone"),
        pl.coalesce("legal_entity_id", "owner_id").alias("company"),
    )
    known = owned.unique().join(companies, left_on="company", right_on="id")
    alone = known.filter(pl.col("company").n_unique().over("phone") == 1)
    return alone.join(_last(reader), on="phone", how="full", coalesce=True)


def _last(reader: Reader) -> pl.DataFrame:
    """`phone` → `employee` who talked with it last."""
    talks = reader.frame(
        sa.select(call.c.phone, call.c.employee, call.c.started_at).where(
            call.c.phone.is_not(None), call.c.employee.is_not(None)
        )
    )
    latest = talks.sort("started_at").unique("phone", keep="last", maintain_order=True)
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
