"""What people decided of enquiries, laid over what messages tell; the last word on each thing counts."""

from __future__ import annotations

import polars as pl

from config.enquiries import Enquiries
from flows.enquiries.working_time import with_due
from schemas.enquiries import DECIDED, OVER

# A person's word and the table's on these: the later one counts.
_SENT = ("owner", "unit")
_TEXT = ("topic", "topic_text", "company_id", "contact_id", "unit", "owner", "transferred_to")


def decided(
    enquiries: pl.DataFrame, parts: pl.DataFrame, acts: pl.DataFrame, rules: Enquiries
) -> pl.DataFrame:
    """`enquiries` with state, topic, company, owner and deadline as they stand now.

    An act is tied to a message; the enquiry that has the message has the act.
    """
    homes = parts.select("channel", pl.col("told_thread").alias("thread"), "message_id", "id")
    ordered = (
        acts.rename({"id": "number", "at": "act_at"})
        .join(homes, on=["channel", "thread", "message_id"], how="inner")
        .sort("number")
    )
    of = pl.col("field")
    last = ordered.group_by("id", maintain_order=True).agg(
        *(pl.col("value").filter(of == name).last().alias(f"new_{name}") for name in DECIDED),
        *((of == name).any().alias(f"has_{name}") for name in DECIDED),
        *(pl.col("act_at").filter(of == name).last().alias(f"{name}_at") for name in _SENT),
        pl.col("author").filter(of == "topic").last().alias("topic_author"),
        pl.col("act_at").filter(of == "state").last().alias("state_at"),
        pl.col("act_at").filter(of == "deadline_at").last().alias("due_said_at"),
    )
    both = enquiries.join(last, on="id", how="left", maintain_order="left")
    known = both.with_columns(
        *(_chosen(both, name) for name in _TEXT),
        _state().alias("state"),
        pl.when(pl.col("has_topic")).then("topic_author").otherwise("topic_by").alias("topic_by"),
    )
    over = pl.col("state").is_in(OVER)
    opened = (pl.col("waits_since") <= pl.col("state_at")) & _reopened()
    waits = pl.when(opened).then("last_asked").otherwise("waits_since")
    waiting = known.with_columns(pl.when(~over).then(waits).alias("waits_since"))
    timed = with_due(waiting, "waits_since", _term(rules), rules.working_time)
    return timed.with_columns(_deadline().alias("deadline_at")).drop("due")


def _chosen(both: pl.DataFrame, name: str) -> pl.Expr:
    told = pl.col(name) if name in both.columns else pl.lit(None, pl.String)
    said = pl.col(f"has_{name}").fill_null(value=False)
    if name in _SENT and "sent_at" in both.columns:
        said &= pl.col("sent_at").is_null() | (pl.col(f"{name}_at") >= pl.col("sent_at"))
    return pl.when(said).then(f"new_{name}").otherwise(told).alias(name)


def _reopened() -> pl.Expr:
    """Whether somebody wrote again after it was over."""
    later = pl.col("waits_since").is_not_null() & (pl.col("last_asked") > pl.col("state_at"))
    return (pl.col("new_state").is_in(OVER) & later).fill_null(value=False)


def _state() -> pl.Expr:
    """New until somebody answers or takes it; a letter after the closing opens it again.

    A missed call asks for nothing but a call: who was spoken with is done with.
    """
    said = pl.col("new_state")
    worked, rung = pl.col("answered_at").is_not_null(), pl.col("channel") == "call"
    return (
        pl.when(_reopened()).then(pl.lit("in_work"))
        .when(said.is_not_null()).then(said)
        .when(worked & rung & pl.col("waits_since").is_null()).then(pl.lit("closed"))
        .when(worked).then(pl.lit("in_work"))
        .otherwise(pl.lit("new"))
    )  # fmt: skip


def _term(rules: Enquiries) -> pl.Expr:
    """How many working hours there are for an answer, by the topic."""
    hours = {topic.name: topic.answer_hours for topic in rules.topics}
    feared = min(hours.values())  # of an unknown topic the most urgent is feared
    return pl.col("topic").replace_strict(hours, default=feared, return_dtype=pl.Float64)


def _deadline() -> pl.Expr:
    """As set by a person for the question that waits; else so many working hours after its message.

    What was answered, or closed, since he set it was another question.
    """
    own = pl.col("new_deadline_at").str.to_datetime(
        "%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", strict=False
    )
    answered = (pl.col("last_answered") > pl.col("due_said_at")).fill_null(value=False)
    closed = _reopened() & (pl.col("state_at") > pl.col("due_said_at")).fill_null(value=False)
    held = pl.when(~(answered | closed)).then(own)
    return pl.when(pl.col("waits_since").is_not_null()).then(pl.coalesce(held, "due"))
