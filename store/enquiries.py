"""Enquiries, written by difference, and what people decided of them, which is only added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args

import polars as pl
from sqlalchemy import ColumnElement, Select, func, insert, or_, select

from schemas.canonical.messages import Channel
from schemas.enquiries import ACT, Conversion, enquiry_columns
from store.assembled import save_assembled
from store.bulk import Written, delete_keys
from store.by_ref import of_values
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import canonical, chat_token, enquiry, enquiry_act

_MESSAGE = canonical["message"]
_CHANNELS = get_args(Channel)
_BECAME = tuple(f"deal_{one.name}" for one in fields(Conversion))
COLUMNS = [enquiry.c[name] for name in enquiry_columns()]
SAID = ("id", "channel", "thread", "message_id", "value")
_UNREAD = ("quoted", "signature", "recipients", "references", "issues", "hash", "seq")
_NEEDED = [column for column in _MESSAGE.c if column.name not in _UNREAD]


def save(writer: Writer, enquiries: pl.DataFrame) -> Written:
    """Store enquiries (`enquiry_columns()`) that are new or differ; a changed one's version grows by 1."""
    return save_assembled(writer, enquiry, enquiries, enquiry_columns())


def remove(writer: Writer, ids: pl.Series) -> int:
    """Drop enquiries none of whose messages is left; how many."""
    return delete_keys(writer, enquiry, pl.DataFrame({"id": ids}))


def load(reader: Reader) -> pl.DataFrame:
    """Every enquiry, in the order of ids."""
    return reader.frame(select(*COLUMNS).order_by(enquiry.c.id))


def find(reader: Reader, enquiry_id: str) -> dict[str, Any] | None:
    """One enquiry by id."""
    found = reader.rows(select(enquiry).where(enquiry.c.id == enquiry_id))
    return dict(found[0]._mapping) if found else None


def of_threads(reader: Reader, threads: Sequence[str]) -> pl.DataFrame:
    """The enquiries of these conversations."""
    wanted = select(*COLUMNS).where(of_any_channel(enquiry))
    return of_values(reader, wanted, enquiry.c.thread, threads)


def of_any_channel(table: Any) -> ColumnElement[bool]:
    """Holds for every row; by it the indexes of conversations are used, which begin with the channel."""
    known: ColumnElement[bool] = table.c.channel.in_(_CHANNELS)
    return known


def of_senders(
    reader: Reader, key: str, values: Sequence[str], since: datetime, until: datetime
) -> pl.DataFrame:
    """The enquiries of a time with one of these values of `key`: sender_phone, sender_email or inn."""
    wanted = select(*COLUMNS).where(enquiry.c.began_at.between(since, until))
    return of_values(reader, wanted, enquiry.c[key], values)


def counted(reader: Reader, threads: Sequence[str] | None = None) -> pl.DataFrame:
    """thread, count and first (when) of the messages of all conversations, or of some.

    A conversation that left an enquiry and no message has a count, too: its enquiry is to be looked at.
    """
    return pl.concat(
        _counted(reader, table, moment, threads)
        for table, moment in ((_MESSAGE, _MESSAGE.c.sent_at), (enquiry, enquiry.c.began_at))
    )


def _counted(
    reader: Reader, table: Any, moment: ColumnElement[Any], threads: Sequence[str] | None
) -> pl.DataFrame:
    wanted = select(table.c.thread, func.count().label("count"), func.min(moment).label("first"))
    grouped = wanted.where(of_any_channel(table)).group_by(table.c.thread)
    if threads is None:
        return reader.frame(grouped)
    return of_values(reader, grouped, table.c.thread, threads)


def changed_threads(reader: Reader, since_seq: int) -> list[str]:
    """The conversations of which a message was written after `since_seq`, by all names they have."""
    fresh = select(_MESSAGE.c.thread).where(_MESSAGE.c.seq > since_seq).distinct()
    return with_moves(reader, [row.thread for row in reader.rows(fresh)])


def with_moves(reader: Reader, threads: Sequence[str]) -> list[str]:
    """The conversations and those that moved into or out of them, however often."""
    pairs = moves(reader)
    found, size = set(threads), -1
    while len(found) > size:
        size = len(found)
        found |= {name for pair in pairs if found & set(pair) for name in pair}
    return sorted(found)


