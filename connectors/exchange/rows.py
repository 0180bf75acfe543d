"""Letters as rows: the raw MIME and what the server tells of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

import polars as pl

from connectors.exchange.wire import Place
from connectors.files.frames import reject
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY

COLUMNS = (
    "mailbox", "folder", "direction", "message_id", "conversation_id", "item_class", "subject", "from",
    "sent_at", "received_at", "size", "mime",
)  # fmt: skip
_FIRST_YEAR = 1995


def key_of(item: Any, mailbox: str) -> str:
    """The letter's own id within its mailbox: ids of items change with every move (handbook 6.1).

    Some mailers give one id to many letters: who sent it, when, and when it came stand beside it.
    """
    own = "".join(str(item.message_id or "").split()).strip("<>").lower()
    if not own:
        told = (_address(item), _moment(item.datetime_sent), item.subject, item.size)
        own = hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()
    else:
        times = (_moment(item.datetime_sent), _moment(item.datetime_received))
        own += "|" + hashlib.sha256("\n".join((_address(item), *times)).encode()).hexdigest()[:8]
    return f"{mailbox.lower()}|{own}"


def row_of(item: Any, mime: bytes, mailbox: str, place: Place) -> dict[str, str | None]:
    """One letter in one mailbox."""
    ours = place.sent or _address(item) == mailbox.lower()
    return {
        KEY: key_of(item, mailbox),
        "mailbox": mailbox.lower(),
        "folder": place.path,
        "direction": "outbound" if ours else "inbound",
        "message_id": item.message_id,
        "conversation_id": item.conversation_id.id if item.conversation_id else None,
        "item_class": item.item_class,
        "subject": item.subject,
        "from": _address(item) or None,
        "sent_at": _moment(_sent(item)) or None,
        "received_at": _moment(item.datetime_received) or None,
        "size": str(item.size or 0),
        "mime": base64.b64encode(mime).decode(),
    }


def frame_of(rows: Sequence[dict[str, str | None]]) -> pl.DataFrame:
    """Rows with the columns the hub wants; a letter that lies in two folders is one."""
    schema: dict[str, pl.DataType] = dict.fromkeys((KEY, *COLUMNS), pl.String())
    frame = pl.DataFrame(list(rows), schema=schema).unique(KEY, keep="last", maintain_order=True)
    changed = pl.col("received_at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False)
    return frame.with_columns(
        changed.dt.replace_time_zone("UTC").cast(ENVELOPE[CHANGED_AT]).alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
    )


def unreadable(item: Any, mailbox: str, error: Exception) -> pl.DataFrame:
    """A letter the server itself cannot give, for the quarantine; its id leads to it in the mailbox."""
    return reject("letter_unreadable", key_of(item, mailbox), [type(error).__name__])


def _address(item: Any) -> str:
    return str(item.author.email_address or "").lower() if item.author else ""


def _sent(item: Any) -> Any:
    """When it was sent, by the sender's clock; by the server's, if that is after the letter came or long before mail was."""
    sent, received = item.datetime_sent, item.datetime_received
    wrong = sent and received and (sent > received or sent.year < _FIRST_YEAR)
    return received if wrong else sent


def _moment(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""
