"""What heads of sales and of contact centres ask of calls: operators, queues, hours, and what was lost.

Lengths are whole seconds. A day is one of the reader's zone. Every figure counts what began within the
period; of working time it takes what lies within.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import sqlalchemy as sa

from store.engine import Reader
from store.tables import agent_session, call, call_stage
from store.views.holders import holders

LONGEST = 92  # days of one report
_MINUTE = 60_000_000
_STAGE, _CALL = call_stage.c, call.c
# What a better source tells too counts once.
_COUNTS = _CALL.same_as.is_(None)
_LONGEST_CALL = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `first` to `last`, both included, of a zone."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        """The beginning."""
        return datetime.combine(self.first, time(), self.zone).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """The moment after the end."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone).astimezone(UTC)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period: one row per operator, per queue, per hour of the day and per day."""

    operators: pl.DataFrame
    queues: pl.DataFrame
    hours: pl.DataFrame
    days: pl.DataFrame
    total: dict[str, float | int | None]


def report(reader: Reader, period: Period, within: int, after_call: str, now: datetime) -> Report:
    """The report of a period; `within` seconds is an answer in time, `now` ends what still lasts.

    `after_call` is the pattern of pauses that are work after a call.
    """
    moments = _moments(reader, period)
    queues = _queues(reader, period, within)
    rest = _rest(_sessions(reader, period), after_call)
    return Report(
        _named(reader, operators(_worked(reader, period), rest, period, now), period),
        queues,
        _by(moments, "hour"),
        _by(moments, "day"),
        _total(reader, period, queues),
    )


def _within(column: sa.ColumnElement[datetime], period: Period) -> sa.ColumnElement[bool]:
    return sa.and_(column >= period.since, column < period.until)


def _of_counted(period: Period) -> sa.ColumnElement[bool]:
    """Stages of calls that no better source tells; a stage lies within a day of its call's beginning."""
    begun = _CALL.started_at.between(period.since - _LONGEST_CALL, period.until)
    return _STAGE.call.not_in(sa.select(_CALL.id).where(_CALL.same_as.is_not(None), begun))


def _worked(reader: Reader, period: Period) -> pl.DataFrame:
    """`employee`, `kind`, `done` → `calls`, `stages`, `seconds`."""
    wanted = (
        sa.select(
            _STAGE.employee, _STAGE.kind, _STAGE.done,
            sa.func.count(_STAGE.call.distinct()).label("calls"),
            sa.func.count().label("stages"),
            sa.type_coerce(sa.func.sum(_STAGE.seconds), sa.BigInteger).label("seconds"),
        )
        .where(_within(_STAGE.started_at, period), _STAGE.employee.is_not(None), _of_counted(period))
        .group_by(_STAGE.employee, _STAGE.kind, _STAGE.done)
    )  # fmt: skip
    return reader.frame(wanted).with_columns(pl.col("seconds").cast(pl.Int64))


def _sessions(reader: Reader, period: Period) -> pl.DataFrame:
    own = agent_session.c
    lasting = sa.or_(own.ended_at.is_(None), own.ended_at > period.since)
    names = [own[name] for name in ("agent", "kind", "reason", "started_at", "ended_at")]
    return reader.frame(sa.select(*names).where(own.started_at < period.until, lasting))


def _rest(sessions: pl.DataFrame, after_call: str) -> pl.DataFrame:
    """Sessions without pauses that are work."""
    work = pl.col("reason").str.to_lowercase().str.contains(after_call).fill_null(value=False)
    return sessions.filter((pl.col("kind") != "paused") | ~work)