def moves(reader: Reader) -> list[tuple[str, str]]:
    """The conversations that became others, each with what it became."""
    wanted = select(_MESSAGE.c.thread, _MESSAGE.c.moved_to).where(_MESSAGE.c.moved_to.is_not(None))
    return [(row.thread, row.moved_to) for row in reader.rows(wanted.distinct())]


def messages(reader: Reader, threads: Sequence[str]) -> pl.DataFrame:
    """What assembly needs of every message of some conversations."""
    wanted = select(*_NEEDED).where(of_any_channel(_MESSAGE))
    return of_values(reader, wanted, _MESSAGE.c.thread, threads)


def acts(reader: Reader, threads: Sequence[str]) -> pl.DataFrame:
    """What people decided (`ACT`) of the enquiries of some conversations."""
    wanted = select(*(enquiry_act.c[name] for name in ACT)).where(of_any_channel(enquiry_act))
    return of_values(reader, wanted, enquiry_act.c.thread, threads)


def said_topics(reader: Reader) -> pl.DataFrame:
    """id, channel, thread, message_id and value of every topic that people said, in the order they did."""
    wanted = select(*(enquiry_act.c[name] for name in SAID)).where(enquiry_act.c.field == "topic")
    return reader.frame(wanted.order_by(enquiry_act.c.id))


def texts(reader: Reader, threads: Sequence[str]) -> pl.DataFrame:
    """channel, thread, message_id, subject and body of each message of some conversations, once."""
    names = ("channel", "thread", "message_id", "subject", "body", "key")
    wanted = select(*(_MESSAGE.c[name] for name in names)).where(
        _MESSAGE.c.deleted.is_(False), of_any_channel(_MESSAGE)
    )
    found = of_values(reader, wanted, _MESSAGE.c.thread, threads).sort(names, nulls_last=True)
    return found.unique(names[:3], keep="first", maintain_order=True).drop("key")


def decide(
    writer: Writer, anchor: tuple[str, str, str], field: str, value: str | None, *,
    author: str, note: str | None = None, now: datetime | None = None,
) -> int:  # fmt: skip
    """Add a decision on the enquiry whose first message is `anchor`; its number.

    `anchor`: the channel, the first of the enquiry's `threads`, and its `message_id`.
    """
    number = writer.next("enquiry_act")
    channel, thread, message_id = anchor
    told = {
        "id": number, "channel": channel, "thread": thread, "message_id": message_id, "field": field,
        "value": value, "note": note, "author": author, "at": now or utc_now(),
    }  # fmt: skip
    writer.execute(insert(enquiry_act).values(**told))
    return number


def conversion(reader: Reader, row: Mapping[str, Any]) -> Conversion | None:
    """What an enquiry (a row of the table) became, by the last word on it; None if nothing yet."""
    a, m = enquiry_act.c, _MESSAGE.c
    own = select(m.message_id).where(
        m.channel == row["channel"], m.thread.in_(row["threads"] or []),
        m.sent_at.between(row["began_at"], row["last_at"]),
    )  # fmt: skip
    wanted = select(a.field, a.value).where(
        a.channel == row["channel"], a.thread.in_(row["threads"] or []), a.field.in_(_BECAME),
        or_(a.message_id == row["message_id"], a.message_id.in_(own)),
    )  # fmt: skip
    told = {row.field: row.value for row in reader.rows(wanted.order_by(a.id))}
    return Conversion(*(str(told[name]) for name in _BECAME)) if told else None


def bound_chats(reader: Reader, threads: Sequence[str]) -> pl.DataFrame:
    """thread and contact_id of the chats that were bound by a link, the last binding last."""
    wanted: Select[tuple[str, str]] = select(
        chat_token.c.used_by.label("thread"), chat_token.c.contact_id
    ).where(chat_token.c.used_by.is_not(None))
    ordered = wanted.order_by(chat_token.c.used_at, chat_token.c.digest)
    return of_values(reader, ordered, chat_token.c.used_by, threads)
