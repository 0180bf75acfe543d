"""Calls that are going on when the connection with a switch breaks: none is lost, and none is told as it was not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from connectors.asterisk.ami import Packet, Up
from connectors.asterisk.channels import CHANNELS, Followed
from connectors.asterisk.live import batch
from flows.calls.assemble import Assembly, assembled, put_together
from flows.calls.live import Listener
from mappings.load import load_mapping
from schemas.entities import columns
from simulators.telephony import working_day
from simulators.telephony.ami import Event, Manners, Switch, ami, channels_up
from simulators.telephony.ami_channels import channel_packets
from store import Store, calls
from tests.flows.test_flows_call_live import until
from tests.flows.test_flows_call_sources import NUMBERS, RULES
from tests.support.house import house_at_work

ZONE = ZoneInfo("Europe/Moscow")
DAY = working_day(NUMBERS, 40, seed=3)
EVENTS = channel_packets(DAY.rows)
NOTHING = pl.DataFrame(schema=columns("call_event"))


def legs_of(rows: Sequence[dict[str, str]]) -> pl.DataFrame:
    frame = batch(rows, ZONE, CHANNELS).rows.with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    mapped = load_mapping("asterisk", CHANNELS).apply(frame, connection="s")
    assert mapped.rejects.is_empty()
    return mapped.records


def heard(broke: int, back: int, *, told: bool = True) -> Assembly:
    """The calls of the day, of which the events from `broke` to `back` were not heard."""
    followed, rows = Followed(ZONE), list[dict[str, str]]()
    for event in EVENTS[:broke]:
        rows += followed.take(Packet(event))
    up = [Packet(one) for one in channels_up(EVENTS[:back])] if told else []
    rows += followed.resumed(Up(told, up))
    for event in EVENTS[back:]:
        rows += followed.take(Packet(event))
    assert len(followed) == 0, "nothing is followed for ever"
    return put_together(legs_of(rows), NOTHING, RULES)


WHOLE = heard(0, 0)


def going_on(at: int) -> list[str]:
    return [one["Linkedid"] for one in channels_up(EVENTS[:at])]


@pytest.mark.parametrize("broke", range(20, len(EVENTS) - 40, 37))
@pytest.mark.parametrize("gap", [0, 1, 5, 25])
def test_every_call_that_was_heard_of_is_told_wherever_the_line_broke(broke: int, gap: int) -> None:
    found = heard(broke, broke + gap)
    whole, part = (set(one.calls["linked"]) for one in (WHOLE, found))
    unheard = [event["Linkedid"] for event in EVENTS[broke : broke + gap]]
    assert whole - part <= set(unheard) - set(going_on(broke)) - set(going_on(broke + gap))
    untouched = whole - set(going_on(broke)) - set(going_on(broke + gap)) - set(unheard)
    kept = pl.col("linked").is_in(list(untouched))
    assert found.calls.filter(kept).equals(WHOLE.calls.filter(kept))


def test_a_break_without_a_gap_changes_nothing_but_that_it_is_told() -> None:
    broke = next(n for n in range(50, len(EVENTS)) if len(set(going_on(n))) >= 1)
    found = heard(broke, broke)
    same = ["linked", "direction", "operator", "talk_s", "missed", "started_at", "ended_at"]
    assert found.calls.select(same).equals(WHOLE.calls.select(same))
    assert set(found.stages.filter(pl.col("kind") == "unheard")["done"]) <= {True}


def talking() -> tuple[int, str]:
    """A moment in the middle of a talk, five seconds after it began, and the link of that call."""
    begun: dict[str, float] = {}
    for n, event in enumerate(EVENTS):
        now = float(event["Timestamp"])
        found = next((link for link, since in begun.items() if now >= since + 5), None)
        if found:
            return n + 1, found
        if event["Event"] == "BridgeEnter":
            begun.setdefault(event["Linkedid"], now)
        elif event["Event"] in {"BridgeLeave", "DialBegin"}:
            begun.pop(event["Linkedid"], None)
    raise AssertionError


def end_of(link: str) -> int:
    return max(n for n, event in enumerate(EVENTS) if event["Linkedid"] == link) + 1


def test_a_call_that_ended_unheard_is_told_up_to_what_was_heard_and_marked_as_cut_off() -> None:
    broke, link = talking()
    found = heard(broke, end_of(link))
    one = found.calls.filter(pl.col("linked") == link).row(0, named=True)
    whole = WHOLE.calls.filter(pl.col("linked") == link).row(0, named=True)
    assert one["ended_at"] <= whole["ended_at"]
    assert one["operator"] is not None
    assert (one["operator"], one["missed"]) == (whole["operator"], None)
    stages = found.stages.filter((pl.col("call") == one["id"]) & (pl.col("kind") == "unheard"))
    assert stages.select("done", "started_at").rows() == [(False, one["ended_at"])]
    assert stages["seconds"].item() >= (whole["ended_at"] - one["ended_at"]).total_seconds() - 1


def test_a_call_that_rang_when_the_line_broke_and_was_never_heard_again_is_no_missed_call_of_ours() -> (
    None
):
    """Nobody knows whether it was answered: it is told as cut off, so that somebody looks."""
    ringing = next(
        n + 1
        for n, event in enumerate(EVENTS)
        if event["Event"] == "DialBegin" and len(event["CallerIDNum"]) > 5
    )
    link = EVENTS[ringing - 1]["Linkedid"]
    found = heard(ringing, end_of(link))
    assert found.calls.filter(pl.col("linked") == link)["missed"].to_list() == ["cut_off"]


def test_an_account_that_may_not_list_channels_tells_what_it_followed_as_cut_off() -> None:
    broke, link = talking()
    found = heard(broke, broke, told=False)
    one = found.calls.filter(pl.col("linked") == link).row(0, named=True)
    stages = found.stages.filter(pl.col("call") == one["id"])
    assert (False,) in stages.filter(pl.col("kind") == "unheard").select("done").rows()


def test_a_call_that_was_going_on_when_the_listening_began_is_known() -> None:
    begun, link = talking()
    followed = Followed(ZONE)
    up = [Packet(one | {"Duration": "00:00:30"}) for one in channels_up(EVENTS[:begun])]
    rows = followed.resumed(Up(told=True, channels=up))
    for event in EVENTS[begun:]:
        rows += followed.take(Packet(event))
    one = assembled(legs_of(rows), RULES).filter(pl.col("linked") == link).row(0, named=True)
    assert one["operator"] is not None
    assert one["talk_s"] > 0


@pytest.mark.parametrize("lists", [True, False])
def test_a_switch_heard_by_its_manager_interface_alone_loses_no_call_to_a_cut(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lists: bool
) -> None:
    """Cut in the middle of a conversation; the calls that end before it is heard again are told all the same."""
    monkeypatch.setenv("KANON_TEST_AMI", "тайна")
    broke, link = talking()
    manners = Manners(cut_after=broke, segment=200, lists=lists)
    with ami(Switch("тайна", EVENTS, manners)) as switch:
        connect(tmp_path, switch.port)
        house = house_at_work(store, tmp_path)
        asyncio.run(_listened(Listener(house, "switch"), switch, end_of(link)))
        with store.read() as reader:
            found, stages = calls.load(reader), calls.stages(reader)
    own = found.filter(pl.col("linked") == link).row(0, named=True)
    unheard = stages.filter((pl.col("call") == own["id"]) & (pl.col("kind") == "unheard"))
    assert unheard["done"].to_list() == [False]
    begun_unheard = {event["Linkedid"] for event in EVENTS[broke : end_of(link)]}
    lost = set(WHOLE.calls["linked"]) - set(found["linked"])
    assert lost <= begun_unheard - {link}


async def _listened(listener: Listener, switch: Switch, back: int) -> None:
    task = asyncio.create_task(listener.run())
    # Both connections begin with an event of their own.
    expected = switch.manners.cut_after + len(EVENTS) - back + 2
    await until(lambda: listener.connections == 1 and switch.manners.cut_after == 0)
    switch.told = back
    await until(lambda: task.done() or listener.events >= expected)
    await until(lambda: task.done() or not (listener.held or listener._gap))
    if task.done():
        task.result()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def connect(tmp_path: Path, port: int) -> None:
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    (tmp_path / "cdr").mkdir()
    text = (
        f"kind: asterisk\nsettings:\n  path: {tmp_path / 'cdr'}\n  ami: {{host: 127.0.0.1,"
        f" port: {port}, user: kanon, secret: env:KANON_TEST_AMI, records: channels}}\n"
    )
    (folder / "switch.yaml").write_text(text, encoding="utf-8")


def test_the_simulated_switch_lists_what_is_up() -> None:
    told: list[Event] = EVENTS[: talking()[0]]
    assert {one["ChannelStateDesc"] for one in channels_up(told)} >= {"Up"}
    assert channels_up(EVENTS) == []
