"""Waiting in a queue by the word of the legs alone; where a queue log tells of it, that word stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from config.telephony import Telephony
from flows.calls.assemble import put_together
from schemas.entities import columns

BEGUN = datetime(2026, 11, 20, 9, tzinfo=UTC)
KINDS = columns("call_leg")


def at(seconds: int) -> datetime:
    return BEGUN + timedelta(seconds=seconds)


def legs(taken: int | None) -> pl.DataFrame:
    """A switch followed by its channels: one leg waited in the queue, another rang an agent."""
    common = {"connection": "s", "linked": "1", "stream": "channels", "caller": "89165550101"}
    common |= {"unique": "1", "caller_device": "SIP/line-00000001", "called": "600"}
    waited = common | {
        "key": "1", "application": "Queue", "queue": "sales", "queued_at": at(10),
        "started_at": at(10), "ended_at": at(40), "outcome": "no_answer",
    }  # fmt: skip
    rang = common | {
        "key": "2", "called_device": "SIP/101-00000002", "started_at": at(30), "ended_at": at(100),
        "answered_at": None if taken is None else at(taken),
        "outcome": "no_answer" if taken is None else "answered",
    }  # fmt: skip
    rows = [{name: row.get(name) for name in KINDS} for row in (waited, rang)]
    return pl.DataFrame(rows, schema=KINDS)


def queues(legs: pl.DataFrame, events: pl.DataFrame) -> list[tuple[object, ...]]:
    made = put_together(legs, events, Telephony())
    told = made.stages.filter(pl.col("kind") == "queue")
    return told.select("queue", "started_at", "seconds", "done").rows()


def of_log(*notes: tuple[str, int]) -> pl.DataFrame:
    kinds = columns("call_event")
    told = [
        {"connection": "s", "linked": "1", "key": str(n), "event": event, "at": at(second), "queue": "sales"}
        for n, (event, second) in enumerate(notes)
    ]  # fmt: skip
    rows = [{name: row.get(name) for name in kinds} for row in told]
    return pl.DataFrame(rows, schema=kinds)


def test_waiting_led_on_if_somebody_answered_before_it_was_over() -> None:
    assert queues(legs(taken=40), of_log()) == [("sales", at(10), 30, True)]
    assert queues(legs(taken=None), of_log()) == [("sales", at(10), 30, False)]
    assert queues(legs(taken=60), of_log()) == [("sales", at(10), 30, False)]


def test_a_queue_log_is_believed_and_nothing_counts_twice() -> None:
    log = of_log(("queue_entered", 11), ("queue_connected", 39))
    assert queues(legs(taken=40), log) == [("sales", at(11), 28, True)]
