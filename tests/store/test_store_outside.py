"""The journal's chain, answers kept by key, and places in the feed, on both engines."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from schemas.errors import ConfigError
from store import Store, consumers, journal, requests
from store.clock import utc_now
from store.tables import counter
from store.tables import journal as table


def noted(store: Store, *acts: str) -> None:
    for act in acts:
        with store.write() as writer:
            journal.note(writer, journal.Act("anna", act, "thing", "1", {"n": 1}, "x\0y", "why"))


def test_rows_follow_from_one_another(store: Store) -> None:
    noted(store, "a", "b", "c")
    with store.read() as reader:
        assert journal.check(reader) == journal.Checked(3)
        rows = reader.rows(table.select().order_by(table.c.id))
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert (rows[0].before, rows[0].after) == ('{"n": 1}', "x\ufffdy")


def test_an_act_that_is_taken_back_leaves_no_row_and_no_gap(store: Store) -> None:
    class TakenBack(Exception):
        pass

    noted(store, "a")

    def taken_back() -> None:
        with store.write() as writer:
            journal.note(writer, journal.Act("anna", "b"))
            raise TakenBack

    with pytest.raises(TakenBack):
        taken_back()
    noted(store, "c")
    with store.read() as reader:
        assert journal.check(reader) == journal.Checked(2)


@pytest.mark.parametrize(
    ("harm", "broken"),
    [
        (update(table).where(table.c.id == 2).values(who="boris"), 2),
        (update(table).where(table.c.id == 3).values(at=utc_now()), 3),
        (delete(table).where(table.c.id == 2), 2),
        (delete(table).where(table.c.id == 4), 4),
        (update(table).where(table.c.id == 4).values(id=9), 4),
        (update(counter).where(counter.c.name == "journal").values(value=3), 4),
    ],
)
def test_the_first_wrong_row_is_named(sqlite_store: Store, harm: object, broken: int) -> None:
    noted(sqlite_store, "a", "b", "c", "d")
    with sqlite_store.write() as writer:
        writer.execute(harm)  # type: ignore[arg-type]  # each is a statement
    with sqlite_store.read() as reader:
        assert journal.check(reader).broken == broken


def test_a_row_whose_seal_was_made_anew_breaks_the_next_one(sqlite_store: Store) -> None:
    noted(sqlite_store, "a", "b", "c")
    with sqlite_store.write() as writer:
        row = dict(writer.rows(table.select().where(table.c.id == 2))[0]._mapping) | {"who": "x"}
        sealed = {"who": "x", "hash": journal.chained(row)}
        writer.execute(update(table).where(table.c.id == 2).values(**sealed))
    with sqlite_store.read() as reader:
        assert journal.check(reader).broken == 3


def test_writers_at_once_make_one_chain(store: Store) -> None:
    threads = [threading.Thread(target=noted, args=(store, "a", "b", "c")) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with store.read() as reader:
        assert journal.check(reader) == journal.Checked(15)


def test_a_key_is_claimed_once_answered_for_a_day_and_given_back_when_refused(store: Store) -> None:
    now = utc_now()

    def claim(key: str, caller: str = "crm", later: timedelta = timedelta()) -> object:
        with store.write() as writer:
            return requests.claim(writer, caller, key, f"digest of {caller}", now + later)

    assert claim("k") is None
    assert claim("k") == requests.Given("digest of crm", None, None, None)
    assert claim("k", "other") is None
    with store.write() as writer:
        requests.keep(writer, "crm", "k", 201, '{"a": 1}', "/v1/x")
    kept = requests.Given("digest of crm", 201, '{"a": 1}', "/v1/x")
    assert claim("k", later=requests.AT_WORK * 2) == kept
    assert claim("k", later=requests.KEPT) is None, "a day later it is a new request"
    assert claim("r") is None
    with store.write() as writer:
        requests.give_back(writer, "crm", "r")
    assert claim("r") is None
    assert claim("r", later=requests.AT_WORK) is None, "whoever was at it was killed"


def test_a_place_goes_forward_by_confirming_and_back_by_moving_only(store: Store) -> None:
    with store.write() as writer:
        consumers.add(writer, "crm", 0, "test")
        with pytest.raises(ConfigError):
            consumers.ack(writer, "crm", 1)
        with pytest.raises(ConfigError):
            consumers.move(writer, "none", 0)
        assert consumers.ack(writer, "crm", 0).acked_at is not None
        consumers.noted(writer, "crm")
        assert not consumers.due(consumers.known(writer, "crm"))
