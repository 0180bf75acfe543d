"""The change feed: every change once, in commit order, without gaps."""

from __future__ import annotations

import threading
from collections.abc import Callable

import polars as pl

from store import Store, feed, golden, identity
from tests.support.interrupted import interrupted
from tests.support.records import golden_records

_TOLD = ["pos", "golden_id", "op", "version", "survivor_id"]


def _identity(
    golden_id: str, survivor: str | None = None, origin: str | None = None
) -> pl.DataFrame:
    state = "active" if survivor is None else "merged"
    row = {
        "id": golden_id,
        "entity": "legal_entity",
        "state": state,
        "survivor_id": survivor,
        "founder": golden_id,
        "origin_id": origin,
    }
    nullable = {"survivor_id": pl.String, "origin_id": pl.String}
    return pl.DataFrame([row], schema_overrides=nullable)


def _step(
    store: Store,
    names: dict[str, str],
    merges: dict[str, str] | None = None,
    origins: dict[str, str] | None = None,
) -> list[tuple[object, ...]]:
    """Golden becomes `names`, identities merge as told, and the feed is published; what it adds."""
    with store.write() as writer:
        before = feed.newest(writer)
        every = [*((i, None) for i in names), *(merges or {}).items()]
        came_of = origins or {}
        identity.save(writer, pl.concat(_identity(i, s, came_of.get(i)) for i, s in every))
        records = golden_records("legal_entity", [{"id": i, "name": n} for i, n in names.items()])
        golden.save(writer, "legal_entity", records, whole=True)
        feed.publish(writer, 1)
    with store.read() as reader:
        return feed.changes(reader, before).select(_TOLD).rows()


def test_a_life_with_merges_and_a_split(store: Store) -> None:
    """created, changed, merged, redirected, split, retired: in order, with versions and survivors."""
    assert _step(store, {"a": "A", "b": "B", "c": "C"}) == [
        (1, "a", "created", 1, None),
        (2, "b", "created", 1, None),
        (3, "c", "created", 1, None),
    ]
    assert _step(store, {"a": "AA", "b": "B", "c": "C"}) == [(4, "a", "changed", 2, None)]
    assert _step(store, {"b": "B", "c": "C"}, {"a": "b"}) == [(5, "a", "merged", 3, "b")]
    assert _step(store, {"c": "C"}, {"a": "c", "b": "c"}) == [
        (6, "a", "redirected", 3, "c"),
        (7, "b", "merged", 2, "c"),
    ]
    assert _step(store, {"a": "AA", "c": "CC"}, {"b": "c"}, {"a": "c"}) == [
        (8, "a", "created", 4, None),
        (9, "c", "split", 2, None),
    ]
    with store.read() as reader:
        assert feed.changes(reader, 8)["new_ids"].to_list() == [["a"]]
    assert _step(store, {"c": "CC"}) == [(10, "a", "retired", 5, None)]


def test_publishing_twice_adds_nothing(store: Store) -> None:
    _step(store, {"a": "A"})
    with store.write() as writer:
        assert feed.publish(writer) == 0
    assert _step(store, {"a": "A"}) == []


def test_a_chain_of_merges_names_the_last_survivor(store: Store) -> None:
    _step(store, {"a": "A", "b": "B", "c": "C"})
    told = _step(store, {"c": "C"}, {"a": "b", "b": "c"})
    assert {row[1]: row[4] for row in told} == {"a": "c", "b": "c"}


def test_a_record_that_ended_before_it_was_told_is_not_told(store: Store) -> None:
    with store.write() as writer:
        golden.save(writer, "item", golden_records("item", [{"id": "x", "name": "Кабель"}]))
        golden.save(writer, "item", golden_records("item", []), whole=True)
        assert feed.publish(writer) == 0


def test_parents_come_before_their_parts(store: Store) -> None:
    with store.write() as writer:
        golden.save(writer, "unit", golden_records("unit", [{"id": "u", "legal_entity_id": "e"}]))
        golden.save(writer, "legal_entity", golden_records("legal_entity", [{"id": "e"}]))
        assert feed.publish(writer) == 2
        assert feed.changes(writer)["entity"].to_list() == ["legal_entity", "unit"]
        assert feed.changes(writer, after=1, limit=1)["golden_id"].to_list() == ["u"]
        assert feed.history(writer, "u")["op"].to_list() == ["created"]


def test_a_rolled_back_publication_leaves_no_gap(store: Store) -> None:
    with interrupted(store) as writer:
        golden.save(writer, "item", golden_records("item", [{"id": "lost"}]))
        feed.publish(writer)
    with store.write() as writer:
        golden.save(writer, "item", golden_records("item", [{"id": "kept"}]))
        feed.publish(writer)
        assert feed.changes(writer).select("pos", "golden_id").rows() == [(1, "kept")]


def test_a_polling_reader_misses_nothing_of_four_writers(
    store: Store, open_again: Callable[[], Store]
) -> None:
    """Writers commit in any order; a reader that only ever asks `pos > last` sees all, in order."""
    turns, writers = 8, 4
    done = threading.Event()
    seen: list[tuple[int, str]] = []
    failures: list[BaseException] = []

    def write(own: Store, number: int) -> None:
        try:
            for turn in range(turns):
                with own.write() as writer:
                    rows = golden_records("item", [{"id": f"{number}-{turn}"}])
                    golden.save(writer, "item", rows)
                    feed.publish(writer)
        except BaseException as error:  # noqa: BLE001  reported by the test
            failures.append(error)

    def poll(own: Store) -> None:
        while True:
            finished = done.is_set()
            with own.read() as reader:
                found = feed.changes(reader, seen[-1][0] if seen else 0)
            seen.extend(found.select("pos", "golden_id").rows())
            if finished and found.is_empty():
                return

    poller = threading.Thread(target=poll, args=(open_again(),))
    threads = [threading.Thread(target=write, args=(open_again(), n)) for n in range(writers)]
    for thread in [poller, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    poller.join()
    assert failures == []
    assert [pos for pos, _ in seen] == list(range(1, turns * writers + 1))
    assert {i for _, i in seen} == {f"{n}-{t}" for n in range(writers) for t in range(turns)}
