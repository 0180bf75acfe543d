"""Landing: what a source sent is kept verbatim, once, and survives a kill at any point."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import func, select

from schemas.errors import Bug, ContractBroken
from schemas.records import DELETED, KEY, Batch
from store import Store, landing, quarantine
from store.tables import landing_batch, source_record
from tests.support.interrupted import interrupted
from tests.support.records import batch

_ALL = timedelta(0)
_TWO: list[dict[str, Any]] = [{"key": "1", "ИНН": " 7707083893"}, {"key": "2", "ИНН": None}]


def _land(store: Store, *batches: Batch) -> landing.Landed:
    with store.write() as writer:
        return landing.land(writer, "erp", 1, batches)


def _files(store: Store) -> list[str]:
    return sorted(p.name for p in store.landing.rglob("*") if p.is_file())


def test_landed_rows_come_back_verbatim(store: Store) -> None:
    sent = batch("Catalog_Контрагенты", _TWO)
    landed = _land(store, sent)
    assert landed == landing.Landed(2, 2, 0, 0, (1,))
    with store.read() as reader:
        (found,) = landing.pending(reader, "erp", "Catalog_Контрагенты")
        assert landing.streams(reader) == [("erp", "Catalog_Контрагенты")]
        assert landing.payload(store, reader, 1, 1) == sent.rows.row(1, named=True)
        assert landing.payload(store, reader, 1, 2) is None
        assert landing.payload(store, reader, 7, 0) is None
    frame = landing.read_batch(store, found)
    assert frame.select(sent.rows.columns).equals(sent.rows)
    assert frame[landing.LANDING_ROW].to_list() == [0, 1]
    assert frame[landing.LANDING_ID].to_list() == [1, 1]


def test_landing_the_same_again_writes_nothing(store: Store) -> None:
    _land(store, batch("s", _TWO))
    again = _land(store, batch("s", _TWO))
    assert (again.received, again.landed, again.unchanged, again.batch_ids) == (2, 0, 2, ())
    assert len(_files(store)) == 1


def test_only_what_changed_lands(store: Store) -> None:
    """A changed value, a new key and a deletion mark land; the rest does not."""
    _land(store, batch("s", [*_TWO, {"key": "3", "ИНН": "x"}]))
    later = [
        {"key": "1", "ИНН": "new"},
        _TWO[1],
        {"key": "3", "ИНН": "x", "deleted": True},
        {"key": "4", "ИНН": "y"},
    ]
    assert _land(store, batch("s", later)) == landing.Landed(4, 3, 1, 0, (2,))
    with store.read() as reader:
        frame = landing.latest(store, reader, "erp", "s")
        assert dict(frame.select(KEY, "ИНН").iter_rows()) == {
            "1": "new",
            "2": None,
            "3": "x",
            "4": "y",
        }
        assert frame.filter(pl.col(KEY) == "3")[DELETED].item()
        only = landing.latest(store, reader, "erp", "s", ["4", "absent"])
        assert only[KEY].to_list() == ["4"]
        assert [b.id for b in landing.pending(reader, "erp", "s", after=1)] == [2]


def test_the_last_of_repeated_rows_wins_and_counts_add_up(store: Store) -> None:
    rows = [{"key": "1", "v": "a"}, {"key": "1", "v": "b"}, {"key": "2", "v": "c"}]
    landed = _land(store, batch("s", rows))
    assert (landed.received, landed.landed, landed.unchanged) == (3, 2, 1)
    with store.read() as reader:
        assert dict(landing.latest(store, reader, "erp", "s").select(KEY, "v").iter_rows()) == {
            "1": "b",
            "2": "c",
        }


def test_rows_point_at_their_place_in_the_file(store: Store) -> None:
    """`source_record` finds each row again, also when new and changed rows are mixed."""
    _land(store, batch("s", [{"key": str(n), "v": "a"} for n in range(5)]))
    mixed = [{"key": str(n), "v": "b" if n % 2 else "a"} for n in range(9)]
    _land(store, batch("s", mixed))
    with store.read() as reader:
        for row in reader.rows(select(source_record)):
            found = landing.payload(store, reader, row.landing_id, row.landing_row)
            assert found is not None
            assert found[KEY] == row.key


def test_neighbouring_batches_share_a_file_unless_their_columns_differ(store: Store) -> None:
    landed = _land(
        store,
        batch("s", [{"key": "1", "v": "a"}]),
        batch("s", [{"key": "2", "v": "b"}]),
        batch("s", [{"key": "3", "w": "c"}]),
    )
    assert landed.batch_ids == (1, 2)
    with store.read() as reader:
        frame = landing.latest(store, reader, "erp", "s")
        assert frame.select(KEY, "v", "w").rows() == [
            ("1", "a", None),
            ("2", "b", None),
            ("3", None, "c"),
        ]


def test_rows_without_a_key_go_to_quarantine(store: Store) -> None:
    rows: list[dict[str, Any]] = [
        {"key": None, "v": "a"},
        {"key": "", "v": "b"},
        {"key": "1", "v": "c"},
    ]
    landed = _land(store, batch("s", rows))
    assert (landed.received, landed.landed, landed.quarantined) == (3, 1, 2)
    assert _land(store, batch("s", rows)).quarantined == 2
    with store.read() as reader:
        held = quarantine.page(reader)
    assert held["reason"].to_list() == ["key_missing"] * 2
    assert held["attempts"].to_list() == [1, 1]
    assert '"v":"a"' in held["payload"][0]


def test_a_batch_without_the_reserved_columns_is_a_bug(store: Store) -> None:
    with pytest.raises(Bug, match="_changed_at"):
        _land(store, Batch("s", batch("s", _TWO).rows.drop("_changed_at"), None))


def test_a_crash_between_file_and_commit_leaves_an_orphan_that_is_overwritten(store: Store) -> None:
    """The run that comes after a kill ends as an undisturbed one would."""
    with interrupted(store) as writer:
        landing.land(writer, "erp", 1, [batch("s", [{"key": "lost", "v": "x"}])])
    assert len(_files(store)) == 1
    with store.read() as reader:
        assert landing.pending(reader, "erp", "s") == []
    _land(store, batch("s", _TWO))
    assert len(_files(store)) == 1
    with store.read() as reader:
        (found,) = landing.pending(reader, "erp", "s")
    assert landing.read_batch(store, found)[KEY].to_list() == ["1", "2"]


_KILLED = """
import os, signal, sys
from store import landing, open_store
from tests.support.records import batch
store = open_store(sys.argv[1], sys.argv[2])
with store.write() as writer:
    landing.land(writer, "erp", 1, [batch("s", [{"key": "lost", "v": "x"}])])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_before_its_commit_has_stored_nothing(store: Store) -> None:
    """A real SIGKILL: no lock stays, numbering has no gap, the next run lands as if nothing happened."""
    url = store.url.render_as_string(hide_password=False)
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, url, str(store.landing)],
        cwd=Path(__file__).parents[2],
        check=False,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(_files(store)) == 1
    assert _land(store, batch("s", _TWO)).batch_ids == (1,)
    with store.read() as reader:
        assert landing.latest(store, reader, "erp", "s")[KEY].to_list() == ["1", "2"]


