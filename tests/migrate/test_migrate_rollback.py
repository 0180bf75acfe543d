"""A migration taken back as a whole: records as before it, the feed tells, landing is only marked."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import func, select

from flows.migrate.rollback import rollback
from flows.migrate.run import run
from flows.migrate.status import status
from schemas.errors import Conflict
from store import feed
from store.engine import Store
from store.tables import golden, landing_batch
from tests.migrate.houses import night
from tests.support.state import state_of

TOLD = ("change", "identity", *(f"golden_{entity}" for entity in golden))


def records(store: Store) -> dict[str, pl.DataFrame]:
    """What laws allow to be as before: all but ids, which are for ever, and what was told of them."""
    return {name: frame for name, frame in state_of(store).items() if name not in TOLD}


def living(store: Store) -> dict[str, pl.DataFrame]:
    """The golden records in force, without the number of their version."""
    with store.read() as reader:
        return {
            entity: reader.frame(select(table).where(table.c.state == "active"))
            .drop("version", "seq", "hash").sort("id")
            for entity, table in golden.items()
        }  # fmt: skip


def test_a_migration_is_taken_back_to_the_state_before_it(
    store: Store, crm: Path, tmp_path: Path
) -> None:
    one = night(store, crm, tmp_path)
    run(one.house, one.text, "anna")
    before, alive = records(store), living(store)
    one.change("UPDATE clients SET email = 'new@changed.example', name = '' WHERE id < 9")
    one.change("UPDATE clients SET name = 'ООО Другое', inn = NULL WHERE id BETWEEN 20 AND 25")
    one.change("DELETE FROM clients WHERE id = 30")
    one.change("INSERT INTO contacts VALUES (9999, 3, 'Новый Иван Петрович', '', '', '', '')")
    run(one.house, one.text, "anna")
    with store.read() as reader:
        told, landed = feed.newest(reader), reader.scalar(select(func.count(landing_batch.c.id)))
    assert records(store)["source_record"].height == before["source_record"].height + 1
    assert rollback(one.house, "legacy", "anna") == 2
    after = records(store)
    for name, frame in before.items():
        assert frame.equals(after[name]), name
    for entity, frame in living(store).items():
        assert frame.equals(alive[entity]), entity
    with store.read() as reader:
        assert feed.newest(reader) > told, "subscribers are told"
        assert reader.scalar(select(func.count(landing_batch.c.id))) == landed
    with pytest.raises(Conflict, match="withdrawn already"):
        rollback(one.house, "2", "anna")
    rollback(one.house, "1", "anna")
    assert all(frame.is_empty() for frame in records(store).values())
    assert all(frame.is_empty() for frame in living(store).values())
    number = run(one.house, one.text, "anna")
    assert (number, status(one.house, "legacy").migration.state) == (3, "done")
    one.house.close()