def operators(
    worked: pl.DataFrame, sessions: pl.DataFrame, period: Period, now: datetime
) -> pl.DataFrame:
    """One row per operator, whoever was on duty without a call too: calls, talk, hold, time on duty, occupancy.

    Talk contains the hold. Occupancy is talk and work after calls in the time on duty less pauses of
    other kinds; unknown for whom the switch keeps no sessions.
    """

    def taken(kind: str, what: str, name: str, *, done: bool = True) -> pl.Expr:
        chosen = (pl.col("kind") == kind) & (pl.col("done") == done)
        return pl.col(what).filter(chosen).sum().alias(name)

    by_person = worked.group_by(pl.col("employee").alias("agent")).agg(
        taken("talk", "calls", "answered"),
        taken("ring", "stages", "unanswered", done=False),
        taken("talk", "seconds", "talk_s"),
        taken("ring", "seconds", "ring_s"),
        taken("ring", "stages", "rings"),
        taken("hold", "seconds", "hold_s"),
        taken("after_call", "seconds", "after_s"),
    )
    counted = [name for name in by_person.columns if name != "agent"]
    whole = by_person.join(_duty(sessions, period, now), on="agent", how="full", coalesce=True)
    whole = whole.with_columns(pl.col(counted).fill_null(0))
    free = pl.col("duty_s") - pl.col("paused_s")
    busy = pl.col("talk_s") + pl.col("after_s")
    return whole.with_columns(
        _mean("talk_s", "answered").alias("mean_talk_s"),
        _mean("ring_s", "rings").alias("mean_ring_s"),
        pl.when(free > 0).then((busy / free).clip(0, 1)).alias("occupancy"),
    ).sort(pl.col("answered"), "agent", descending=[True, False])


def _named(reader: Reader, found: pl.DataFrame, period: Period) -> pl.DataFrame:
    """With the `name` of whose extension it was; of one that passed on, the names in the order of time."""
    known = holders(reader, found["agent"])
    names = {
        extension: " → ".join(known.during(extension, period.since, period.until)) or None
        for extension in found["agent"].drop_nulls()
    }
    whose = pl.col("agent").replace_strict(names, default=None, return_dtype=pl.String)
    return found.with_columns(whose.alias("name"))


def _mean(sum_: str, of: str) -> pl.Expr:
    return pl.when(pl.col(of) > 0).then((pl.col(sum_) / pl.col(of)).round().cast(pl.Int64))


def _duty(sessions: pl.DataFrame, period: Period, now: datetime) -> pl.DataFrame:
    """`agent` → `duty_s` and `paused_s` (pauses that are no work after a call), within the period."""
    until = min(period.until, max(now, period.since))
    inside = sessions.with_columns(
        pl.max_horizontal("started_at", pl.lit(period.since)).alias("a"),
        pl.min_horizontal(pl.col("ended_at").fill_null(until), pl.lit(until)).alias("b"),
    ).filter(pl.col("b") > pl.col("a"))
    union = _union(inside.sort("agent", "kind", "a"))
    return union.group_by("agent").agg(
        pl.col("seconds").filter(pl.col("kind") == "on_duty").sum().alias("duty_s"),
        pl.col("seconds").filter(pl.col("kind") == "paused").sum().alias("paused_s"),
    )


def _union(spans: pl.DataFrame) -> pl.DataFrame:
    """Whoever is on duty in two queues at once works once."""
    by = ["agent", "kind"]
    before = pl.col("b").cum_max().shift(1).over(by)
    opens = (before.is_null() | (pl.col("a") > before)).cum_sum().over(by)
    islands = spans.with_columns(opens.alias("island")).group_by(*by, "island")
    length = (pl.col("b").max() - pl.col("a").min()).dt.total_seconds()
    return islands.agg(length.alias("seconds"))


