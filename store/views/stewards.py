"""How stewards fare: pace, what was put off, what was taken back, and how many pairs wait day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl
import sqlalchemy as sa

from schemas.decisions import DIFFERENT, SAME, SPLIT_OFF, UNSURE
from store import audits
from store.clock import utc_now
from store.engine import Reader
from store.tables import decision, decision_record, deferral, review_day, withdrawal
from store.views.paging import dicts

# A longer silence between two answers is a pause and no thinking.
PAUSE = timedelta(minutes=10)
WINDOW = timedelta(days=30)
_NEWEST = 20_000
_RECORD = ("connection", "stream", "key")


@dataclass(frozen=True, slots=True)
class Steward:
    """One person's last days: answers, how many an hour of work, seconds between two (median), and shares:
    taken back, put off, and agreed with the machine where a spot check asked.
    """

    login: str
    answers: int
    per_hour: float | None
    median_seconds: float | None
    taken_back: float
    put_off: float
    checked: int
    agreed: float | None


@dataclass(frozen=True, slots=True)
class Day:
    """How many pairs waited on a day, and how many were put off."""

    day: date
    waiting: int
    put_off: int


def stewards(reader: Reader, now: datetime | None = None) -> list[Steward]:
    """Everyone who answered or put off a pair in the last days, the busiest first."""
    since = (now or utc_now()) - WINDOW
    acts, later, checks = _acts(reader, since), _later(reader, since), _checks(reader)
    people = sorted({*acts["author"], *later})
    found = [_steward(one, acts.filter(author=one), later.get(one, 0), checks) for one in people]
    return sorted(found, key=lambda one: (-one.answers, one.login))


def _acts(reader: Reader, since: datetime) -> pl.DataFrame:
    """author, created_at, withdrawn of every answer a person gave one by one."""
    d, w = decision.c, withdrawal.c
    kinds = (SAME, DIFFERENT, SPLIT_OFF, UNSURE)
    newest = sa.select(sa.func.coalesce(sa.func.max(d.id), 0) - _NEWEST).scalar_subquery()
    wanted = (
        sa.select(d.id, d.act, d.author, d.created_at, w.decision_id.label("withdrawn"))
        .outerjoin(withdrawal, w.decision_id == d.id)
        .where(d.id > newest, d.kind.in_(kinds), d.author_kind == "person", d.created_at >= since)
    )
    rows = reader.frame(wanted.order_by(d.id))
    told = rows.unique("act", keep="first", maintain_order=True)
    return told.with_columns(pl.col("withdrawn").is_not_null())


def _later(reader: Reader, since: datetime) -> dict[str, int]:
    counted = sa.select(deferral.c.author, sa.func.count().label("n"))
    recent = counted.where(deferral.c.created_at >= since).group_by(deferral.c.author)
    return {str(row["author"]): int(row["n"]) for row in dicts(reader, recent)}


def _checks(reader: Reader) -> pl.DataFrame:
    """author, agreed of the answers to spot checks that stand."""
    asked = audits.asked(reader).select("left_ref", "right_ref")
    if asked.is_empty():
        return pl.DataFrame(schema={"author": pl.String, "agreed": pl.Boolean})
    d, r = decision.c, decision_record.c
    taken_back = sa.exists().where(withdrawal.c.decision_id == d.id)
    rows = reader.frame(
        sa.select(d.id, d.author, d.kind, r.side, *(r[name] for name in _RECORD))
        .join(decision_record, r.decision_id == d.id)
        .where(d.kind.in_((SAME, DIFFERENT)), r.place == 0, ~taken_back)
    ).with_columns(pl.concat_str(_RECORD, separator="/").alias("ref"))
    sides = [
        rows.filter(side=side).select("id", pl.col("ref").alias(f"{side}_ref"))
        for side in ("left", "right")
    ]
    answers = rows.select("id", "author", "kind").unique().join(sides[0], on="id")
    answers = answers.join(sides[1], on="id")
    turned = asked.select(left_ref="right_ref", right_ref="left_ref")
    both = pl.concat([asked, turned]).unique()
    found = answers.join(both, on=["left_ref", "right_ref"], how="semi")
    return found.select("author", (pl.col("kind") == SAME).alias("agreed"))


def _steward(login: str, acts: pl.DataFrame, later: int, checks: pl.DataFrame) -> Steward:
    gaps = acts["created_at"].sort().diff().drop_nulls()
    worked = [gap.total_seconds() for gap in gaps if gap <= PAUSE]
    hours = sum(worked) / 3600
    own = checks.filter(author=login)["agreed"]
    answers = acts.height
    return Steward(
        login,
        answers,
        len(worked) / hours if hours else None,
        float(pl.Series(worked).median() or 0) if worked else None,  # type: ignore[arg-type]  # a median of floats is one
        _share(acts["withdrawn"]) or 0.0,
        later / (later + answers),
        own.len(),
        _share(own),
    )


def _share(said: pl.Series) -> float | None:
    """How much of it is true; None of nothing."""
    return float(said.sum()) / said.len() if said.len() else None


def days(reader: Reader, most: int = 60) -> Sequence[Day]:
    """How many pairs waited, day by day, the oldest first."""
    c = review_day.c
    rows = reader.rows(sa.select(review_day).order_by(c.day.desc()).limit(most))
    return [
        Day(
            datetime.strptime(str(row.day), "%Y%m%d").replace(tzinfo=UTC).date(),
            row.waiting,
            row.put_off,
        )
        for row in reversed(rows)
    ]
