"""Messages completed: which conversation a message belongs to, and what is meant where nothing is said."""

from __future__ import annotations

import polars as pl

from mappings.finish import Finishing
from schemas.records import KEY


def finish_message(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; a message without a channel or a time of sending is refused.

    A thread of letters is named by the first letter referred to: every letter of it tells that one, in
    whichever mailbox it lies.
    """
    own = pl.coalesce("message_id", KEY)
    first = pl.col("references").cast(pl.List(pl.String)).list.first()
    frame = frame.with_columns(
        own.alias("message_id"),
        pl.coalesce("thread", first, "reply_to", own).alias("thread"),
        pl.col("direction").fill_null("inbound"),
        pl.col("nature").fill_null("message"),
    )
    frame = ask.refuse(frame, "channel", "channel_missing", pl.col("channel").is_null())
    return ask.refuse(frame, "sent_at", "sent_missing", pl.col("sent_at").is_null())
