"""The desk: the open pairs with what a steward chooses among them by, kept in step with `review_pair`.

Matching knows nothing of it: since when a pair waits, who put it off and what it is worth depend on the
way things went, and its answer must not.
"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update

from schemas.content import content_hash
from schemas.evidence import worth
from store.bulk import append, delete_keys, update_changed
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import deferral, review_day, review_desk, review_pair

WAITING, LATER, AUDIT, SECOND = LANES = ("wait", "later", "audit", "second")
RECORD = ("connection", "stream", "key")
SIDES = ("left", "right")
KEY = ("entity", "rule", *(f"{side}_{name}" for side in SIDES for name in RECORD))
_COPIED = ("severity", "reason", "score", "seq")
_DESK, _PAIR = review_desk.c, review_pair.c


def follow(writer: Writer, now: datetime | None = None) -> int:
    """Make the desk hold the open pairs and no others; how many rows were written or dropped.

    A pair that changed since it was put off waits again.
    """
    told = [_PAIR[name] for name in (*KEY, *_COPIED)]
    pairs = writer.frame(select(*told).where(_PAIR.state == "open"))
    pairs = pairs.with_columns(content_hash(pairs.schema, KEY).alias("id"))
    known = ("id", "lane", "value", "seq")
    desk = writer.frame(select(*(_DESK[name] for name in known)))
    gone = desk.join(pairs, on="id", how="anti").select("id")
    both = pairs.join(desk.rename({"seq": "seen"}), on="id", how="left")
    new = both.filter(pl.col("seen").is_null()).drop("seen", "lane", "value")
    other = both.filter(pl.col("seen") != pl.col("seq"))
    home = pl.when(rule="audit").then(pl.lit(AUDIT)).otherwise(pl.lit(WAITING))
    again = pl.when(lane=LATER).then(home).otherwise("lane").alias("lane")
    changed = other.with_columns(again, worth())
    append(writer, review_desk, _laid(new, now or utc_now()))
    update_changed(writer, review_desk, changed.select("id", *_COPIED, "lane", "worth"), ("id",))
    return delete_keys(writer, review_desk, gone) + new.height + changed.height


def _laid(new: pl.DataFrame, now: datetime) -> pl.DataFrame:
    audit = pl.col("rule") == AUDIT
    places = [pl.concat_str(f"{s}_connection", f"{s}_stream", separator="/") for s in SIDES]
    since = int(now.timestamp() * 1_000_000)
    return new.with_columns(
        pl.concat_str(pl.min_horizontal(places), pl.max_horizontal(places), separator=" ~ ").alias("sources"),
        pl.when(audit).then(pl.lit(AUDIT)).otherwise(pl.lit(WAITING)).alias("lane"),
        pl.lit("").alias("pattern"),
        pl.lit("").alias("assignee"),
        pl.lit(1, pl.Int64).alias("value"),
        pl.lit(since, pl.Int64).alias("since"),
    ).with_columns(worth())  # fmt: skip


def out_of_step(reader: Reader) -> bool:
    """Whether the desk holds other pairs than those that are open, as after an upgrade of the store."""
    pairs = select(func.count(), func.max(_PAIR.seq)).where(_PAIR.state == "open")
    desk = select(func.count(), func.max(_DESK.seq))
    return [tuple(row) for row in reader.rows(pairs)] != [tuple(row) for row in reader.rows(desk)]


def of_records(left: str, right: str) -> ColumnElement[bool]:
    """Rows of the desk about two party records (connection/stream/key), whichever way round."""
    return and_(
        _DESK.entity == "party",
        or_(
            *(
                and_(
                    *(
                        _DESK[f"{side}_{name}"] == value
                        for side, ref in zip(SIDES, pair, strict=True)
                        for name, value in zip(RECORD, ref.split("/", 2), strict=True)
                    )
                )
                for pair in ((left, right), (right, left))
            )
        ),
    )


def clear(writer: Writer, left: str, right: str) -> int:
    """Take the pair of two records off the desk; how many rows that was."""
    return writer.execute(delete(review_desk).where(of_records(left, right)))


def move(writer: Writer, left: str, right: str, lane: str) -> int:
    """Put the pair of two records into a lane; how many rows changed."""
    elsewhere = and_(of_records(left, right), _DESK.lane != lane)
    return writer.execute(update(review_desk).values(lane=lane).where(elsewhere))


def put_off(writer: Writer, left: str, right: str, by: str, now: datetime | None = None) -> bool:
    """A person leaves a pair for later; False if it does not wait, or was put off before."""
    if not move(writer, left, right, LATER):
        return False
    told = {"id": writer.next("deferral"), "left_ref": left, "right_ref": right, "author": by}
    writer.execute(deferral.insert().values(**told, created_at=now or utc_now()))
    return True


def take_up(writer: Writer, left: str, right: str) -> int:
    """What was put off waits again."""
    later = and_(of_records(left, right), _DESK.lane == LATER)
    return writer.execute(update(review_desk).values(lane=_home()).where(later))


def take_back(writer: Writer, left: str, right: str) -> int:
    """What was proposed to a second person waits again."""
    proposed = and_(of_records(left, right), _DESK.lane == SECOND)
    return writer.execute(update(review_desk).values(lane=_home()).where(proposed))


def _home() -> ColumnElement[str]:
    """The lane of a pair about which nothing was said."""
    return case((_DESK.rule == AUDIT, AUDIT), else_=WAITING)


def unweighed(reader: Reader, *, every: bool = False) -> pl.DataFrame:
    """The pairs of parties whose worth is not known yet, or all of them: id, keys, severity, score, seq."""
    old = or_(_DESK.weighed.is_(None), _DESK.weighed != _DESK.seq)
    told = [
        _DESK[name]
        for name in ("id", *KEY[2:], "severity", "score", "seq", "value", "pattern", "weighed")
    ]
    wanted = select(*told).where(_DESK.entity == "party")
    return reader.frame(wanted if every else wanted.where(old))


def save_weights(writer: Writer, weighed: pl.DataFrame) -> int:
    """Store id, value, pattern, worth and weighed (the `seq` they are of) of pairs that still wait."""
    return update_changed(writer, review_desk, weighed, ("id",))


def note_day(writer: Writer, now: datetime | None = None) -> None:
    """Remember how many pairs wait today, and how many were put off."""
    day = int((now or utc_now()).astimezone(UTC).strftime("%Y%m%d"))
    counts = {
        row.lane: int(row.n)
        for row in writer.rows(select(_DESK.lane, func.count().label("n")).group_by(_DESK.lane))
    }
    row = {
        "day": day,
        "waiting": sum(counts.values()) - counts.get(LATER, 0),
        "put_off": counts.get(LATER, 0),
    }
    writer.upsert(review_day, pl.DataFrame([row]), ("day",))
