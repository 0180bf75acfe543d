"""Corrections and rows put off, as the store keeps them."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from schemas.records import REJECTS
from store import Store, corrections, quarantine
from store.engine import Reader
from tests.support.records import NOON

PLACE = quarantine.Place("map", "erp", "parties")


def edits(*values: tuple[str, str | None, str | None]) -> pl.DataFrame:
    rows = [("erp", "parties", key, "INN", was, value) for key, was, value in values]
    return pl.DataFrame(rows, schema=corrections.EDIT, orient="row")


def in_force(reader: Reader) -> list[tuple[str, str | None]]:
    return list(corrections.standing(reader, "erp", ["parties"]).select("key", "value").iter_rows())


def test_the_same_correction_twice_is_one_and_another_takes_its_place(store: Store) -> None:
    with store.write() as writer:
        assert (
            corrections.save(writer, edits(("1", "x", "y"), ("2", None, "z")), "a", None, "b1") == 2
        )
        assert corrections.save(writer, edits(("1", "x", "y")), "a", None, "b2") == 0
        assert (
            corrections.save(writer, edits(("1", "x", "w"), ("2", None, None)), "a", None, "b3")
            == 2
        )
        assert in_force(writer) == [("1", "w"), ("2", None)]
        assert corrections.withdraw(writer, "b3", "a") == 2
        assert in_force(writer) == [("1", "y"), ("2", "z")]
        assert corrections.withdraw(writer, "b3", "a") == 0
        ids = corrections.pending(writer, "erp")["id"].to_list()
        assert corrections.overtaken(writer, ids[:1]) == 1
        assert corrections.carried(writer, ids) == len(ids) == 4
        assert in_force(writer) == [("2", "z")]
        assert corrections.pending(writer, "erp").is_empty()


def refuse(store: Store, value: str) -> None:
    row = {"key": "1", "reason": "inn_checksum", "field": "inn", "value": value}
    told = {"message_ru": "нет", "message_en": "no", "payload": "{}"}
    with store.write() as writer:
        quarantine.put(
            writer, PLACE, pl.DataFrame([{**row, **told}], schema=dict(REJECTS)), 1, NOON
        )


def states(store: Store) -> list[str]:
    with store.read() as reader:
        return [row.state for row in [quarantine.get(reader, i) for i in (1, 2)] if row]


@pytest.fixture
def off(store: Store) -> Store:
    """A store with one row put off for a month."""
    refuse(store, "770")
    with store.write() as writer:
        until = NOON + timedelta(days=30)
        assert quarantine.put_off(writer, [1, 1, 99], "ждём выписку", "anna", until, NOON) == 1
    return store


def test_a_row_put_off_stays_so_while_the_record_is_refused_as_before(off: Store) -> None:
    refuse(off, "770")
    assert states(off) == ["put_off"]
    refuse(off, "771")
    assert states(off) == ["open"]


def test_a_row_put_off_opens_on_its_day_or_when_asked(off: Store) -> None:
    with off.write() as writer:
        assert quarantine.reopen_due(writer, NOON + timedelta(days=29)) == 0
        assert quarantine.reopen_due(writer, NOON + timedelta(days=30)) == 1
        assert quarantine.put_off(writer, [1], "снова", "anna", NOON, NOON) == 1
        assert quarantine.reopen(writer, [1]) == 1
    assert states(off) == ["open"]


def test_a_record_accepted_meanwhile_closes_its_row_though_put_off(off: Store) -> None:
    with off.write() as writer:
        assert quarantine.resolve(writer, PLACE, pl.Series(["1"]), NOON) == 1
    assert states(off) == ["replayed"]
