"""Activations of rule sets, and what leaving one did to the ids of records."""

from __future__ import annotations

import polars as pl

from store import Store, rules
from store.rules import RuleSet
from tests.support.records import NOON

_LINK = {
    "entity": pl.String, "connection": pl.String, "stream": pl.String, "key": pl.String,
    "own_id": pl.String, "own_unit_id": pl.String,
}  # fmt: skip


def links(**own: str | None) -> pl.DataFrame:
    """Party links by key: the id of their own; the unit's is that with a `u`."""
    rows = [("party", "erp", "p", k, i, None if i is None else f"{i}u") for k, i in own.items()]
    return pl.DataFrame(rows, schema=_LINK, orient="row")


def changed(before: dict[str, str | None], after: dict[str, str | None]) -> pl.DataFrame:
    """What a departure notes."""
    told = links(**after).select(own_id_after="own_id", own_unit_id_after="own_unit_id")
    return pl.concat([links(**before), told], how="horizontal")


def own(frame: pl.DataFrame) -> dict[str, str | None]:
    """Key → own id."""
    return dict(frame.select("key", "own_id").iter_rows())


def test_without_activations_the_shipped_set_is_active(store: Store) -> None:
    with store.read() as reader:
        assert rules.active(reader) == RuleSet()
        assert rules.before(reader) is None
        assert rules.history(reader) == []


def test_back_is_an_activation_of_its_own_and_walks_down_the_stack(store: Store) -> None:
    """b, c, back to b, d, back to b, back to the shipped one."""
    with store.write() as writer:
        for version in ("b", "c"):
            rules.activate(writer, version, f"{{{version}}}", "anna", "why", now=NOON)
        found = rules.before(writer)
        assert found == RuleSet(1, "b", "{b}", None, "anna", "why", NOON)
        rules.activate(writer, "b", "{b}", "anna", restores=1)
        rules.activate(writer, "d", "{d}", "anna")
        assert (back := rules.before(writer)) is not None
        assert back.id == 1
        rules.activate(writer, "b", "{b}", "anna", restores=1)
        assert rules.before(writer) == RuleSet()
    with store.read() as reader:
        assert [one.version for one in rules.history(reader)] == ["b", "d", "b", "c", "b"]
        assert (first := rules.named(reader, "b")) is not None
        assert first.id == 1
        assert rules.named(reader, "z") is None


def test_ids_are_those_of_when_the_rules_were_left(store: Store) -> None:
    """Two departures are undone last first; a record whose id something else changed is left alone."""
    with store.write() as writer:
        rules.leave(writer, "S", changed({"k": "Y", "m": "Z"}, {"k": "X", "m": "X"}))
        rules.leave(writer, "B", changed({"m": "X"}, {"m": "W"}))
    now = links(a="X", k="X", m="W", n=None)
    with store.read() as reader:
        assert own(rules.as_under(reader, now, "party", "B")) == {
            "a": "X", "k": "X", "m": "X", "n": None,
        }  # fmt: skip
        under = rules.as_under(reader, now, "party", "S")
        assert own(under) == {"a": "X", "k": "Y", "m": "Z", "n": None}
        assert under["own_unit_id"].to_list() == ["Xu", "Yu", "Zu", None]
        moved = links(a="X", k="Q", m="W")
        assert own(rules.as_under(reader, moved, "party", "S"))["k"] == "Q"
        assert rules.as_under(reader, now, "person", "S").equals(now)
        assert rules.as_under(reader, now, "party", "unknown").equals(now)


def test_a_departure_that_moved_nothing_leaves_no_trace(store: Store) -> None:
    with store.write() as writer:
        assert rules.leave(writer, "S", changed({}, {})) == 0
        assert rules.leave(writer, "S", changed({"k": "Y"}, {"k": None})) == 1
        assert rules.leave(writer, "B", changed({"k": None}, {"k": "Y"})) == 1
    with store.read() as reader:
        back = rules.as_under(reader, links(k="Y"), "party", "S")
        assert own(back) == {"k": "Y"}
