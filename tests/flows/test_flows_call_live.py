"""Switches heard live: the same calls as by their records, whatever happens to the connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.telephony import Telephony
from connectors.asterisk import Asterisk, AsteriskSettings
from connectors.asterisk.ami import Packet, Packets
from connectors.asterisk.ami.packets import written
from connectors.asterisk.channels import CHANNELS, Followed
from connectors.asterisk.dialplan import Answer, serve_agi, serve_http
from connectors.asterisk.live import LIVE, REMEMBERED, Heard, batch
from flows.calls.assemble import Assembly, closed, put_together
from flows.calls.live import Listener
from flows.calls.routing import Directory
from mappings.load import load_mapping
from schemas.calls import session_columns
from schemas.entities import columns
from schemas.golden import golden_columns
from simulators.telephony import Day, working_day, write_master_csv, write_queue_log
from simulators.telephony.ami import Manners, Switch, ami
from simulators.telephony.ami_channels import channel_packets
from simulators.telephony.live_events import live_events
from store import Store, call_legs, calls, golden, open_store, upgrade
from tests.flows.test_flows_call_sources import NUMBERS, RULES, by_log, canonical, told, with_queues
from tests.support.examples import examples
from tests.support.house import house_at_work

RULES_ZONE = ZoneInfo("Europe/Moscow")
DAY = working_day(NUMBERS, 40, seed=3)


Hears = Callable[[Packet], list[dict[str, str]]]


def heard_calls(day: Day, events: Iterable[dict[str, str]], stream: str, folder: Path) -> Assembly:
    """The calls that events of the manager interface tell, with the queues of the log."""
    followed = Followed(RULES_ZONE)
    hears: Hears = Heard().take if stream == LIVE else followed.take
    data = b"".join(written(event) for event in events)
    rows = [row for packet in Packets().feed(data) for row in hears(packet)]
    assert len(followed) == 0
    frame = batch(rows, RULES_ZONE, stream).rows.with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    mapped = load_mapping("asterisk", stream).apply(frame, connection="s")
    assert mapped.rejects.is_empty()
    write_queue_log(day.notes, folder / "queues" / "queue_log")
    source = Asterisk("s", AsteriskSettings(queue_log=folder / "queues"))
    made = put_together(mapped.records, canonical(source, "queue_log", "call_event"), RULES)
    return Assembly(closed(made.calls), made.stages)


@settings(
    deadline=None,
    max_examples=examples(4),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), number=st.integers(1, 40))
def test_records_and_channels_heard_live_tell_the_same_calls_as_the_log(
    seed: int, number: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    day = working_day(NUMBERS, number, seed=seed)
    log = with_queues(by_log, day, tmp_path_factory.mktemp("w"))
    for stream, events in ((LIVE, live_events(day.rows)), (CHANNELS, channel_packets(day.rows))):
        heard = heard_calls(day, events, stream, tmp_path_factory.mktemp("w"))
        assert told(heard) == told(log)


@pytest.mark.parametrize("cut", [0.0, 0.3, 0.71])
def test_calls_followed_by_channels_give_way_to_records_wherever_the_line_broke(
    cut: float, tmp_path: Path
) -> None:
    """What was going on at the break is told by halves or not at all; the log tells all of it."""
    events = channel_packets(DAY.rows)
    broken = int(len(events) * cut)
    rows = []
    for part in (events[:broken], events[broken:]):
        followed = Followed(RULES_ZONE)
        data = b"".join(written(event) for event in part)
        rows += [row for packet in Packets().feed(data) for row in followed.take(packet)]
    frame = batch(rows, RULES_ZONE, CHANNELS).rows.with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    live = load_mapping("asterisk", CHANNELS).apply(frame, connection="s").records
    source = Asterisk("s", AsteriskSettings.model_validate(by_log(DAY, tmp_path)))
    legs = canonical(source, "cdr", "call_leg")
    none = pl.DataFrame(schema=columns("call_event"))
    both = pl.concat([live.select(legs.columns), legs])
    assert live["linked"].n_unique() >= legs["linked"].n_unique() - 3
    assert put_together(both, none, RULES).calls.equals(put_together(legs, none, RULES).calls)


def test_what_is_remembered_of_channels_is_bounded() -> None:
    heard = Heard()
    packets = Packets()
    for n in range(REMEMBERED + 50):
        data = f"Event: Newchannel\r\nUniqueid: {n}\r\nLinkedid: {n}\r\n\r\n".encode()
        for packet in packets.feed(data):
            heard.take(packet)
    assert len(heard._links) == REMEMBERED


def connect(tmp_path: Path, switch: Switch) -> None:
    text = (
        f"kind: asterisk\nsettings:\n  path: {tmp_path / 'cdr'}\n"
        f"  ami: {{host: 127.0.0.1, port: {switch.port}, user: kanon, secret: env:KANON_TEST_AMI}}\n"
    )
    (tmp_path / "config" / "connections" / "switch.yaml").write_text(text, encoding="utf-8")


async def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.1)


def test_a_break_is_filled_from_the_log_and_nothing_is_told_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut after 11 events; what ended meanwhile stands in the log alone; all legs count once."""
    monkeypatch.setenv("KANON_TEST_AMI", "тайна")
    events = list(live_events(DAY.rows))
    with ami(Switch("тайна", events, Manners(cut_after=11, segment=50))) as switch:
        store = open_store(f"sqlite:///{tmp_path / 'k.db'}", tmp_path / "landing")
        upgrade(store)
        (tmp_path / "config" / "connections").mkdir(parents=True)
        connect(tmp_path, switch)
        house = house_at_work(store, tmp_path)
        (tmp_path / "cdr").mkdir()

        async def work() -> None:
            listener = Listener(house, "switch")
            task = asyncio.create_task(listener.run())
            await until(lambda: listener.connections == 1)
            write_master_csv(DAY.rows, tmp_path / "cdr" / "Master.csv")
            switch.told = (
                len(events) - 20
            )  # what it tells after the break begins later than the break
            await until(lambda: listener.connections == 2 and switch.told == len(events))
            await until(lambda: not listener.held and not listener._gap)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(work())
        with store.read() as reader:
            found, legs = calls.load(reader), call_legs.legs(reader)
        house.close()
    assert set(legs["stream"]) == {"cdr", "live"}
    assert {(c.linkedid, c.talk, c.missed or None) for c in DAY.calls} == set(
        found.select("linked", "talk_s", "missed").rows()
    )
    by_record = {c.linkedid: sum(row.linkedid == c.linkedid for row in DAY.rows) for c in DAY.calls}
    assert all(found["legs"] <= found["linked"].replace_strict(by_record))


