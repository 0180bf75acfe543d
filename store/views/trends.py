"""The last two weeks by day, how old what waits is, and how far subscribers were told: counted behind pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from schemas.decisions import DIFFERENT, SAME, SPLIT_OFF, UNSURE
from store import consumers, desk, feed, webhooks
from store.clock import utc_now
from store.engine import Reader
from store.tables import change, decision, review_day, review_desk, run, run_count
from store.views import reviews
from store.views.paging import COUNT_CAP, dicts, first

DAYS = 14
# Shares of what was delivered are of this last part of the feed.
WINDOW = timedelta(days=7)
_DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANSWERS = (SAME, DIFFERENT, SPLIT_OFF, UNSURE)


@dataclass(frozen=True, slots=True)
class Day:
    """A day by UTC: rows read and refused, companies merged, answers of people; pairs that waited, if noted."""

    day: date
    received: int = 0
    quarantined: int = 0
    merged: int = 0
    answered: int = 0
    waiting: int | None = None


@dataclass(frozen=True, slots=True)
class Follower:
    """A subscriber: how many changes it is behind, since when the oldest waits, and what share of a week's it has.

    `kind` is webhook or consumer; `attempts` and `error` are of a webhook's last delivery that failed.
    """

    name: str
    kind: str
    state: str
    behind: int
    waits_since: datetime | None
    share: float
    attempts: int = 0
    error: str | None = None
    error_status: int | None = None


@dataclass(frozen=True, slots=True)
class Trends:
    """All of it as it was at a moment; `ages` are waiting pairs by bucket, capped, `today` answers by person.

    `delivered` is the share of a week's changes that subscribers have, None without any.
    """

    at: datetime
    days: Sequence[Day]
    ages: Mapping[str, int]
    today: Mapping[str, int]
    followers: Sequence[Follower]
    delivered: float | None


def trends(reader: Reader, now: datetime | None = None) -> Trends:
    """Count all of it; reads two weeks of runs and changes, so keep the answer."""
    moment = now or utc_now()
    since = moment.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    answers = _answers(reader, since)
    followers, delivered = _followers(reader, moment)
    today = {who: n for (day, who), n in answers.items() if day == moment.date()}
    return Trends(
        moment, _days(reader, since, answers), _ages(reader, moment), today, followers, delivered
    )


def _days(reader: Reader, since: datetime, answers: Mapping[tuple[date, str], int]) -> list[Day]:
    counted = {"received": _read(reader, since, "received"), "merged": _merged(reader, since)}
    counted["quarantined"] = _read(reader, since, "quarantined")
    every = [(since + timedelta(days=n)).date() for n in range(DAYS)]
    waiting = _waiting(reader, every[0])
    return [
        Day(
            day,
            **{name: found.get(day, 0) for name, found in counted.items()},
            answered=sum(n for (at, _), n in answers.items() if at == day),
            waiting=waiting.get(day),
        )
        for day in every
    ]


def _read(reader: Reader, since: datetime, name: str) -> dict[date, int]:
    """Rows of this name by the day their run began; what is received is counted where it is read."""
    c = run_count.c
    day = _day(run.c.started_at)
    known = sa.select(day.label("day"), sa.func.sum(c.value).label("n"))
    known = known.join_from(run, run_count, c.run_id == run.c.id)
    begun = _first_since(reader, run.c.id, run.c.started_at, since)
    known = known.where(run.c.id >= begun, run.c.started_at >= since, c.name == name)
    if name == "received":
        known = known.where(c.stage == "extract")
    return _by_day(reader, known.group_by(day))


def _merged(reader: Reader, since: datetime) -> dict[date, int]:
    c, day = change.c, _day(change.c.at)
    begun = _first_since(reader, c.pos, c.at, since)
    told = sa.select(day.label("day"), sa.func.count().label("n"))
    told = told.where(c.pos >= begun, c.at >= since, c.op == "merged", c.entity == "legal_entity")
    return _by_day(reader, told.group_by(day))


def _answers(reader: Reader, since: datetime) -> dict[tuple[date, str], int]:
    """Acts of people by day and person."""
    c, day = decision.c, _day(decision.c.created_at)
    begun = _first_since(reader, c.id, c.created_at, since)
    told = sa.select(day.label("day"), c.author, sa.func.count(c.act.distinct()).label("n"))
    told = told.where(
        c.id >= begun, c.created_at >= since, c.kind.in_(_ANSWERS), c.author_kind == "person"
    )
    rows = dicts(reader, told.group_by(day, c.author))
    return {(_date(row["day"]), str(row["author"])): int(row["n"]) for row in rows}


def _waiting(reader: Reader, since: date) -> dict[date, int]:
    """Pairs that waited, of the days on which that was noted."""
    c = review_day.c
    wanted = sa.select(c.day, c.waiting).where(c.day >= int(since.strftime("%Y%m%d")))
    return {
        datetime.strptime(str(row["day"]), "%Y%m%d").replace(tzinfo=UTC).date(): int(row["waiting"])
        for row in dicts(reader, wanted)
    }


def _ages(reader: Reader, now: datetime) -> dict[str, int]:
    """Waiting pairs by how long they wait; each bucket counted to a cap."""
    c = review_desk.c
    parts = []
    for name in reviews.AGES:
        some = sa.select(c.id).where(c.lane == desk.WAITING, *reviews.of_age(name, now))
        capped = some.limit(COUNT_CAP + 1).subquery()
        parts.append(sa.select(sa.func.count()).select_from(capped).scalar_subquery())
    row = reader.rows(sa.select(*parts))[0]
    return {name: int(n) for name, n in zip(reviews.AGES, row, strict=True)}


def _followers(reader: Reader, now: datetime) -> tuple[list[Follower], float | None]:
    head = feed.newest(reader)
    total = head + 1 - _first_since(reader, change.c.pos, change.c.at, now - WINDOW)
    total = max(0, total)

    def lag(position: int) -> dict[str, Any]:
        behind = max(0, head - position)
        share = 1 - min(behind, total) / total if total else 1.0
        return {"behind": behind, "waits_since": _waits_since(reader, position), "share": share}

    told = [
        Follower(
            one.name, "webhook", one.state, attempts=one.attempts, error=one.error,
            error_status=one.error_status, **lag(one.position),
        )
        for one in webhooks.listing(reader)
    ]  # fmt: skip
    asking = [
        Follower(one.name, "consumer", "active", **lag(one.position))
        for one in consumers.listing(reader)
    ]
    found = sorted([*told, *asking], key=lambda one: (-one.behind, one.name))
    return found, sum(one.share for one in found) / len(found) if found else None


def _waits_since(reader: Reader, position: int) -> datetime | None:
    """When the oldest change after a position came; None if there is none."""
    c = change.c
    found = first(reader, sa.select(c.at).where(c.pos > position).order_by(c.pos))
    return found["at"] if found else None


def _first_since(
    reader: Reader, key: sa.ColumnElement[Any], at: sa.ColumnElement[Any], moment: datetime
) -> int:
    """The first key from which on rows are no older; keys grow with time, so halving finds it by index."""
    newest = first(reader, sa.select(key.label("key")).order_by(key.desc()))
    low, high = 0, (newest["key"] if newest else 0) + 1
    while low < high:
        middle = (low + high) // 2
        told = sa.select(key.label("key"), at.label("at")).where(key >= middle)
        row = first(reader, told.order_by(key))
        if row is None or row["at"] >= moment:
            high = middle
        else:
            low = row["key"] + 1
    return low


def _day(at: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The number of a moment's day; a literal, so that PostgreSQL sees that the group is the column shown."""
    return sa.type_coerce(at, sa.BigInteger) // sa.literal_column(str(_DAY), sa.BigInteger)


def _by_day(reader: Reader, told: sa.Select[Any]) -> dict[date, int]:
    return {_date(row["day"]): int(row["n"]) for row in dicts(reader, told)}


def _date(number: int) -> date:
    return (_EPOCH + timedelta(days=int(number))).date()
