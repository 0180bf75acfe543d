"""Landing in object storage: the same laws as on a disk, and sentences where the storage does not answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from schemas.errors import ConfigError, ContractBroken, Refused, Retryable
from schemas.records import CHANGED_AT, DELETED, KEY, Batch
from simulators.s3 import Storage, serve
from simulators.s3.server import KEY as ACCESS
from simulators.s3.server import SECRET
from store import landing, snapshots
from store.engine import Store, open_store

PLACE = "s3://kanon/base/landing"
Opening = Callable[..., Store]


@pytest.fixture(scope="module")
def server() -> Iterator[Storage]:
    with serve(Storage()) as found:
        yield found


@pytest.fixture
def storage(server: Storage, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """Empty storage that the environment leads to; refusals come at once."""
    server.objects.clear()
    server.down = False
    told = {"ACCESS_KEY_ID": ACCESS, "SECRET_ACCESS_KEY": SECRET, "ENDPOINT_URL": server.url,
            "DEFAULT_REGION": "ru-1", "MAX_ATTEMPTS": "1"}  # fmt: skip
    for name, value in told.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr("s3fs.core.S3FileSystem.retries", 1)
    return server


@pytest.fixture
def machine(store: Store, tmp_path: Path, storage: Storage) -> Iterator[Opening]:
    """Opens the store as a machine of this name does, with landing in object storage."""
    opened: list[Store] = []

    def open_at(name: str = "one", place: str = PLACE) -> Store:
        url = store.url.render_as_string(hide_password=False)
        opened.append(open_store(url, place, tmp_path / name))
        return opened[-1]

    yield open_at
    for one in opened:
        one.close()


def rows(*names: str) -> list[Batch]:
    frame = pl.DataFrame({KEY: [str(n) for n in range(len(names))], "name": list(names)})
    return [Batch("s", frame.with_columns(
        pl.lit(None, pl.Datetime("us", "UTC")).alias(CHANGED_AT), pl.lit(value=False).alias(DELETED)
    ), None)]  # fmt: skip


def land(store: Store, *names: str) -> landing.Landed:
    with store.write() as writer:
        return landing.land(writer, "erp", None, rows(*names))


def names(store: Store) -> list[str]:
    with store.read() as reader:
        return landing.latest(store, reader, "erp", "s")["name"].to_list()


def test_what_lands_is_read_by_another_machine(machine: Opening, storage: Storage) -> None:
    assert land(machine(), "ромашка", "лютик").landed == 2
    assert names(machine("two")) == ["ромашка", "лютик"]
    assert list(storage.objects) == ["kanon/base/landing/erp/s/000000000001.parquet"]
    assert land(machine("two"), "ромашка", "лютик").landed == 0


def test_an_object_nobody_points_at_is_swept(machine: Opening, storage: Storage) -> None:
    store = machine()
    land(store, "ромашка")
    (kept,) = storage.objects
    storage.put("kanon/base/landing/erp/s/000000000009.parquet", b"of a run that was killed")
    storage.put("kanon/base/landing/notes.txt", b"not ours")
    assert landing.sweep(store) == []
    assert landing.sweep(store, timedelta(seconds=-5)) == ["erp/s/000000000009.parquet"]
    assert set(storage.objects) == {kept, "kanon/base/landing/notes.txt"}


@pytest.mark.parametrize("how", ["altered", "gone"])
def test_an_object_that_is_not_what_landed_is_refused(
    machine: Opening, storage: Storage, how: str
) -> None:
    store = machine()
    land(store, "ромашка")
    (name,) = storage.objects
    storage.objects.pop(name)
    if how == "altered":
        storage.put(name, b"something else")
    with pytest.raises(ContractBroken, match=r"erp/s/000000000001\.parquet"):
        names(store)


def test_a_storage_that_is_away_lands_nothing_and_comes_back(
    machine: Opening, storage: Storage
) -> None:
    store = machine()
    storage.down = True
    with pytest.raises(Retryable, match="AWS_ENDPOINT_URL"):
        land(store, "ромашка")
    storage.down = False
    with store.read() as reader:
        assert landing.known_keys(reader, "erp", "s") == 0
    assert land(store, "ромашка").landed == 1
    assert names(store) == ["ромашка"]


def test_a_key_that_is_not_known_is_told(machine: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "SOMEBODY")
    store = machine(place="s3://kanon/of-somebody")
    with pytest.raises(Refused, match="AWS_ACCESS_KEY_ID"):
        land(store, "ромашка")


def test_a_kind_of_storage_nobody_knows_is_told(machine: Opening) -> None:
    with pytest.raises(ConfigError, match="KANON_LANDING=nosuch://x/landing"):
        land(machine(place="nosuch://x/landing"), "ромашка")


def test_a_snapshot_of_one_machine_serves_the_other(machine: Opening, storage: Storage) -> None:
    one, two = machine("one"), machine("two")
    made = [snapshots.write(one.landing, {"n": np.arange(3)}, {"v": v}) for v in (1, 2)]
    with one.write() as writer:
        snapshots.put(writer, "match", made[1])
    with two.read() as reader:
        assert snapshots.is_there(reader, "match")
    found = snapshots.read(two.landing, made[1])
    assert found is not None
    assert found.arrays["n"].tolist() == [0, 1, 2]
    assert snapshots.sweep(one, "match") == [made[0]]
    assert {name.split("/")[3] for name in storage.objects} == {made[1]}
    assert snapshots.read(machine("three").landing, made[0]) is None