def _queues(reader: Reader, period: Period, within: int) -> pl.DataFrame:
    """One row per queue: offered, answered, in time, given up, waiting; and the share served in time."""
    one = sa.literal(1)
    in_time = sa.and_(_STAGE.done, _STAGE.seconds <= within)
    lengths = (_STAGE.done, sa.not_(_STAGE.done))
    wanted = (
        sa.select(
            _STAGE.queue,
            sa.func.count().label("offered"),
            sa.func.count(sa.case((_STAGE.done, one))).label("answered"),
            sa.func.count(sa.case((in_time, one))).label("in_time"),
            *(
                sa.type_coerce(
                    sa.func.coalesce(sa.func.sum(sa.case((done, _STAGE.seconds))), 0), sa.BigInteger
                ).label(name)
                for done, name in zip(lengths, ("waited_s", "lost_s"), strict=True)
            ),
            sa.func.max(_STAGE.seconds).label("longest_s"),
        )
        .where(_within(_STAGE.started_at, period), _STAGE.kind == "queue", _of_counted(period))
        .group_by(_STAGE.queue)
    )
    found = reader.frame(wanted).with_columns(pl.col("waited_s", "lost_s").cast(pl.Int64))
    lost = pl.col("offered") - pl.col("answered")
    return found.with_columns(
        lost.alias("abandoned"),
        (pl.col("in_time") / pl.col("offered")).alias("service_level"),
        (lost / pl.col("offered")).alias("abandon_rate"),
        _mean("waited_s", "answered").alias("mean_wait_s"),
    ).sort("offered", "queue", descending=[True, False])


def _moments(reader: Reader, period: Period) -> pl.DataFrame:
    """Calls by the minute they began, direction and whether lost; `hour` and `day` of the zone."""
    whole = sa.type_coerce(_CALL.started_at, sa.BigInteger)
    quarter = (whole - whole % (15 * _MINUTE)).label("at")
    lost = sa.and_(_CALL.missed.is_not(None), _CALL.missed != "short").label("lost")
    wanted = (
        sa.select(quarter, _CALL.direction, lost, sa.func.count().label("calls"))
        .where(_within(_CALL.started_at, period), _COUNTS)
        .group_by(quarter, _CALL.direction, lost)
    )
    instant = pl.col("at").cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    local = instant.dt.convert_time_zone(period.zone.key)
    return reader.frame(wanted).with_columns(
        local.dt.hour().cast(pl.Int64).alias("hour"),
        local.dt.date().alias("day"),
        pl.col("lost").cast(pl.Boolean),
    )


def _by(moments: pl.DataFrame, name: str) -> pl.DataFrame:
    def of(direction: str) -> pl.Expr:
        return pl.col("calls").filter(pl.col("direction") == direction).sum().alias(direction)

    lost = pl.col("calls").filter("lost").sum().alias("missed")
    return (
        moments.group_by(name).agg(of("inbound"), of("outbound"), of("internal"), lost).sort(name)
    )


def _total(reader: Reader, period: Period, queues: pl.DataFrame) -> dict[str, float | int | None]:
    """The figures of the whole period; those of queues are null where no queue told anything."""
    inbound = _CALL.direction == "inbound"
    lost = sa.and_(_CALL.missed.is_not(None), _CALL.missed != "short")
    taken = sa.and_(inbound, _CALL.answered)
    one = sa.literal(1)
    counts = {
        "inbound": inbound, "outbound": _CALL.direction == "outbound", "answered": taken,
        "missed": lost, "closed": sa.and_(lost, _CALL.closed_by.is_not(None)),
        "off_hours": _CALL.missed == "off_hours",
    }  # fmt: skip
    wanted = sa.select(
        *(sa.func.count(sa.case((what, one))).label(name) for name, what in counts.items()),
        sa.func.avg(sa.case((taken, _CALL.wait_s))).label("mean_wait_s"),
        sa.func.avg(sa.case((_CALL.answered, _CALL.talk_s))).label("mean_talk_s"),
        sa.func.avg(sa.case((lost, _CALL.closed_after_s))).label("mean_closed_s"),
    ).where(_within(_CALL.started_at, period), _COUNTS)
    row = reader.rows(wanted)[0]._mapping
    told: dict[str, float | int | None] = {name: int(row[name]) for name in counts}
    means = ("mean_wait_s", "mean_talk_s", "mean_closed_s")
    told |= {name: None if row[name] is None else round(float(row[name])) for name in means}
    offered = int(queues["offered"].sum())
    shares = {"service_level": "in_time", "abandon_rate": "abandoned"}
    told |= {n: int(queues[of].sum()) / offered if offered else None for n, of in shares.items()}
    return told
