"""Rows of a simulated switch as canonical call legs, without the way through landing and mapping."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from connectors.asterisk.queue_log import parsed_queue_log
from mappings.load import load_mapping
from schemas.entities import columns
from simulators.telephony.leg import Leg
from simulators.telephony.queue_log import Note


def canonical_legs(rows: Sequence[Leg]) -> pl.DataFrame:
    """The legs of connection `s`; their local times are taken for UTC."""
    kinds = columns("call_leg")
    outcomes = {"ANSWERED": "answered", "NO ANSWER": "no_answer", "BUSY": "busy"}
    told = [
        {
            "connection": "s", "stream": "cdr", "key": str(row.sequence), "linked": row.linkedid, "unique": row.uniqueid,
            "caller": row.src, "called": row.dst,
            "caller_phone": _phone(row.src), "called_phone": _phone(row.dst), "caller_device": row.channel,
            "called_device": row.dstchannel or None, "application": row.app,
            "application_data": row.data, "outcome": outcomes[row.disposition],
            "started_at": row.start, "answered_at": row.answer, "ended_at": row.end,
        }
        for row in rows
    ]  # fmt: skip
    schema = {n: pl.Datetime("us") if isinstance(k, pl.Datetime) else k for n, k in kinds.items()}
    return pl.DataFrame(told, schema=schema).with_columns(
        pl.col(pl.Datetime).dt.replace_time_zone("UTC")
    )


def _phone(number: str) -> str | None:
    return f"+7{number[1:]}" if len(number) == 11 and number[0] == "8" else None


def canonical_events(notes: Sequence[Note]) -> pl.DataFrame:
    """The events of connection `s` that a simulated queue log tells, mapped as shipped."""
    part = parsed_queue_log([note.line.encode() for note in notes], 1, "queue_log")
    rows = part.rows.with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    mapped = load_mapping("asterisk", "queue_log").apply(rows, connection="s")
    return mapped.records.select(list(columns("call_event")))
