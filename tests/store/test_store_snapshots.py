"""Snapshots: there whole or not at all, known to nobody until the checkpoint commits, swept when old."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from store import snapshots
from store.engine import Store

STAGE = "match"
ARRAYS: dict[str, snapshots.Array] = {
    "numbers": np.arange(6, dtype=np.int64).reshape(3, 2),
    "rows": np.empty(0, np.uint32),
}


def written(store: Store, version: int = 1) -> str:
    return snapshots.write(store.landing, ARRAYS, {"version": version})


def known(store: Store) -> str | None:
    with store.read() as reader:
        return snapshots.current(reader, STAGE)


def put(store: Store, name: str) -> None:
    with store.write() as writer:
        snapshots.put(writer, STAGE, name)


def put_and_die(store: Store, name: str) -> None:
    with store.write() as writer:
        snapshots.put(writer, STAGE, name)
        raise RuntimeError


def test_what_was_written_is_read_as_it_was(store: Store) -> None:
    put(store, written(store, version=7))
    name = known(store)
    assert name is not None
    found = snapshots.read(store.landing, name)
    assert found is not None
    assert found.facts == {"version": 7}
    assert {n: a.tolist() for n, a in found.arrays.items()} == {
        n: a.tolist() for n, a in ARRAYS.items()
    }


def test_a_run_that_fails_leaves_the_former_snapshot_in_force(store: Store) -> None:
    put(store, written(store))
    former = known(store)
    lost = written(store)
    with pytest.raises(RuntimeError):
        put_and_die(store, lost)
    assert known(store) == former
    assert snapshots.sweep(store, STAGE) == [lost]
    with store.read() as reader:
        assert snapshots.is_there(reader, STAGE)


def test_whoever_has_an_old_one_open_goes_on_reading_it(store: Store) -> None:
    first = written(store)
    put(store, first)
    opened = snapshots.read(store.landing, first)
    put(store, written(store))
    assert snapshots.sweep(store, STAGE) == [first]
    assert opened is not None
    assert opened.arrays["numbers"].sum() == 15
    assert snapshots.read(store.landing, first) is None


def test_what_is_kept_is_shared_with_the_one_before_and_outlives_it(store: Store) -> None:
    first = written(store)
    told = {**ARRAYS, "rows": np.arange(4, dtype=np.uint32)}
    second = snapshots.write(store.landing, told, {"version": 2}, first, ["numbers"])
    root = snapshots.folder(store.landing)
    files = [(root / name / "numbers.npy").stat().st_ino for name in (first, second)]
    assert files[0] == files[1]
    put(store, second)
    assert snapshots.sweep(store, STAGE) == [first]
    found = snapshots.read(store.landing, second)
    assert found is not None
    assert {n: a.tolist() for n, a in found.arrays.items()} == {
        n: a.tolist() for n, a in told.items()
    }


def test_what_is_kept_is_written_where_the_one_before_has_gone(store: Store) -> None:
    name = snapshots.write(store.landing, ARRAYS, {"version": 2}, "gone", list(ARRAYS))
    found = snapshots.read(store.landing, name)
    assert found is not None
    assert found.arrays["numbers"].sum() == 15


def test_before_the_first_there_is_none(store: Store) -> None:
    assert known(store) is None
    with store.read() as reader:
        assert not snapshots.is_there(reader, STAGE)
    assert snapshots.sweep(store, STAGE) == []


@pytest.mark.parametrize("spoil", ["facts.json", "numbers.npy"])
def test_one_that_cannot_be_read_is_none(store: Store, spoil: str) -> None:
    name = written(store)
    file: Path = snapshots.folder(store.landing) / name / spoil
    file.write_bytes(file.read_bytes()[:9])
    assert snapshots.read(store.landing, name) is None
