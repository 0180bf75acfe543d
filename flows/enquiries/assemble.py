"""From messages to enquiries: pure, columnar, whatever the order in which messages came (handbook 1.3)."""

from __future__ import annotations

import polars as pl

from config.enquiries import Enquiries
from flows.enquiries.conversations import conversations, parted
from flows.enquiries.decided import decided
from flows.enquiries.form_letters import spoken_for
from flows.enquiries.learned import with_model
from flows.enquiries.model import Model
from flows.enquiries.sent import with_routes
from flows.enquiries.topics import order_numbers, with_topics
from schemas.enquiries import enquiry_columns
from schemas.volumes import said_volume

_OPENING = 600
_NO_TEXTS = pl.lit([], pl.List(pl.String()))


def assembled(
    messages: pl.DataFrame,
    acts: pl.DataFrame,
    chats: pl.DataFrame,
    rules: Enquiries,
    routes: pl.DataFrame | None = None,
    model: Model | None = None,
) -> pl.DataFrame:
    """One row per enquiry (`enquiry_columns()`, not yet linked) of whole conversations.

    `acts` has the columns of `schemas.enquiries.ACT`, `chats` thread and contact_id of chats that were
    bound by a link, `routes` those of `store.routes`. Where words are not sure, `model` speaks. The answer does not depend on the order of any of them.
    """
    told = conversations(spoken_for(messages, rules))
    parts = parted(told, acts, rules)
    begun = parts.group_by("id", maintain_order=True).agg(*_begun(), *_sums(), *_sender())
    whole = begun.join(_phones(told), on=["channel", "thread"], how="left", maintain_order="left")
    bound = chats.select("thread", pl.col("contact_id").alias("bound")).unique(
        "thread", keep="last", maintain_order=True
    )
    whole = whole.join(bound, on="thread", how="left", maintain_order="left")
    named = whole.with_columns(
        pl.coalesce("sender_phone", "own_phone").alias("sender_phone"),
        pl.col("bound").alias("contact_id"),
        _orders(rules).alias("orders"),
        pl.coalesce("planned_volume", said_volume(pl.col("asked"))).alias("planned_volume"),
    )
    worded = with_topics(named, "asked", rules)
    said = _said_topic(with_model(worded, "asked", model, rules), rules)
    sent = said if routes is None else with_routes(said, parts, routes)
    return _told(decided(sent, parts, acts, rules))


_OURS = pl.col("direction") == "outbound"
_THEIRS = pl.col("direction") == "inbound"


def _begun() -> list[pl.Expr]:
    """What its first message from outside tells."""
    asked = pl.concat_str("subject", "body", separator="\n", ignore_nulls=True)
    first_burst = _THEIRS & (_OURS.cum_sum() == _OURS.filter(_THEIRS.cum_sum() == 0).len())
    return [
        *(pl.col(n).first() for n in ("channel", "thread", "box")),
        pl.col("first_thread").append(pl.col("told_thread")).unique(maintain_order=True)
        .alias("threads"),
        pl.col("first").first().alias("message_id"),
        pl.col("subject").drop_nulls().first(),
        asked.filter(first_burst).str.join("\n").alias("asked"),
        _opening(first_burst).str.slice(0, _OPENING).alias("opening"),
        *(
            pl.col(n).filter(_THEIRS).drop_nulls().first()
            for n in ("company", "inn", "page", "planned_volume")
        ),
        pl.col("topic").filter(_THEIRS).drop_nulls().first().alias("said_topic"),
        pl.col("order_number").filter(_THEIRS).drop_nulls().unique(maintain_order=True),
        pl.col("tags").filter(_THEIRS).list.explode(keep_nulls=False, empty_as_null=False)
        .unique(maintain_order=True),
    ]  # fmt: skip


def _opening(first_burst: pl.Expr) -> pl.Expr:
    """The beginning of what was written; in a chat a greeting or a number comes before what is wanted."""
    one = pl.col("body").filter(_THEIRS).drop_nulls().first()
    burst = pl.col("body").filter(first_burst).drop_nulls().str.join("\n")
    chatty = (pl.col("channel").first() != "email") & (burst != "")
    return pl.when(chatty).then(burst).otherwise(one)


def _sums() -> list[pl.Expr]:
    asked_at = pl.col("sent_at").filter(_THEIRS)
    ours = pl.col("sent_at").filter(_OURS)
    began = asked_at.min()
    waiting = asked_at.filter((asked_at > ours.max()).fill_null(value=True)).min()
    return [
        began.alias("began_at"),
        pl.col("sent_at").max().alias("last_at"),
        ours.filter(ours >= began).min().alias("answered_at"),
        waiting.alias("waits_since"),
        asked_at.max().alias("last_asked"),
        ours.max().alias("last_answered"),
        pl.len().cast(pl.Int64).alias("messages"),
        pl.col("attachments").filter(_THEIRS).list.len().sum().cast(pl.Int64).alias("files"),
    ]


def _sender() -> list[pl.Expr]:
    """Who wrote first; what else of him is told by later messages of the same conversation."""
    told = ("sender_name", "sender_email", "sender_phone", "sender_chat")
    return [
        *(pl.col(name).filter(_THEIRS).drop_nulls().first() for name in told),
        pl.col("forwarded_by").filter(_THEIRS).first(),
    ]


def _phones(told: pl.DataFrame) -> pl.DataFrame:
    """The number each conversation's other side has shown as his own, whenever that was."""
    shown = told.filter(_THEIRS & pl.col("sender_phone").is_not_null())
    own = shown.group_by("channel", "thread").agg(
        pl.col("sender_phone").n_unique().alias("n"),
        pl.col("sender_phone").last().alias("own_phone"),
    )
    # In a group several people show theirs; then none is the conversation's.
    return own.filter(pl.col("n") == 1).drop("n")


def _orders(rules: Enquiries) -> pl.Expr:
    named = pl.concat_list("order_number", order_numbers(pl.col("asked"), rules))
    return named.list.unique(maintain_order=True)


def _said_topic(named: pl.DataFrame, rules: Enquiries) -> pl.DataFrame:
    """The topic the sender chose in a form wins over what his words tell."""
    by_name = {
        word.lower(): topic.name
        for topic in rules.topics
        for word in (topic.name, topic.ru, topic.en)
    }
    small = pl.col("said_topic").str.strip_chars().str.to_lowercase()
    chosen = small.replace_strict(by_name, default=None, return_dtype=pl.String)
    text = pl.when(chosen.is_null()).then("said_topic")
    return named.with_columns(
        pl.coalesce(chosen, "topic").alias("topic"),
        pl.when(chosen.is_not_null()).then(pl.lit("sender")).otherwise("topic_by").alias("topic_by"),
        text.alias("topic_text"),
    )  # fmt: skip


def _told(enquiries: pl.DataFrame) -> pl.DataFrame:
    nothing = {
        name: (_NO_TEXTS if isinstance(kind, pl.List) else pl.lit(None, kind)).alias(name)
        for name, kind in enquiry_columns().items()
        if name not in (*enquiries.columns, "source")
    }
    source = pl.col("tags").list.eval(pl.element().str.extract(r"^utm_source=(.+)$", 1))
    return enquiries.with_columns(
        *nothing.values(), source.list.drop_nulls().list.first().alias("source")
    ).select(pl.col(name).cast(kind) for name, kind in enquiry_columns().items())
