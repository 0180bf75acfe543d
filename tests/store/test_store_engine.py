"""Opening a store, moving its tables between versions, and the transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, func, insert, select, update

from schemas.errors import ConfigError, Retryable
from store import Store, downgrade, open_store, upgrade
from store.migrate import newest, version
from store.tables import counter, lease, metadata
from tests.support.interrupted import interrupted
from tests.support.records import NOON

_LEASE = {"name": "ebs", "owner": "a", "acquired_at": NOON, "expires_at": NOON}


@pytest.mark.parametrize("url", ["mysql://h/db", "sqlite://", "sqlite:///:memory:", "not a url"])
def test_other_databases_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="sqlite:///"):
        open_store(url, tmp_path)


def test_upgrade_twice_then_down_to_nothing(store: Store) -> None:
    """The second upgrade changes nothing; downgrade leaves no table of ours; upgrade works again."""
    assert version(store) == newest()
    upgrade(store)
    assert version(store) == newest()
    downgrade(store)
    assert version(store) is None
    upgrade(store)
    with store.read() as reader:
        assert reader.scalar(select(func.count()).select_from(lease)) == 0


def test_migrations_make_what_the_tables_declare(empty_postgres_url: str, tmp_path: Path) -> None:
    """The frozen migrations and the metadata do not drift apart."""
    store = open_store(empty_postgres_url, tmp_path)
    upgrade(store)
    engine = create_engine(store.url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    store.close()


def test_sqlite_has_the_columns_the_tables_declare(sqlite_store: Store) -> None:
    with sqlite_store.read() as reader:
        for table in metadata.tables.values():
            assert reader.frame(select(table)).columns == [column.name for column in table.c]


def test_an_error_inside_the_block_rolls_everything_back(store: Store) -> None:
    with interrupted(store) as writer:
        writer.execute(insert(lease).values(**_LEASE))
        writer.append(counter, pl.DataFrame({"name": ["x"], "value": [1]}))
    with store.read() as reader:
        assert reader.rows(select(lease)) == []
        assert reader.rows(select(counter)) == []


def test_bulk_rows_and_statements_share_one_transaction(store: Store) -> None:
    with store.write() as writer:
        writer.append(counter, pl.DataFrame({"name": ["x"], "value": [1]}))
        writer.execute(update(counter).values(value=counter.c.value + 1))
        assert writer.scalar(select(counter.c.value)) == 2


@pytest.mark.parametrize("matching", [0, 1])
def test_execute_tells_how_many_rows_changed(store: Store, matching: int) -> None:
    with store.write() as writer:
        assert writer.execute(insert(lease).values(**_LEASE)) == 1
        name = "ebs" if matching else "other"
        changed = update(lease).values(owner="b").where(lease.c.name == name)
        assert writer.execute(changed) == matching


def test_a_reader_sees_one_state_throughout(store: Store) -> None:
    """A write that commits while a reader is open stays invisible to it."""
    with store.read() as reader:
        before = reader.rows(select(lease))
        with store.write() as writer:
            writer.execute(insert(lease).values(**_LEASE))
        assert reader.rows(select(lease)) == before
    with store.read() as reader:
        assert len(reader.rows(select(lease))) == 1


def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"), store.read() as reader:
        reader.session.execute(insert(lease).values(**_LEASE))


def test_counter_is_gapless_under_concurrent_writers(
    store: Store, open_again: Callable[[], Store]
) -> None:
    """Rolled back numbers are given again; four writers get 1..n between them."""
    taken: list[int] = []

    def work(own: Store) -> None:
        for turn in range(15):
            try:
                with own.write() as writer:
                    number = writer.next("n")
                    if turn % 5 == 4:
                        raise ZeroDivisionError
                taken.append(number)
            except ZeroDivisionError:
                continue

    threads = [threading.Thread(target=work, args=(open_again(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 4 * 12 + 1))


def test_instants_keep_microseconds_and_zone(store: Store) -> None:
    moscow = datetime.fromisoformat("2026-03-01T15:00:00.000001+03:00")
    early = datetime.fromisoformat("0001-01-01T00:00:00+00:00")
    with store.write() as writer:
        writer.execute(
            insert(lease).values(**{**_LEASE, "acquired_at": early, "expires_at": moscow})
        )
    with store.read() as reader:
        row = reader.rows(select(lease))[0]
        frame = reader.frame(select(lease).where(lease.c.expires_at == moscow))
    assert (row.acquired_at, row.expires_at) == (early, moscow)
    assert row.expires_at.utcoffset() == timedelta(0)
    assert frame.row(0, named=True) == dict(row._mapping)


def test_an_instant_without_zone_is_refused(store: Store) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(Exception, match="time zone"), store.write() as writer:
        writer.execute(insert(lease).values(**{**_LEASE, "acquired_at": naive}))


def test_a_database_that_is_down_says_try_again(tmp_path: Path) -> None:
    store = open_store(f"postgresql://hub:geheim@/kanon?host={tmp_path}", tmp_path)
    with pytest.raises(Retryable) as caught, store.read():
        pass
    told = caught.value
    assert "geheim" not in told.ru + told.en + told.detail
    store.close()


def test_writers_of_one_process_write_in_the_order_in_which_they_came(sqlite_store: Store) -> None:
    wrote: list[int] = []

    def work(number: int) -> None:
        with sqlite_store.write():
            wrote.append(number)

    waiting = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    with sqlite_store.write():
        for one in waiting:
            one.start()
            time.sleep(0.02)  # so that each is waiting before the next one comes
    for one in waiting:
        one.join()
    assert wrote == list(range(8))


def test_whoever_fails_within_his_turn_passes_it_on(sqlite_store: Store) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), sqlite_store.write():
            raise ZeroDivisionError
    with sqlite_store.write() as writer:
        writer.execute(insert(lease).values(**_LEASE))
