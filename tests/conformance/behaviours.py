"""The behaviours every connector owes the hub; each is a function that asserts.

Those about trouble and about writing live in `behaviours_trouble`, which completes the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl
import pytest

from connectors.base import Counted, Fetch, Seekable
from schemas.errors import ContractBroken
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY, Cursor
from tests.conformance.case import Bench
from tests.conformance.reading import (
    batches,
    change_times,
    described,
    keys,
    last_cursor,
    latest,
    rising,
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing a connector must do, with its title for people."""

    name: str
    title: str
    run: Callable[[Bench], None]


ALL: dict[str, Behaviour] = {}


def behaviour(title: str) -> Callable[[Callable[[Bench], None]], Callable[[Bench], None]]:
    """Adds a function to the kit under its own name."""

    def add(run: Callable[[Bench], None]) -> Callable[[Bench], None]:
        ALL[run.__name__] = Behaviour(run.__name__, title, run)
        return run

    return add


@behaviour("discover is stable and describes every stream")
def discover_is_stable(bench: Bench) -> None:
    first, second = bench.source().discover(), bench.source().discover()
    assert first == second
    names = [stream.name for stream in first]
    assert len(set(names)) == len(names)
    assert bench.stream in names
    assert all(stream.key and all(stream.key) for stream in first)


@behaviour("batches carry the reserved columns, typed, and end with a cursor")
def envelope_is_complete(bench: Bench) -> None:
    found = batches(bench.source(), bench.stream)
    assert len(found) >= 3, "the bench must hold at least three batches"
    for batch in found:
        types = {name: batch.rows.schema.get(name) for name in ENVELOPE}
        assert types == dict(ENVELOPE)
        assert batch.rows[DELETED].null_count() == 0
    last_cursor(found)


@behaviour("reading twice gives the same rows in the same batches")
def reading_is_repeatable(bench: Bench) -> None:
    source = bench.source()
    until = source.clock()
    first = batches(source, bench.stream, None, until)
    second = batches(bench.source(), bench.stream, None, until)
    assert len(keys(first)) == bench.rows_now()
    assert keys(first) == keys(second)
    assert latest(first) == latest(second)


@behaviour("keys are unique and never null, in a batch and overall")
def keys_are_unique(bench: Bench) -> None:
    found = [
        batch for batch in batches(bench.source(), bench.stream) if batch.stream == bench.stream
    ]
    every = pl.concat([batch.rows[KEY] for batch in found])
    assert every.null_count() == 0
    assert (every.str.len_bytes() > 0).all()
    assert every.n_unique() == len(every)


@behaviour("rows come in order of change where the stream says so")
def order_is_kept(bench: Bench) -> None:
    source = bench.source()
    if described(source, bench.stream).ordered:
        assert rising(change_times(batches(source, bench.stream)))


@behaviour("resuming from every cursor, through JSON, loses nothing")
def every_cursor_resumes(bench: Bench) -> None:
    source = bench.source()
    until = source.clock()
    found = batches(source, bench.stream, None, until)
    whole = latest(found)
    seen: dict[str, tuple[object, ...]] = {}
    for place, batch in enumerate(found):
        seen |= latest([batch])
        if batch.cursor is None:
            continue
        stored = Cursor.loads(batch.cursor.dumps())
        rest = batches(bench.source(), bench.stream, stored, until)
        assert seen | latest(rest) == whole, f"resumed after batch {place}"


