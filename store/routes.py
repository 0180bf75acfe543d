"""What the table of routing said of enquiries, only added to, and what it must know to say it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import Select, and_, func, or_, select

from store.bulk import append
from store.by_ref import of_values
from store.engine import Reader, Writer
from store.enquiries import COLUMNS, of_any_channel
from store.tables import STANDING_ENQUIRY, canonical, enquiry, enquiry_route
from store.types import INSTANT, TEXTS

_E, _R = enquiry.c, enquiry_route.c
ROUTE = {
    "channel": pl.String(), "thread": pl.String(), "message_id": pl.String(), "version": pl.Int64(),
    "line": pl.Int64(), "owner": pl.String(), "unit": pl.String(), "why": TEXTS, "at": INSTANT,
}  # fmt: skip


def add(writer: Writer, routes: pl.DataFrame, now: datetime) -> int:
    """Keep routes (`ROUTE` without `at`), tied to the first messages of their enquiries; how many."""
    if routes.is_empty():
        return 0
    last = writer.next("enquiry_route", routes.height)
    numbered = routes.with_columns(
        pl.int_range(last - routes.height + 1, last + 1, dtype=pl.Int64).alias("id"),
        pl.lit(now).cast(INSTANT).alias("at"),
    )
    return append(writer, enquiry_route, numbered)


def of_threads(reader: Reader, threads: Sequence[str] | None = None) -> pl.DataFrame:
    """id and `ROUTE` of every enquiry, or of those of some conversations, in the order they were made."""
    wanted = select(_R.id, *(_R[name] for name in ROUTE))
    if threads is None:
        return reader.frame(wanted.order_by(_R.id))
    told = wanted.where(of_any_channel(enquiry_route))
    return of_values(reader, told, _R.thread, threads).sort("id")


Place = tuple[datetime, str]


def unrouted(reader: Reader, after: Place | None = None, limit: int | None = None) -> pl.DataFrame:
    """Enquiries that are not over, that nobody has and that no table has seen, oldest first.

    `after`: the began_at and id of the last that was seen.
    """
    free = and_(_E.owner.is_(None), _E.unit.is_(None), _E.route.is_(None))
    wanted = select(*COLUMNS).where(STANDING_ENQUIRY, free).order_by(_E.began_at, _E.id)
    if after is not None:
        began, last = after
        wanted = wanted.where(_E.began_at >= began, or_(_E.began_at > began, _E.id > last))
    return reader.frame(wanted.limit(limit))


def newest(reader: Reader, limit: int) -> pl.DataFrame:
    """The newest enquiries, whatever became of them."""
    return reader.frame(select(*COLUMNS).order_by(_E.began_at.desc(), _E.id.desc()).limit(limit))


def newest_topics(reader: Reader, limit: int) -> pl.DataFrame:
    """subject, opening, topic and topic_by of the newest enquiries that are written."""
    wanted = select(_E.subject, _E.opening, _E.topic, _E.topic_by)
    told = wanted.order_by(_E.began_at.desc(), _E.id.desc()).limit(limit)
    return reader.frame(told.where(_E.channel != "call"))


def load(reader: Reader) -> pl.DataFrame:
    """owner and open: how many enquiries that are not over each person has."""
    counted = select(_E.owner, func.count().label("open")).where(STANDING_ENQUIRY)
    return reader.frame(counted.where(_E.owner.is_not(None)).group_by(_E.owner))


def staff(reader: Reader) -> pl.DataFrame:
    """login, key, connection, department and standing of everybody the directory knows or knew."""
    e = canonical["employee"].c
    wanted: Select[tuple[object, ...]] = select(
        e.login, e.key, e.connection, e.department, e.status, e.deleted, e.expires_at
    )
    return reader.frame(wanted.where(e.login.is_not(None)))


def at_work(reader: Reader, now: datetime) -> pl.DataFrame:
    """Those of `staff` whose account is in use, with `owner`: the login in small letters."""
    expired = (pl.col("expires_at") <= now).fill_null(value=False)
    works = (pl.col("status") == "active") & ~pl.col("deleted") & ~expired
    people = staff(reader).with_columns(pl.col("login").str.to_lowercase().alias("owner"))
    return people.filter(works.fill_null(value=False))


def departments(reader: Reader) -> dict[str, str]:
    """Departments of the directory: name in small letters → as it is spelled."""
    d, e = canonical["department"].c, canonical["employee"].c
    named = select(d.name).where(d.deleted.is_(False), d.name.is_not(None))
    carded = select(e.department).where(e.deleted.is_(False), e.department.is_not(None))
    rows = [*reader.rows(named.distinct()), *reader.rows(carded.distinct())]
    return {name.lower(): name for name in sorted((str(row[0]) for row in rows), reverse=True)}


def groups(reader: Reader) -> pl.DataFrame:
    """connection, key, name and members of the directory's groups."""
    g = canonical["staff_group"].c
    wanted = select(g.connection, g.key, g.name, g.members).where(g.deleted.is_(False))
    return reader.frame(wanted)
