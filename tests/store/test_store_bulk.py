"""Bulk writing: round trips, counts of an upsert, index healing."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from sqlalchemy import delete, select, text

from schemas.entities import ENTITIES, columns
from schemas.errors import Bug
from store import Store, Writer, Written, bulk
from store.indexes import drop_indexes, ensure_indexes, present_indexes
from store.tables import canonical, counter, golden
from tests.support.examples import examples
from tests.support.interrupted import interrupted
from tests.support.records import NOON, canonical_records

_KEY = ["connection", "stream", "key"]
_TRICKY = [
    "",
    " ",
    "'",
    '"',
    "\\",
    "{}",
    "[]",
    "null",
    "$1",
    "%s",
    ":x",
    "?",
    "ё\u0301",
    "🙂",
    "a\nb\t\x01",
    "\u2028",
]
# PostgreSQL cannot store NUL in text, and UTF-8 has no lone surrogates.
_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


def _stamped(records: pl.DataFrame) -> pl.DataFrame:
    return records.with_columns(pl.lit(1, pl.Int64).alias("seq"))


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_every_entity_round_trips(store: Store, entity: str) -> None:
    """Tricky texts, lists, nulls, instants and booleans come back equal, with the entity's types."""
    kinds = columns(entity)
    rows: list[dict[str, Any]] = []
    for number, tricky in enumerate(_TRICKY):
        values = {
            n: [tricky, "b"] if isinstance(t, pl.List) else tricky
            for n, t in kinds.items()
            if t in (pl.String, pl.List(pl.String))
        }
        rows.append({**values, "key": str(number), "changed_at": NOON, "deleted": bool(number % 2)})
    empty = {name: None for name, dtype in kinds.items() if dtype == pl.List(pl.String)}
    rows.append({**empty, "key": "null"})
    frame = _stamped(canonical_records(entity, rows))
    with store.write() as writer:
        writer.append(canonical[entity], frame)
    with store.read() as reader:
        back = reader.frame(select(canonical[entity]))
    assert_frame_equal(back.sort("key"), frame.select(back.columns).sort("key"))


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    name=st.none() | _texts,
    phones=st.none() | st.lists(_texts, max_size=4),
    moment=st.none() | st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)),  # noqa: DTZ001  hypothesis adds the zone
)
def test_any_value_round_trips(
    store: Store, name: str | None, phones: list[str] | None, moment: datetime | None
) -> None:
    table = canonical["party"]
    frame = _stamped(
        canonical_records(
            "party", [{"key": "k", "name": name, "phones": phones, "changed_at": moment}]
        )
    )
    with store.write() as writer:
        writer.execute(delete(table))
        writer.append(table, frame)
        assert_frame_equal(writer.frame(select(table)), frame.select(c.name for c in table.c))
        row = writer.rows(select(table.c.name, table.c.phones, table.c.changed_at))[0]
        assert tuple(row) == (name, phones, moment)


def test_a_column_that_starts_with_nulls_keeps_its_type(store: Store) -> None:
    """The first rows of a result do not decide the type of a column."""
    rows = [{"key": f"{n:05}", "name": None if n < 3000 else "имя"} for n in range(3001)]
    with store.write() as writer:
        writer.append(canonical["party"], _stamped(canonical_records("party", rows)))
    with store.read() as reader:
        names = reader.frame(select(canonical["party"].c.name).order_by(canonical["party"].c.key))
    assert names["name"].to_list() == [None] * 3000 + ["имя"]


@pytest.mark.parametrize("size", [10, bulk._BARE_FROM + 10])
def test_upsert_counts_and_touches_only_what_differs(store: Store, size: int) -> None:
    table = canonical["party"]
    first = _stamped(
        canonical_records("party", [{"key": str(n), "name": "a"} for n in range(size)])
    )
    changed = _stamped(canonical_records("party", [{"key": str(n), "name": "b"} for n in range(3)]))
    later = changed.with_columns(pl.lit(2, pl.Int64).alias("seq"))
    fresh = _stamped(canonical_records("party", [{"key": "new", "name": "c"}]))
    with store.write() as writer:
        assert writer.upsert(table, first, _KEY) == Written(size, 0, 0)
        again = first.with_columns(pl.lit(9, pl.Int64).alias("seq"))
        assert writer.upsert(table, again, _KEY) == Written(0, 0, size)
        mixed = pl.concat([later, first.tail(5), fresh])
        assert writer.upsert(table, mixed, _KEY) == Written(1, 3, 5)
    with store.read() as reader:
        seqs = reader.frame(
            select(table.c.key, table.c.seq).where(table.c.seq != 1).order_by(table.c.key)
        )
        assert seqs.rows() == [("0", 2), ("1", 2), ("2", 2)]
        assert {str(i.name) for i in table.indexes} <= present_indexes(reader, table)


def test_upsert_without_a_hash_compares_all_columns(store: Store) -> None:
    frame = pl.DataFrame({"name": ["a", "b"], "value": [1, 2]})
    with store.write() as writer:
        assert writer.upsert(counter, frame, ["name"]) == Written(2, 0, 0)
        assert writer.upsert(counter, frame, ["name"]) == Written(0, 0, 2)
        assert writer.upsert(counter, frame.with_columns(value=pl.lit(2)), ["name"]) == Written(
            0, 1, 1
        )