@pytest.fixture
def directory(store: Store) -> Directory:
    people = [{"id": "c1", "name": "ООО «Вега»"}, {"id": "c2", "name": "АО Лира"}]
    points = [("c1", "+79160000001"), ("c1", "+79160000002"), ("c2", "+79160000002")]
    rows = [
        {"id": f"t{n}", "owner_id": owner, "owner": "legal_entity", "kind": "phone", "value": value}
        for n, (owner, value) in enumerate(points)
    ]
    made = put_together(
        pl.DataFrame(schema=columns("call_leg")), pl.DataFrame(schema=columns("call_event")), RULES
    )
    talk = {
        "id": "k", "connection": "s", "linked": "1", "direction": "inbound", "phone": "+79160000001",
        "employee": "102", "answered": True, "started_at": datetime(2026, 11, 20, tzinfo=UTC),
        "ended_at": datetime(2026, 11, 20, tzinfo=UTC), "wait_s": 1, "talk_s": 60, "legs": 1,
    }  # fmt: skip
    session = {
        "id": "s", "connection": "s", "agent": "102", "kind": "paused", "reason": "lunch",
        "started_at": datetime(2026, 11, 20, tzinfo=UTC), "ended_at": None,
    }  # fmt: skip
    with store.write() as writer:
        golden.save(
            writer, "legal_entity", pl.DataFrame(people, schema=golden_columns("legal_entity"))
        )
        golden.save(
            writer, "contact_point", pl.DataFrame(rows, schema=golden_columns("contact_point"))
        )
        calls.save(writer, pl.DataFrame([talk], schema=made.calls.schema))
        calls.save_sessions(writer, pl.DataFrame([session], schema=session_columns()))
    found = Directory(Telephony(deputies={"102": "103"}, usual="600"))
    found.refresh(store)
    return found


