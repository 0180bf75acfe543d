"""Recorded streams of a manager interface, told by hand: who rang whom, who answered, how long it was.

The streams bear no times: event N happens at second N here, so that every length is a difference of two
events of the stream.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from config.telephony import Telephony
from connectors.asterisk.ami import Packets
from connectors.asterisk.ami.packets import written
from connectors.asterisk.channels import CHANNELS, Followed
from connectors.asterisk.live import batch
from flows.calls.assemble import put_together
from mappings.load import load_mapping
from schemas.entities import columns
from tests.samples.real_house import SAMPLES, need_samples

pytestmark = need_samples

BEGUN = datetime(2026, 11, 20, 9, tzinfo=UTC)
# Phones of three companies of one hosted switch are called by their accounts.
RULES = Telephony(internal="(?:15001|26001|10006)[0-9]{4}|[0-9]{3}")
ANNA, BORIS, VERA = "150010001", "150010002", "150010003"
WORLD, OTHER = "+31260010001", "+31150010001"
FIRST, QUEUE = "+31150010001", "+31150010004"


@dataclass(frozen=True)
class Told:
    """A call; `talks` are the stretches of conversation, seconds of the stream, overlapping ones apart."""

    since: int
    until: int
    operator: str | None = None
    employee: str | None = None
    talks: tuple[tuple[int, int], ...] = ()
    legs: int = 1
    direction: str = "internal"
    number: str | None = None
    did: str | None = None
    missed: str | None = None
    queue: tuple[str, int] | None = None


@dataclass(frozen=True)
class In(Told):
    """A call from outside."""

    direction: str = field(default="inbound", init=False)


CALLS: dict[str, list[Told]] = {
    # The switch itself answered at 4; the caller hung up and nobody was rung.
    "simple/a_created_no_answer": [In(0, 9, legs=0, number=OTHER, did=QUEUE, missed="abandoned_in_ivr")],
    "simple/ab_a_cancel": [Told(2, 28)],
    "simple/ab_callgroup": [Told(2, 68, BORIS, BORIS, ((41, 64),), legs=2)],
    "simple/ab_callgroup_no_answer": [Told(2, 50, legs=2)],
    "simple/ab_dnd": [Told(2, 26)],
    "simple/ab_reject": [Told(2, 28)],
    "simple/ab_success_a_hangup": [Told(2, 46, BORIS, BORIS, ((24, 42),))],
    "simple/ab_success_b_hangup": [Told(2, 46, BORIS, BORIS, ((24, 42),))],
    "simple/ab_success_o3": [Told(0, 44, "100060002", "100060002", ((22, 40),))],
    # One switch, two companies: a call out of the first and a call into the second.
    "simple/ab_success_twoclients": [
        Told(2, 90, "260010001", "260010001", ((57, 86),), direction="outbound", number="0150010001"),
        In(22, 91, ANNA, ANNA, ((45, 82),), number=WORLD, did=FIRST),
    ],
    # Waits 11 s by the switch's own count, which ends at 31.
    "queue/queue_a_cancel": [
        In(1, 34, number=OTHER, did=QUEUE, missed="abandoned_in_queue", queue=("670100-540100", 11))
    ],
    "queue/queue_simple": [In(2, 66, BORIS, BORIS, ((45, 62),), legs=2, number=OTHER, did=QUEUE)],
    "queue/queue_group": [In(2, 69, BORIS, BORIS, ((42, 65),), legs=2, number=OTHER, did=QUEUE)],
    # Anna answers at 26, asks Boris (64), and is out of it at 83; the client hears Boris until 93.
    "queue/queue_attn_xfer": [
        In(2, 97, ANNA, BORIS, ((26, 83), (64, 93)), legs=2, number=WORLD, did=FIRST)
    ],
    "queue/queue_blind_xfer": [
        In(2, 89, ANNA, BORIS, ((26, 43), (67, 85)), legs=2, number=WORLD, did=FIRST)
    ],
    # Anna sends Boris on to Vera, who is busy: only Boris talked.
    "xfer_blind/xfer_blind_a_no_answer": [Told(2, 67, BORIS, BORIS, ((24, 43),), legs=2)],
    "xfer_blind/xfer_blind_abacbc": [Told(2, 86, BORIS, VERA, ((24, 43), (65, 82)), legs=2)],
    "xfer_blind/xfer_blind_abbcac": [Told(2, 88, BORIS, VERA, ((24, 43), (67, 84)), legs=2)],
    "xfer_blind/xfer_blind_b_no_answer": [Told(2, 69, BORIS, BORIS, ((24, 43),), legs=2)],
    "xfer_blind/xfer_blind_reject": [Told(2, 71, BORIS, BORIS, ((24, 43),), legs=2)],
    "xfer_blind/xfer_blind_group": [
        In(2, 111, ANNA, VERA, ((23, 45), (85, 107)), legs=3, number=WORLD, did=FIRST)
    ],
    "xfer_blind/xfer_blind_group_no_answer": [
        In(2, 70, ANNA, ANNA, ((23, 45),), legs=2, number=WORLD, did=FIRST)
    ],
    # Anna rings Boris, then Vera, and leaves the two together at 84.
    "xfer_attended/xfer_abacbc": [Told(2, 94, BORIS, VERA, ((24, 90), (64, 90)), legs=2)],
    # Boris, rung by Anna, asks Vera and leaves Anna with her: Anna was with him until 82.
    "xfer_attended/xfer_abbcac": [Told(2, 94, BORIS, VERA, ((24, 82), (64, 90)), legs=2)],
    # The caller hides his number; Anna hands him to Vera at 87.
    "xfer_attended/xfer_abbcac_anon": [
        In(2, 99, ANNA, VERA, ((24, 85), (67, 95)), legs=2, number="+31260xxxxxx", did=FIRST)
    ],
    # Boris and then Vera ring Anna, who leaves the two callers with each other from 83 to 91.
    "xfer_attended/xfer_abcbac": [Told(1, 95, ANNA, ANNA, ((23, 82), (63, 81), (83, 91)), legs=3)],
}  # fmt: skip


def calls_of(name: str) -> tuple[list[dict[str, object]], int]:
    """The calls that a stream tells, with their stretches of talk, and how many calls were left open."""
    events = json.loads((SAMPLES / "asterisk" / "cacofonisk" / f"{name}.json").read_text())
    packets, followed, rows = Packets(), Followed(ZoneInfo("Europe/Moscow")), []
    for second, event in enumerate(events):
        for packet in packets.feed(written({key: str(value) for key, value in event.items()})):
            rows += followed.take(packet, BEGUN + timedelta(seconds=second))
    frame = batch(rows, ZoneInfo("Europe/Moscow"), CHANNELS).rows.with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    mapped = load_mapping("asterisk", CHANNELS).apply(frame, connection="s")
    assert mapped.rejects.is_empty()
    made = put_together(mapped.records, pl.DataFrame(schema=columns("call_event")), RULES)
    talks = made.stages.filter(pl.col("kind") == "talk").sort("started_at", "seconds")
    return [
        call | {"talks": tuple(_spans(talks.filter(pl.col("call") == call["id"])))}
        for call in made.calls.sort("started_at").to_dicts()
    ], len(followed)


def _spans(talks: pl.DataFrame) -> list[tuple[int, int]]:
    return [
        (second := int((row["started_at"] - BEGUN).total_seconds()), second + row["seconds"])
        for row in talks.to_dicts()
    ]


def test_every_stream_is_told_here() -> None:
    folder = SAMPLES / "asterisk" / "cacofonisk"
    names = {f"{file.parent.name}/{file.stem}" for file in folder.glob("*/*.json")}
    assert names == set(CALLS)
    assert len(names) == 26


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_stream_gives_the_calls_that_were_held(name: str) -> None:
    found, left = calls_of(name)
    assert left == 0
    assert [_told(call) for call in found] == CALLS[name]
    for call, true in zip(found, CALLS[name], strict=True):
        seconds = {second for since, until in true.talks for second in range(since, until)}
        assert call["talk_s"] == len(seconds)
        first = true.talks[0][0] if true.talks else true.until
        assert call["wait_s"] == first - true.since
        assert call["answered"] is bool(true.talks)


def _told(call: dict[str, object]) -> Told:
    kind = In if call["direction"] == "inbound" else Told
    bound = {} if kind is In else {"direction": call["direction"]}
    begun, ended = (
        int((moment - BEGUN).total_seconds())
        for moment in (call["started_at"], call["ended_at"])
        if isinstance(moment, datetime)
    )
    queue = (call["queue"], call["queued_s"]) if call["queue"] else None
    names = ("operator", "employee", "talks", "legs", "number", "did", "missed")
    told = {name: call[name] for name in names}
    return kind(begun, ended, queue=queue, **told, **bound)  # type: ignore[arg-type]  # columns by name