@behaviour("an interrupted read makes progress: the rest is shorter than the whole")
def resuming_makes_progress(bench: Bench) -> None:
    source = bench.source()
    until = source.clock()
    found = batches(source, bench.stream, None, until)
    middle = next(batch.cursor for batch in found[len(found) // 2 :] if batch.cursor is not None)
    rest = batches(bench.source(), bench.stream, middle, until)
    assert len(keys(rest)) < len(keys(found))


@behaviour("rows of one moment across a batch edge are all read, and resumed inside")
def ties_survive_batch_edges(bench: Bench) -> None:
    tied = set(bench.add_tie(25))
    source = bench.source()
    until = source.clock() + timedelta(seconds=2)
    found = batches(source, bench.stream, None, until)
    assert tied <= set(keys(found))
    for place, batch in enumerate(found):
        if batch.cursor is not None:
            rest = batches(bench.source(), bench.stream, batch.cursor, until)
            assert tied <= set(keys(found[: place + 1])) | set(keys(rest))


@behaviour("a cursor beyond the data gives no rows")
def future_cursor_is_empty(bench: Bench) -> None:
    assert keys(batches(bench.source(), bench.stream, bench.future_cursor())) == []


@behaviour("a cursor of another version is refused, never ignored")
def strange_cursor_is_refused(bench: Bench) -> None:
    source = bench.source()
    cursor = last_cursor(batches(source, bench.stream))
    with pytest.raises(ContractBroken):
        batches(source, bench.stream, replace(cursor, version=cursor.version + 1000))


@behaviour("changed and new rows are read from the last cursor")
def changes_are_read(bench: Bench) -> None:
    cursor = last_cursor(batches(bench.source(), bench.stream))
    changed = {*bench.change_rows(3), *bench.add_rows(2)}
    source = bench.source()
    again = batches(source, bench.stream, cursor, source.clock() + timedelta(seconds=2))
    assert changed <= set(keys(again, bench.stream))


@behaviour("a row committed late, inside the declared overlap, is still read")
def late_rows_are_read(bench: Bench) -> None:
    cursor = last_cursor(batches(bench.source(), bench.stream))
    late = bench.add_late_row()
    assert late in keys(batches(bench.source(), bench.stream, cursor))


@behaviour("nothing later than `until` is read while rows are being added")
def until_is_respected(bench: Bench) -> None:
    source = bench.source()
    until = source.clock()
    before = bench.rows_now()
    reading = source.read(bench.stream, None, until)
    found = [next(reading)]
    added = set(bench.add_rows(5))
    found += list(reading)
    assert not added & set(keys(found))
    assert len(set(keys(found))) == before
    assert all(at <= until for at in change_times(found))


@behaviour("deletions show as the stream declares")
def deletes_show_as_declared(bench: Bench) -> None:
    source = bench.source()
    mode = described(source, bench.stream).delete_mode
    cursor = last_cursor(batches(source, bench.stream))
    gone = bench.delete_row()
    until = source.clock() + timedelta(seconds=2)
    if mode == "tombstones":
        found = batches(bench.source(), bench.stream, cursor, until)
        deleted = [
            key for batch in found for key in batch.rows.filter(pl.col(DELETED))[KEY].to_list()
        ]
        assert gone in deleted
    else:
        assert mode == "key_sweep", "an invisible deletion is listed as impossible, not tested"
        assert gone not in keys(batches(bench.source(), bench.stream, None, until))


@behaviour("every kind of text arrives unchanged")
def texts_arrive_unchanged(bench: Bench) -> None:
    expected = {bench.add_text(text): text for text in bench.texts()}
    source = bench.source()
    rows = latest(batches(source, bench.stream, None, source.clock() + timedelta(seconds=2)))
    for key, text in expected.items():
        assert text in rows[key], f"a text of {len(text)} characters was changed"


@behaviour("no rows and one row are ordinary")
def none_and_one_are_ordinary(bench: Bench) -> None:
    bench.clear(keep=1)
    found = batches(bench.source(), bench.stream)
    assert len(keys(found)) == 1
    last_cursor(found)
    bench.clear(keep=0)
    assert keys(batches(bench.source(), bench.stream)) == []


@behaviour("count agrees with read, from the beginning and from a cursor")
def count_agrees_with_read(bench: Bench) -> None:
    source = bench.source()
    assert isinstance(source, Counted)
    until = source.clock()
    found = batches(source, bench.stream, None, until)
    assert source.count(bench.stream, None, until) == len(keys(found)) > 0
    cursor = found[0].cursor
    assert cursor is not None
    rest = batches(source, bench.stream, cursor, until)
    assert source.count(bench.stream, cursor, until) == len(keys(rest)) > 0


@behaviour("fetch gives the rows read gives; absent keys are absent")
def fetch_agrees_with_read(bench: Bench) -> None:
    source = bench.source()
    assert isinstance(source, Fetch)
    found = batches(source, bench.stream)[0].rows.head(3)
    wanted = found[KEY].to_list()
    fetched = source.fetch(bench.stream, [*wanted, "999999999"])
    assert fetched.select(found.columns).sort(KEY).equals(found.sort(KEY))
    assert source.fetch(bench.stream, []).is_empty()


@behaviour("reading from a moment gives everything changed then or later")
def seeking_finds_the_moment(bench: Bench) -> None:
    source = bench.source()
    assert isinstance(source, Seekable)
    until = source.clock()
    rows = pl.concat([batch.rows for batch in batches(source, bench.stream, None, until)])
    moment = rows[CHANGED_AT].sort()[len(rows) // 2]
    expected = set(rows.filter(pl.col(CHANGED_AT) >= moment)[KEY].to_list())
    found = keys(batches(source, bench.stream, source.cursor_at(bench.stream, moment), until))
    assert expected <= set(found)
    assert len(found) < len(rows)
