"""One world of calls, whichever way its switch tells of it: log, table, channel events."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.telephony import Telephony
from connectors.asterisk import Asterisk, AsteriskSettings
from flows.calls.assemble import Assembly, closed, put_together
from flows.calls.moments import named
from flows.calls.sessions import sessions
from flows.sync import settle, sync
from mappings.load import load_mapping
from schemas.entities import columns
from simulators.telephony import (
    Day,
    working_day,
    write_cel,
    write_master_csv,
    write_queue_log,
)
from simulators.telephony.leg import Leg
from store import Store, call_legs, calls
from tests.support.examples import examples
from tests.support.house import house_at_work
from tests.support.legs import canonical_legs

NUMBERS = [f"8916000{n:04d}" for n in range(12)]
TOLD = (
    "linked", "direction", "number", "phone", "did", "operator", "employee", "answered", "missed",
    "wait_s", "talk_s", "started_at", "answered_at", "ended_at", "queue", "queued_s", "after_s",
)  # fmt: skip
RULES = Telephony()


def canonical(source: Asterisk, stream: str, target: str) -> pl.DataFrame:
    """What a stream becomes by its shipped mapping; nothing of it may be refused."""
    records = [pl.DataFrame(schema=columns(target))]
    for batch in source.read(stream, None, datetime.now(UTC)):
        assert batch.rejects.is_empty()
        rows = batch.rows.with_columns(
            pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
        )
        mapped = load_mapping("asterisk", stream).apply(rows, connection="s")
        assert mapped.rejects.is_empty()
        records.append(mapped.records.select(list(columns(target))))
    return pl.concat(records)


def calls_through(told: dict[str, object]) -> Assembly:
    """The calls of a switch with these settings."""
    source = Asterisk("s", AsteriskSettings.model_validate(told))
    legs = canonical(source, "cdr", "call_leg")
    events = [canonical(source, name, "call_event") for name in ("queue_log", "cel")]
    made = put_together(legs, pl.concat(events), RULES)
    return Assembly(closed(made.calls), made.stages)


def by_log(day: Day, folder: Path) -> dict[str, object]:
    write_master_csv(day.rows, folder / "Master.csv")
    return {"path": str(folder)}


def by_table(day: Day, folder: Path, *, extra: bool = True) -> dict[str, object]:
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'asterisk.db'}"
    write_table(day.rows, url, extra=extra)
    return {"url": url}


def write_table(rows: Sequence[Leg], url: str, *, extra: bool = True) -> None:
    """The rows in a table as res_odbc or cdr_pgsql fill it, with or without the newer columns."""
    texts = (
        "src",
        "dst",
        "channel",
        "dstchannel",
        "lastapp",
        "lastdata",
        "disposition",
        "uniqueid",
    )
    names = [*texts, "linkedid"]
    newer: list[sa.Column[Any]] = [
        sa.Column("sequence", sa.Integer),
        sa.Column("answer", sa.DateTime),
    ]
    numbers: list[sa.Column[Any]] = [
        sa.Column(name, sa.Integer) for name in ("duration", "billsec")
    ]
    fields: list[sa.Column[Any]] = [
        sa.Column("calldate", sa.DateTime), *numbers, *(sa.Column(name, sa.Text) for name in names),
    ]  # fmt: skip
    table = sa.Table("cdr", sa.MetaData(), *fields, *(newer if extra else []))
    engine = sa.create_engine(url)
    table.drop(engine, checkfirst=True)
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), [row for leg in rows for row in [_row(leg, extra)]])
    engine.dispose()


def _row(leg: Leg, extra: bool) -> dict[str, object]:
    told: dict[str, object] = {
        "calldate": leg.start, "duration": leg.duration, "billsec": leg.billed, "src": leg.src,
        "dst": leg.dst, "channel": leg.channel, "dstchannel": leg.dstchannel, "lastapp": leg.app,
        "lastdata": leg.data, "disposition": leg.disposition, "uniqueid": leg.uniqueid,
        "linkedid": leg.linkedid,
    }  # fmt: skip
    return told | ({"sequence": leg.sequence, "answer": leg.answer} if extra else {})


def by_events(day: Day, folder: Path) -> dict[str, object]:
    write_cel(day.rows, folder / "cel" / "Master.csv")
    return {"cel": str(folder / "cel")}


def with_queues(way: Callable[[Day, Path], dict[str, object]], day: Day, folder: Path) -> Assembly:
    write_queue_log(day.notes, folder / "queues" / "queue_log")
    return calls_through(way(day, folder) | {"queue_log": str(folder / "queues")})


def told(made: Assembly) -> list[tuple[object, ...]]:
    whole = made.calls.with_columns(pl.col(pl.Datetime).dt.truncate("1s"))
    return sorted(whole.select(TOLD).rows(), key=repr)


@settings(
    deadline=None,
    max_examples=examples(6),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), number=st.integers(1, 60))
def test_log_table_and_channel_events_tell_the_same_calls(
    seed: int, number: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    day = working_day(NUMBERS, number, seed=seed)
    ways = (by_log, by_table, by_events)
    log, table, events = (with_queues(way, day, tmp_path_factory.mktemp("w")) for way in ways)
    assert told(log) == told(table)
    assert told(log) == told(events)
    assert {(c.linkedid, c.talk, c.missed or None) for c in day.calls} == set(
        log.calls.select("linked", "talk_s", "missed").rows()
    )


def test_a_table_without_the_newer_columns_tells_them_too(tmp_path: Path) -> None:
    day = working_day(NUMBERS, 40)
    whole = calls_through(by_log(day, tmp_path / "a"))
    bare = calls_through(by_table(day, tmp_path / "b", extra=False))
    assert told(bare) == told(whole)


def test_a_table_on_a_server_is_read_by_portions_and_nothing_twice(
    store: Store, tmp_path: Path
) -> None:
    if not store.is_postgres:
        url = f"sqlite:///{tmp_path / 'switch.db'}"
    else:
        url = store.url.render_as_string(hide_password=False)
    day = working_day(NUMBERS, 60)
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    (folder / "switch.yaml").write_text(
        "kind: asterisk\nsettings:\n  url: env:KANON_TEST_SWITCH\n", encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KANON_TEST_SWITCH", url)
        house = house_at_work(store, tmp_path)
        for upto in (30, len(day.rows), len(day.rows)):
            write_table(day.rows[:upto], url)
            sync(house, "switch")
            settle(house)
        with store.read() as reader:
            found, legs = calls.load(reader), call_legs.legs(reader)
        house.close()
    assert legs.height == len(day.rows)
    assert {(c.linkedid, c.talk) for c in day.calls} == set(found.select("linked", "talk_s").rows())


def test_streamed_calls_of_a_queue_end_as_those_read_at_once(store: Store, tmp_path: Path) -> None:
    day = working_day(NUMBERS, 60, seed=11)
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    log = tmp_path / "log"
    text = f"kind: asterisk\nsettings:\n  path: {log}\n  queue_log: {log}\n"
    (folder / "switch.yaml").write_text(text, encoding="utf-8")
    house = house_at_work(store, tmp_path)
    lines: list[tuple[datetime, Callable[[], None]]] = [
        *((row.end, partial(write_master_csv, [row], log / "Master.csv")) for row in day.rows),
        *((note.at, partial(write_queue_log, [note], log / "queue_log")) for note in day.notes),
    ]
    lines.sort(key=lambda one: one[0])
    dice = random.Random(3)  # noqa: S311  a game of dice
    for nth, (_, write) in enumerate(lines):
        write()
        if dice.random() < 0.03 or nth == len(lines) - 1:
            sync(house, "switch")
            settle(house)
    with store.read() as reader:
        streamed, stages = calls.load(reader), calls.stages(reader)
        once = put_together(call_legs.legs(reader), call_legs.events(reader), RULES)
        agents = calls.sessions(reader)
        same = sessions(named(call_legs.events(reader)))
    house.close()
    assert streamed.equals(closed(once.calls).sort("id"))
    assert stages.sort("id").equals(once.stages.sort("id"))
    assert agents.equals(same)
    assert set(agents["kind"]) == {"on_duty", "paused"}


def test_two_links_of_one_transfer_between_phones_are_one_call() -> None:
    """A's call to 101 and 101's own call to 102 share the channel that 102 rang on (handbook 5.3)."""
    at = [datetime(2026, 11, 20, 9, 0, s) for s in (0, 5, 30, 33, 59)]  # noqa: DTZ001  local
    rows = [
        Leg("89160000001", "7495", "SIP/t-00000001", "SIP/101-00000002", "Dial", "", at[0], at[1], at[2], "ANSWERED", "1.1", "1.1", 1),
        Leg("101", "102", "SIP/101-00000003", "SIP/102-00000004", "Dial", "", at[2], at[3], at[4], "ANSWERED", "1.3", "1.3", 2),
        Leg("89160000001", "102", "SIP/t-00000001", "SIP/102-00000004", "Dial", "", at[3], at[3], at[4], "ANSWERED", "1.1", "1.1", 3),
    ]  # fmt: skip
    made = put_together(canonical_legs(rows), pl.DataFrame(schema=columns("call_event")), RULES)
    [call] = made.calls.to_dicts()
    assert (call["linked"], call["direction"], call["operator"], call["employee"]) == (
        "1.1", "inbound", "101", "102",
    )  # fmt: skip
    assert (call["wait_s"], call["talk_s"]) == (5, 51)


def test_a_menu_that_answers_first_is_no_answer_when_the_queue_log_tells_who_took_it() -> None:
    """Called at 12:00:00, the menu answers at once, in the queue from :08, taken at :20, ends at :50."""
    noon = datetime(2026, 11, 20, 12)  # noqa: DTZ001  local, taken for UTC by `canonical_legs`
    row = Leg(
        "89160000001", "7495", "SIP/t-00000001", "SIP/101-00000002", "Queue", "sales", noon, noon,
        noon.replace(second=50), "ANSWERED", "1.1", "1.1", 1,
    )  # fmt: skip
    kinds = ("queue_entered", "queue_connected", "queue_completed")
    events = pl.DataFrame(
        [
            {
                "connection": "s", "stream": "queue_log", "key": str(n), "linked": "1.1", "queue": "sales",
                "event": kind, "at": noon.replace(second=s, tzinfo=UTC), "agent": agent, "issues": [],
            }
            for n, (kind, s, agent) in enumerate(zip(kinds, (8, 20, 50), (None, "SIP/101", "SIP/101"), strict=True))
        ],
        schema=columns("call_event"),
    )  # fmt: skip
    legs = canonical_legs([row])
    bare = put_together(legs, events.clear(), RULES).calls.to_dicts()[0]
    assert (bare["wait_s"], bare["talk_s"], bare["queued_s"]) == (0, 50, None)
    made = put_together(legs, events, RULES)
    [call] = made.calls.to_dicts()
    assert (call["wait_s"], call["talk_s"], call["queued_s"], call["queue"]) == (
        20,
        30,
        12,
        "sales",
    )
    spans = {row["kind"]: row["seconds"] for row in made.stages.to_dicts()}
    assert spans == {"queue": 12, "ring": 20, "talk": 30}