def test_upsert_keeps_first_seen(store: Store) -> None:
    """Columns named in `keep` are set once."""
    with store.write() as writer:
        bulk.upsert(
            writer, counter, pl.DataFrame({"name": ["a"], "value": [1]}), ["name"], ["value"]
        )
        bulk.upsert(
            writer, counter, pl.DataFrame({"name": ["a"], "value": [2]}), ["name"], ["value"]
        )
        assert writer.scalar(select(counter.c.value)) == 1


def test_one_key_twice_in_a_batch_is_refused(store: Store) -> None:
    twice = _stamped(canonical_records("party", [{"key": "1"}, {"key": "1", "name": "x"}]))
    with pytest.raises(Bug, match="twice"), store.write() as writer:
        writer.upsert(canonical["party"], twice, _KEY)


def test_an_unknown_column_is_refused_by_name(store: Store) -> None:
    with pytest.raises(Bug, match="colour"), store.write() as writer:
        writer.append(counter, pl.DataFrame({"name": ["a"], "value": [1], "colour": ["red"]}))


def test_lost_indexes_are_made_again_at_the_next_write(store: Store) -> None:
    table = canonical["party"]
    with store.write() as writer:
        writer.session.execute(text("DROP INDEX uq_canonical_party"))
    with store.write() as writer:
        writer.upsert(table, _stamped(canonical_records("party", [{"key": "1"}])), _KEY)
        assert "uq_canonical_party" in present_indexes(writer, table)
        assert ensure_indexes(writer, table) == []


def test_a_first_load_that_breaks_leaves_indexes_and_no_rows(store: Store) -> None:
    """The bare load drops the indexes inside the transaction, so a rollback brings them back."""
    table = canonical["party"]
    rows = _stamped(canonical_records("party", [{"key": str(n)} for n in range(bulk._BARE_FROM)]))
    with interrupted(store) as writer:
        drop_indexes(writer, table)
        writer.append(table, rows)
    with store.read() as reader:
        assert {str(i.name) for i in table.indexes} <= present_indexes(reader, table)
        assert reader.frame(select(table)).is_empty()


def test_every_golden_table_is_written_through_its_types(store: Store) -> None:
    """An empty frame of each golden table comes back with the declared types."""
    with store.read() as reader:
        for table in golden.values():
            frame = reader.frame(select(table))
            assert frame.schema["sources"] == pl.List(pl.String)
            assert frame.schema["version"] == pl.Int64


def test_columns_without_a_value_come_back_null(store: Store) -> None:
    """They are not sent at all; others are not shifted by that."""
    rows = _stamped(canonical_records("party", [{"key": "1", "inn": "7707083893"}, {"key": "2"}]))
    assert rows["kpp"].null_count() == rows.height
    with store.write() as writer:
        assert writer.append(canonical["party"], rows) == 2
    with store.read() as reader:
        stored = reader.frame(select(canonical["party"]).order_by(canonical["party"].c.key))
    assert_frame_equal(stored.select(rows.columns), rows)


def test_a_required_column_without_a_value_is_refused_by_its_name(store: Store) -> None:
    rows = _stamped(canonical_records("party", [{"key": "1"}])).with_columns(
        stream=pl.lit(None, pl.String)
    )
    with pytest.raises(Exception, match="stream"), store.write() as writer:
        writer.append(canonical["party"], rows)


def test_an_unknown_column_is_a_bug_also_without_a_value(store: Store) -> None:
    rows = _stamped(canonical_records("party", [{"key": "1"}])).with_columns(
        strange=pl.lit(None, pl.String)
    )
    with pytest.raises(Bug, match="strange"), store.write() as writer:
        writer.append(canonical["party"], rows)


@pytest.mark.parametrize("breaks", [False, True])
def test_room_for_a_load_is_given_back(sqlite_store: Store, breaks: bool) -> None:
    def room(writer: Writer) -> list[int]:
        return [writer.raw.run(f"PRAGMA {name}")[0].item() for name in ("cache_size", "threads")]

    with sqlite_store.write() as writer:
        before = room(writer)
        with suppress(KeyError), bulk.roomy(writer):
            during = room(writer)
            if breaks:
                raise KeyError
        assert room(writer) == before
    assert during != before


def test_postgresql_knows_at_once_what_a_large_load_brought(postgres_store: Store) -> None:
    """Else it reads a table of many rows through for each of those it looks up, until it looks itself."""
    table = canonical["party"]
    some = canonical_records("party", [{"key": "0"}])
    keys = pl.int_range(bulk._BARE_FROM, eager=True).cast(pl.String)
    rows = _stamped(pl.concat([some] * bulk._BARE_FROM).with_columns(key=keys))
    with postgres_store.write() as writer:
        writer.upsert(table, rows, _KEY)
    known = text("SELECT attname, n_distinct FROM pg_stats WHERE tablename = 'canonical_party'")
    with postgres_store.read() as reader:
        found = {row.attname: row.n_distinct for row in reader.rows(known)}
    assert found["key"] == -1  # each its own
    assert (found["connection"], found["stream"]) == (1, 1)
