"""A call heard live stands on the card of the company whose number it is, at once."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from admin.wiring import site_of
from flows.calls.live import Listener
from flows.house import House
from flows.sync import settle
from simulators.telephony import working_day
from simulators.telephony.ami import Event, Manners, Switch, ami
from simulators.telephony.ami_channels import channel_packets
from store import Store, canonical, golden
from tests.flows.test_flows_call_resumed import connect
from tests.support.house import house_at_work
from tests.support.records import canonical_records

NUMBER = "89160000001"
SHOWN = "входящий"
# Two seconds on a machine that does nothing else; one that does is given some more.
PATIENCE = 10.0


def now_told() -> list[Event]:
    """The events of one call, told without times: they are of the moment in which they are heard."""
    day = working_day([NUMBER], 1, apart=(1, 2), seed=5)
    return [{k: v for k, v in one.items() if k != "Timestamp"} for one in channel_packets(day.rows)]


def known(house: House) -> str:
    """A counterparty with that number; the address of its history."""
    party = {"key": "1", "name": "ООО Вега", "inn": "7707083893", "phones": ["+79160000001"]}
    point = {
        "key": "1-phone", "stream": "contact_points", "owner": "party", "owner_key": "1",
        "kind": "phone", "value": "+79160000001",
    }  # fmt: skip
    with house.store.write() as writer:
        for entity, row in (("party", party), ("contact_point", point)):
            canonical.save(writer, entity, canonical_records(entity, [row]))
    settle(house)
    with house.store.read() as reader:
        found = golden.load(reader, "legal_entity").row(0, named=True)
    return f"/parties/{found['id']}?tab=history"


def test_a_call_from_a_known_number_stands_on_the_card(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KANON_TEST_AMI", "тайна")
    with ami(Switch("тайна", now_told(), Manners(pace=2))) as switch:
        connect(tmp_path, switch.port)
        house = house_at_work(store, tmp_path)
        card = known(house)
        site = TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))
        assert SHOWN not in site.get(card).text
        took = asyncio.run(_shown(Listener(house, "switch"), switch, site, card))
    assert took < PATIENCE


async def _shown(listener: Listener, switch: Switch, site: TestClient, card: str) -> float:
    task = asyncio.create_task(listener.run())
    while switch.told < len(switch.events):
        await asyncio.sleep(0.01)
    ended = time.monotonic()
    while time.monotonic() < ended + 3 * PATIENCE:
        page = await asyncio.to_thread(site.get, card)
        if SHOWN in page.text:
            break
        await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return time.monotonic() - ended