def test_sweep_removes_orphans_and_unfinished_files_only(store: Store) -> None:
    _land(store, batch("s", _TWO))
    folder = store.landing / "erp" / "s"
    (folder / "000000000099.parquet").write_bytes(b"x")
    (folder / "000000000100.part").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"x")
    assert landing.sweep(store) == []
    assert landing.sweep(store, _ALL) == ["erp/s/000000000099.parquet", "erp/s/000000000100.part"]
    assert _files(store) == ["000000000001.parquet", "notes.txt"]


@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_a_damaged_file_is_refused_by_name(store: Store, damage: str) -> None:
    _land(store, batch("s", _TWO))
    with store.read() as reader:
        (found,) = landing.pending(reader, "erp", "s")
    file = store.landing / found.path
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(ContractBroken, match="000000000001"):
        landing.read_batch(store, found)


def test_names_of_connections_cannot_leave_the_landing_folder(store: Store) -> None:
    with store.write() as writer:
        landing.land(writer, "../../etc", 1, [batch("..", _TWO)])
    with store.read() as reader:
        path = reader.scalar(select(landing_batch.c.path))
    assert ".." not in path.split("/")
    assert (store.landing / path).resolve().is_relative_to(store.landing.resolve())


def test_the_same_rows_make_the_same_bytes(store: Store, tmp_path: Path) -> None:
    with store.write() as writer:
        landing.land(writer, "a", 1, [batch("s", _TWO)])
        landing.land(writer, "b", 1, [batch("s", _TWO)])
    with store.read() as reader:
        digests = select(func.count(func.distinct(landing_batch.c.sha256)))
        assert reader.scalar(digests) == 1


def test_a_key_sweep_finds_what_the_source_deleted(store: Store) -> None:
    _land(store, batch("s", [*_TWO, {"key": "3", "ИНН": "x", "deleted": True}]))
    with store.write() as writer:
        assert landing.keys_missing_from(writer, "erp", "s", pl.Series(["2", "9"])) == ["1"]
