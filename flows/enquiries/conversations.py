"""From messages to conversations, and where in a conversation a new enquiry begins: pure, columnar."""

from __future__ import annotations

import polars as pl

from config.enquiries import Enquiries
from schemas.content import derived_id
from schemas.enquiries import OVER
from schemas.letter_copies import named

_MOVES = 4  # a group becomes a supergroup once; a few times more by hand
_FOREVER = 36_500.0
THREAD = ["channel", "thread"]
ONE = ["channel", "thread", "message_id"]


def conversations(messages: pl.DataFrame) -> pl.DataFrame:
    """Canonical messages with `thread` as it is called now and `told_thread`, each message once.

    One letter in two mailboxes is one message: its mailboxes name its thread alike. Letters that say
    something else under one Message-ID are kept, each with a name of its own (`schemas.letter_copies`).
    Deleted ones are left out.
    """
    living = _told_apart(messages.filter(~pl.col("deleted")))
    once = living.sort(*ONE, "connection", "stream", "key").unique(
        ONE, keep="first", maintain_order=True
    )
    moves = once.filter(pl.col("moved_to").is_not_null() & (pl.col("moved_to") != pl.col("thread")))
    later = (
        moves.sort("sent_at", "message_id").group_by(THREAD, maintain_order=True)
        .agg(pl.col("moved_to").last().alias("later"))
    )  # fmt: skip
    told = once.with_columns(pl.col("thread").alias("told_thread"))
    for _ in range(_MOVES if later.height else 0):
        told = told.join(later, on=THREAD, how="left", maintain_order="left")
        told = told.with_columns(pl.coalesce("later", "thread").alias("thread")).drop("later")
    return told.sort(*THREAD, "sent_at", "message_id")


def _told_apart(messages: pl.DataFrame) -> pl.DataFrame:
    """`messages`, where letters of one id but with other contents are called otherwise; few are."""
    content = pl.struct("sent_at", "subject", "body", "attachments")
    letters = messages.filter(pl.col("channel") == "email")
    ends = letters.group_by(ONE).agg(content.hash().n_unique().alias("contents"))
    several = ends.filter(pl.col("contents") > 1).select(ONE)
    odd = letters.join(several, on=ONE, how="semi").sort(
        *ONE, "sent_at", "connection", "stream", "key"
    )
    if odd.is_empty():
        return messages
    apart = []
    for _, same in odd.group_by(ONE, maintain_order=True):
        names = named(same.to_dicts())
        own = same.with_columns(pl.Series("message_id", names, pl.String))
        apart.append(own.filter(pl.col("message_id").is_not_null()))
    rest = messages.join(several, on=ONE, how="anti", maintain_order="left")
    others = messages.join(several, on=ONE, how="semi").filter(pl.col("channel") != "email")
    return pl.concat([rest, others, *apart])


def parted(told: pl.DataFrame, acts: pl.DataFrame, rules: Enquiries) -> pl.DataFrame:
    """The messages of `conversations` that belong to an enquiry, with its id and its first message.

    A long silence ends an enquiry. So does closing it where people just go on writing; a letter that
    answers a closed one belongs to it still. A letter that answers none and bears the id of another is an
    enquiry of its own. An enquiry needs a message from outside that a person wrote.
    """
    said = told.filter((pl.col("nature") == "message") & (pl.col("direction") != "internal"))
    before = pl.col("sent_at").shift(1).over(THREAD)
    days = pl.col("channel").replace_strict(
        dict(rules.idle_days), default=_FOREVER, return_dtype=pl.Float64
    )
    silent = (pl.col("sent_at") - before).dt.total_seconds() > days * 86_400
    placed = _with_closing(said.with_columns(before.alias("before")), acts)
    chatty = ~pl.col("channel").is_in(["email", "form"])
    ended = chatty & (pl.col("closed_at") >= pl.col("before")) & (pl.col("direction") == "inbound")
    again = pl.col("message_id").str.starts_with(pl.col("told_thread") + " #")
    opens = (pl.col("before").is_null() | silent | ended | again).fill_null(value=False)
    placed = placed.with_columns(opens.cum_sum().over(THREAD).alias("part"))
    asked = pl.col("direction") == "inbound"
    named = placed.with_columns(
        pl.col(told).filter(asked).first().over(*THREAD, "part").alias(name)
        for told, name in (("message_id", "first"), ("told_thread", "first_thread"))
    )
    whole = named.filter(pl.col("first").is_not_null())
    return whole.with_columns(derived_id("channel", "first_thread", "first").alias("id"))


def _with_closing(said: pl.DataFrame, acts: pl.DataFrame) -> pl.DataFrame:
    """Each message with `closed_at`: when its conversation was closed, if it stood so when it came."""
    names = said.select("channel", "told_thread", pl.col("thread").alias("now")).unique()
    states = (
        acts.filter(pl.col("field") == "state")
        .join(names, left_on=THREAD, right_on=["channel", "told_thread"], how="inner")
        .sort("id")
        .select("channel", pl.col("now").alias("thread"), "value", pl.col("at").alias("closed_at"))
        .sort("closed_at", maintain_order=True)
    )
    placed = said.sort("sent_at").join_asof(
        states,
        left_on="sent_at",
        right_on="closed_at",
        by=THREAD,
        strategy="backward",
        check_sortedness=False,  # both are sorted here; by group it cannot be seen
    )
    over = pl.col("value").is_in(OVER)
    known = placed.with_columns(pl.when(over).then("closed_at").alias("closed_at")).drop("value")
    return known.sort(*THREAD, "sent_at", "message_id")
