"""Listening goes on beside a switch that refuses us, and says what is wrong with a place it cannot have."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.telephony import Dialplan, Telephony
from flows.calls import live
from flows.calls.live import Listener
from flows.calls.routing import Directory
from flows.house import House
from flows.listening import asterisk
from schemas.errors import Conflict
from simulators.telephony.ami import Switch, ami
from store import Store
from tests.support.house import house_over

PATIENCE = 20.0


@pytest.fixture
def switch() -> Iterator[Switch]:
    with ami(Switch("новый")) as listening:
        yield listening


@pytest.fixture
def house(store: Store, tmp_path: Path, switch: Switch) -> Iterator[House]:
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    (folder / "front.yaml").write_text(
        f"kind: asterisk\nsettings:\n  path: {tmp_path}\n  ami: {{host: 127.0.0.1, "
        f"port: {switch.port}, user: kanon, secret: env:KANON_TEST_SECRET}}\n",
        encoding="utf-8",
    )
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


def test_a_switch_that_refuses_us_is_tried_again_with_the_secret_of_then_and_ends_nothing(
    house: House, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KANON_TEST_SECRET", "старый")
    monkeypatch.setattr(live, "REFUSED", 0.05)

    async def work() -> None:
        listener = Listener(house, "front")
        running = asyncio.create_task(listener.run())
        async with asyncio.timeout(PATIENCE):
            while len(switch.actions) < 6:
                assert not running.done()
                await asyncio.sleep(0.02)
            assert (switch.logins, listener.connections) == (0, 0)
            monkeypatch.setenv("KANON_TEST_SECRET", "новый")
            while not listener.connections:
                await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(work())
    assert switch.logins >= 1


def test_a_taken_address_for_dial_plans_is_told_with_its_cure(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = Dialplan(host="127.0.0.1", http=taken.getsockname()[1])
        with pytest.raises(Conflict) as caught:
            asyncio.run(asterisk.answering(house, Directory(Telephony()), where))
    assert "dialplan" in caught.value.ru
    assert str(where.http) in caught.value.en
