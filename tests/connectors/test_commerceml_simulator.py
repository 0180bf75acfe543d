"""Packets of a simulated exchange, in every version and form, and the broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.commerceml import CommerceML, CommerceMLSettings
from schemas.errors import ContractBroken
from schemas.records import KEY
from simulators.commerceml import write_broken, write_packets, write_split
from simulators.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=3, companies=120)


def keys(folder: Path, stream: str) -> list[str]:
    source = CommerceML("c", CommerceMLSettings(path=folder))
    batches = list(source.read(stream, None, source.clock()))
    assert sum(batch.rejects.height for batch in batches) == 0
    return [key for batch in batches for key in batch.rows[KEY]]


@pytest.mark.parametrize("version", ["2.05", "2.08", "2.10"])
@pytest.mark.parametrize("zipped", [False, True])
def test_an_exchange_loads_the_same_in_parts_zipped_and_in_any_version(
    world: World, tmp_path: Path, version: str, zipped: bool
) -> None:
    write_packets(world, tmp_path, version, "windows-1251", parts=3, zipped=zipped)
    assert len(keys(tmp_path, "items")) == world.items.height
    assert len(keys(tmp_path, "documents")) == world.cards("commerceml").height
    assert len(keys(tmp_path, "counterparties")) > world.cards("commerceml").height // 2


def test_the_split_form_gives_each_stream_once(world: World, tmp_path: Path) -> None:
    write_split(world, tmp_path)
    count = world.items.height
    for stream in ("items", "offers", "prices"):
        found = keys(tmp_path, stream)
        assert len(found) == len(set(found)) == count


def test_no_broken_packet_gives_a_row(world: World, tmp_path: Path) -> None:
    for name, path in write_broken(world, tmp_path).items():
        source = CommerceML("c", CommerceMLSettings(path=path))
        with pytest.raises(ContractBroken, match=rf"{name}\.xml"):
            next(source.read("documents", None, source.clock()))
