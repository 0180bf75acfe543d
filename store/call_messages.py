"""Calls as messages of their number's conversation: missed ones, those that answered them, unknown callers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Select, and_, false, func, literal, or_, select

from store.bulk import append
from store.by_ref import of_values
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import call, enquiry, unknown_caller

_C = call.c
_BACK = call.alias("back")
# A slip of dialling asks for nothing, and a hidden number cannot be called back.
_LOST = and_(_C.missed.is_not(None), _C.missed != "short", _C.phone.is_not(None))
# What a better source tells too asks once.
_COUNTS = _C.same_as.is_(None)
_ASKED = and_(_LOST, _COUNTS)
CHANNEL = "call"


def newest(reader: Reader) -> int:
    """The stamp of the last call written; 0 without any."""
    return int(reader.scalar(select(func.max(_C.seq))) or 0)


def changed(reader: Reader, since_seq: int) -> list[str]:
    """The conversations (numbers) of which a missed call was written since, or whose call is no more."""
    asked = or_(_LOST, _C.id.in_(select(unknown_caller.c.call_id)))
    fresh = select(_C.phone).where(_C.seq > since_seq, asked).distinct()
    e = enquiry.c
    gone = (
        select(e.thread)
        .distinct()
        .where(e.channel == CHANNEL, ~select(_C.id).where(_C.id == e.message_id).exists())
    )
    return sorted({str(one) for query in (fresh, gone) for (one,) in reader.rows(query)})


def messages(reader: Reader, threads: Sequence[str], *, missed: bool = True) -> pl.DataFrame:
    """A message for each missed call, each call that answered one, and each of an unknown caller.

    Of some numbers. A call that answered a missed one asks for nothing itself.
    """
    parts = [
        of_values(reader, query, _C.phone, threads)
        for query in (*((_missed(), _answers()) if missed else ()), _unknown())
    ]
    return pl.concat(parts, how="vertical_relaxed").unique(
        "message_id", keep="first", maintain_order=True
    )


def counted(
    reader: Reader, threads: Sequence[str] | None = None, *, missed: bool = True
) -> pl.DataFrame:
    """thread, count and first (when) of the `messages` of all numbers or of some."""
    parts = []
    for query in (*((_missed(),) if missed else ()), _unknown()):
        one = query.subquery()
        told = select(
            one.c.thread, func.count().label("count"), func.min(one.c.sent_at).label("first")
        )
        wanted = told.group_by(one.c.thread)
        parts.append(
            reader.frame(wanted) if threads is None
            else of_values(reader, wanted, one.c.thread, threads)
        )  # fmt: skip
    return pl.concat(parts, how="vertical_relaxed")


def _missed() -> Select[Any]:
    return select(*_as(call, "inbound", _C.started_at), _C.did.label("box")).where(_ASKED)


def unnoted(reader: Reader, since_seq: int, talked: int) -> pl.DataFrame:
    """id and phone of calls from outside, taken for so many seconds, written after `since_seq`."""
    wanted = select(_C.id, _C.phone).where(
        _C.seq > since_seq, _C.direction == "inbound", _C.answered, _C.phone.is_not(None),
        _C.talk_s >= talked, _C.id.not_in(select(unknown_caller.c.call_id)), _COUNTS,
    )  # fmt: skip
    return reader.frame(wanted)


def note(writer: Writer, ids: Sequence[str], now: datetime | None = None) -> None:
    """Keep that these calls were of callers whom nobody knew."""
    moment = now or utc_now()
    rows = pl.DataFrame({"call_id": ids}, schema={"call_id": pl.String}).with_columns(
        pl.lit(moment, pl.Datetime("us", "UTC")).alias("seen_at")
    )
    append(writer, unknown_caller, rows)


def _unknown() -> Select[Any]:
    noted = select(unknown_caller.c.call_id)
    return select(*_as(call, "inbound", _C.started_at), _C.did.label("box")).where(
        _C.id.in_(noted), _COUNTS
    )


def _answers() -> Select[Any]:
    """A call back, or a later call of theirs that somebody took: either way they were spoken with."""
    spoken = func.coalesce(_BACK.c.answered_at, _BACK.c.started_at)
    columns = (*_as(_BACK, "outbound", spoken), _C.did.label("box"))
    return select(*columns).join(_BACK, _BACK.c.id == _C.closed_by).where(_ASKED)


def _as(table: Any, direction: str, at: Any) -> tuple[Any, ...]:
    c = table.c
    told = {
        "connection": c.connection, "stream": literal("calls"), "key": c.id, "message_id": c.id,
        "channel": literal(CHANNEL), "direction": literal(direction), "nature": literal("message"),
        "deleted": false(), "sent_at": at, "thread": _C.phone, "sender_phone": _C.phone,
    }  # fmt: skip
    return tuple(column.label(name) for name, column in told.items())