def test_a_caller_goes_to_whom_he_last_talked_with_or_to_who_stands_in(
    directory: Directory,
) -> None:
    assert directory.answer("8 916 000-00-01") == Answer("103", "ООО «Вега»", "c1")
    assert directory.answer("89160000002") == Answer("600", "ООО «Вега» +1", "")
    assert directory.answer("anonymous") == Answer("600", "", "")
    # A group is there as long as nobody says that it is not; two deputies of each other end with the usual.
    for deputies, route in (({"102": "610"}, "610"), ({"102": "103", "103": "102"}, "103")):
        directory.rules = Telephony(deputies=deputies, usual="600")
        assert directory.answer("89160000001").route == route
    directory.rules = Telephony(deputies={"102": "102"}, usual="600")
    assert directory.answer("89160000001").route == "600"


def test_while_the_store_is_away_the_dial_plan_is_answered_all_the_same(
    directory: Directory, tmp_path: Path
) -> None:
    gone = open_store(f"sqlite:///{tmp_path / 'nowhere.db'}", tmp_path / "l")
    with pytest.raises(Exception):  # noqa: B017  whatever a missing store raises
        directory.refresh(gone)
    begun = time.monotonic()
    assert directory.answer("89160000001").caller == "ООО «Вега»"
    assert time.monotonic() - begun < 0.3


def test_http_and_fastagi_answer_in_time_and_survive_nonsense(directory: Directory) -> None:
    async def ask(port: int, data: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return answer

    async def agi(port: int) -> list[str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"agi_request: agi://hub/route\nagi_callerid: 89160000001\n\n")
        asked = []
        for _ in range(3):
            asked.append((await asyncio.wait_for(reader.readline(), 5)).decode().strip())
            writer.write(b"200 result=1\n")
        writer.close()
        return asked

    async def work() -> None:
        http = await serve_http("127.0.0.1", 0, directory.answer)
        fast = await serve_agi("127.0.0.1", 0, directory.answer)
        port = http.sockets[0].getsockname()[1]
        asked = (
            b"GET /route?num=" + quote("+79160000001").encode() + b" HTTP/1.1\r\nHost: h\r\n\r\n"
        )
        assert (await ask(port, asked)).endswith(b"\r\n\r\n103")
        named = await ask(port, asked.replace(b"/route", b"/caller"))
        assert named.decode().endswith("ООО «Вега»")
        assert b"404" in await ask(port, b"GET /secret HTTP/1.1\r\n\r\n")
        await ask(port, b"\xff\xfe\r\n\r\n")
        asked_agi = await agi(fast.sockets[0].getsockname()[1])
        assert asked_agi[:2] == [
            'SET VARIABLE KANON_ROUTE "103"', 'SET VARIABLE KANON_CALLER "ООО «Вега»"',
        ]  # fmt: skip
        http.close()
        fast.close()

    asyncio.run(work())


def test_a_fault_of_ours_is_an_empty_answer() -> None:
    def fails(_: str) -> Answer:
        raise RuntimeError

    async def work() -> None:
        http = await serve_http("127.0.0.1", 0, fails)
        port = http.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /route?num=1 HTTP/1.1\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
        writer.close()
        http.close()

    asyncio.run(work())
