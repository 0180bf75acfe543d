"""The manager interface, against a switch that behaves as badly as real ones do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from connectors.asterisk.ami import Ami, AmiSettings, Dialling, Packets
from connectors.asterisk.ami.packets import written
from schemas.errors import Refused, Retryable
from simulators.telephony.ami import Manners, Switch, ami

EVENTS = [
    {"Event": "Newchannel", "Uniqueid": f"1.{n}", "CallerIDName": f"Анна Щёголева {n}", "Cause-txt": ""}
    for n in range(30)
]  # fmt: skip


def settings(switch: Switch, **told: Any) -> AmiSettings:
    plain = {
        "host": "127.0.0.1",
        "port": switch.port,
        "user": "kanon",
        "secret": SecretStr("тайна"),
    }
    return AmiSettings.model_validate(plain | {"silence": 0.4} | told)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def within() -> None:
        async with asyncio.timeout(20):
            await work()

    asyncio.run(within())


async def names(client: Ami, number: int) -> list[str]:
    found = []
    async for packet in client.events():
        if packet["CallerIDName"]:
            found.append(packet["CallerIDName"])
        if len(found) == number:
            break
    return found


async def drained(client: Ami, into: list[str]) -> None:
    async for packet in client.events():
        into.append(packet["Uniqueid"])  # noqa: PERF401  what came before the end must be kept


@pytest.mark.parametrize("login", ["plain", "md5"])
@pytest.mark.parametrize("segment", [0, 1, 7])
def test_letters_divided_between_segments_are_letters_again(login: str, segment: int) -> None:
    manners = Manners(segment=segment, garbage=True)
    with ami(Switch("тайна", EVENTS, manners)) as switch:

        async def work() -> None:
            client = await Ami.open(settings(switch, login=login, silence=5))
            assert await names(client, 30) == [event["CallerIDName"] for event in EVENTS]
            assert client.packets.strange >= 10
            await client.close()

        run(work)
    assert not any("тайна" in str(action.get("Key")) for action in switch.actions)


@pytest.mark.parametrize("login", ["plain", "md5"])
def test_a_wrong_secret_is_refused_at_once_and_named_nowhere(login: str) -> None:
    with ami(Switch("другая")) as switch:

        async def work() -> None:
            with pytest.raises(Refused) as caught:
                await Ami.open(settings(switch, login=login))
            assert "тайна" not in f"{caught.value.ru}{caught.value.en}{caught.value.detail}"

        run(work)
    assert switch.logins == 0


def test_a_switch_that_stays_silent_is_found_gone() -> None:
    with ami(Switch("тайна", manners=Manners(pong=False))) as switch:

        async def work() -> None:
            client = await Ami.open(settings(switch))
            with pytest.raises(Retryable):
                await drained(client, [])
            await client.close()

        run(work)


def test_a_connection_cut_within_a_packet_gives_the_whole_ones_and_ends() -> None:
    with ami(Switch("тайна", EVENTS, Manners(cut_after=5))) as switch:

        async def work() -> None:
            client = await Ami.open(settings(switch, silence=5))
            found: list[str] = []
            with pytest.raises(Retryable):
                await drained(client, found)
            assert [one for one in found if one] == [f"1.{n}" for n in range(5)]
            await client.close()

        run(work)


def test_an_originate_whose_answer_never_comes_is_dialled_once() -> None:
    with ami(Switch("тайна", manners=Manners(answers_originate=False))) as switch:

        async def work() -> None:
            client = await Ami.open(settings(switch))
            told = await client.dial(Dialling("wish-1", "101", "+79160000001"))
            assert told.state == "unknown"
            await client.close()
            again = await Ami.open(settings(switch))
            await again.ask("Ping", {})
            await again.close()

        run(work)
    assert switch.dialled == ["wish-1"]


def test_an_originate_bears_its_id_and_only_digits_reach_the_switch() -> None:
    with ami(Switch("тайна")) as switch:

        async def work() -> None:
            client = await Ami.open(settings(switch))
            told = await client.dial(Dialling("wish-2", "101", "+79160000001"))
            assert told.state == "accepted"
            for extension, number in (("101\r\nAction: Command", "8916"), ("101", "8916,t\r\n")):
                with pytest.raises(Refused):
                    await client.dial(Dialling("wish-3", extension, number))
            await client.close()

        run(work)
    [sent] = [one for one in switch.actions if one.get("Action") == "Originate"]
    assert (sent["ChannelId"], sent["Channel"], sent["Exten"]) == (
        "wish-2",
        "PJSIP/101",
        "79160000001",
    )


def test_a_value_with_a_line_break_never_becomes_a_command() -> None:
    with pytest.raises(Refused):
        written({"Action": "Ping", "ActionID": "1\r\nAction: Originate"})


@given(st.binary(max_size=400), st.integers(1, 9))
def test_packets_do_not_depend_on_where_bytes_are_divided(noise: bytes, step: int) -> None:
    data = b"Event: A\r\nName: \xd0\x90\r\n\r\n" + noise + b"\r\n\r\nEvent: B\r\n\r\n"
    whole, parts = Packets(), Packets()
    once = list(whole.feed(data))
    pieces = [data[start : start + step] for start in range(0, len(data), step)]
    assert [packet for piece in pieces for packet in parts.feed(piece)] == once
    assert whole.strange == parts.strange
