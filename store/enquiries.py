"""Enquiries, written by difference, and what people decided of them, which is only added to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Select, insert, select

from schemas.enquiries import ACT, enquiry_columns
from store.assembled import save_assembled
from store.bulk import Written, delete_keys
from store.by_ref import of_values
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import canonical, chat_token, enquiry, enquiry_act

_MESSAGE = canonical["message"]
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
    return of_values(reader, select(*COLUMNS), enquiry.c.thread, threads)


def of_senders(reader: Reader, key: str, values: Sequence[str]) -> pl.DataFrame:
    """The enquiries with one of these values of `key`: sender_phone, sender_email or inn."""
    return of_values(reader, select(*COLUMNS), enquiry.c[key], values)


def changed_threads(reader: Reader, since_seq: int) -> list[str]:
    """The conversations of which a message was written after `since_seq`, by all names they have."""
    fresh = select(_MESSAGE.c.thread).where(_MESSAGE.c.seq > since_seq).distinct()
    return with_moves(reader, [row.thread for row in reader.rows(fresh)])


def with_moves(reader: Reader, threads: Sequence[str]) -> list[str]:
    """The conversations and those that moved into or out of them, however often."""
    moves = select(_MESSAGE.c.thread, _MESSAGE.c.moved_to).where(_MESSAGE.c.moved_to.is_not(None))
    pairs = [(row.thread, row.moved_to) for row in reader.rows(moves.distinct())]
    found, size = set(threads), -1
    while len(found) > size:
        size = len(found)
        found |= {name for pair in pairs if found & set(pair) for name in pair}
    return sorted(found)


def messages(reader: Reader, threads: Sequence[str] | None = None) -> pl.DataFrame:
    """What assembly needs of every message, or of those of some conversations."""
    wanted = select(*_NEEDED)
    if threads is None:
        return reader.frame(wanted)
    return of_values(reader, wanted, _MESSAGE.c.thread, threads)


def acts(reader: Reader, threads: Sequence[str] | None = None) -> pl.DataFrame:
    """What people decided (`ACT`) of every enquiry, or of those of some conversations."""
    wanted = select(*(enquiry_act.c[name] for name in ACT))
    if threads is None:
        return reader.frame(wanted)
    return of_values(reader, wanted, enquiry_act.c.thread, threads)


def said_topics(reader: Reader) -> pl.DataFrame:
    """id, channel, thread, message_id and value of every topic that people said, in the order they did."""
    wanted = select(*(enquiry_act.c[name] for name in SAID)).where(enquiry_act.c.field == "topic")
    return reader.frame(wanted.order_by(enquiry_act.c.id))


def texts(reader: Reader, threads: Sequence[str]) -> pl.DataFrame:
    """channel, thread, message_id, subject and body of each message of some conversations, once."""
    names = ("channel", "thread", "message_id", "subject", "body", "key")
    wanted = select(*(_MESSAGE.c[name] for name in names)).where(_MESSAGE.c.deleted.is_(False))
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


def bound_chats(reader: Reader, threads: Sequence[str] | None = None) -> pl.DataFrame:
    """thread and contact_id of the chats that were bound by a link, the last binding last."""
    wanted: Select[tuple[str, str]] = select(
        chat_token.c.used_by.label("thread"), chat_token.c.contact_id
    ).where(chat_token.c.used_by.is_not(None))
    ordered = wanted.order_by(chat_token.c.used_at, chat_token.c.digest)
    if threads is None:
        return reader.frame(ordered)
    return of_values(reader, ordered, chat_token.c.used_by, threads)
