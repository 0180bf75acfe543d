"""Quarantine: one open row per record, closed when the record is accepted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from schemas.records import REJECTS
from store import Store, Written, quarantine
from tests.support.records import NOON, frame_of

_PLACE = quarantine.Place("map", "erp", "parties")
_LATER = NOON + timedelta(days=1)


def _rejects(*rows: dict[str, Any]) -> pl.DataFrame:
    told = {
        "reason": "inn_checksum",
        "field": "inn",
        "value": "1",
        "message_ru": "р",
        "message_en": "e",
        "payload": "{}",
    }
    return frame_of(REJECTS, [{**told, **row} for row in rows])


def _put(store: Store, *rows: dict[str, Any], now: Any = NOON) -> Written:
    with store.write() as writer:
        return quarantine.put(writer, _PLACE, _rejects(*rows), 1, now)


def test_the_same_refusal_again_writes_nothing(store: Store) -> None:
    assert _put(store, {"key": "1"}, {"key": "2"}) == Written(2, 0, 0)
    assert _put(store, {"key": "1"}, {"key": "2"}, now=_LATER) == Written(0, 0, 2)
    with store.read() as reader:
        page = quarantine.page(reader)
    assert page["id"].to_list() == [1, 2]
    assert page["last_seen"].to_list() == [NOON, NOON]


def test_another_refusal_of_the_same_record_updates_its_row(store: Store) -> None:
    _put(store, {"key": "1"})
    assert _put(store, {"key": "1", "reason": "inn_length"}, now=_LATER) == Written(0, 1, 0)
    with store.read() as reader:
        row = quarantine.get(reader, 1)
    assert row is not None
    assert (row.reason, row.attempts, row.first_seen, row.last_seen) == (
        "inn_length",
        2,
        NOON,
        _LATER,
    )


def test_a_later_success_closes_the_row_and_a_new_refusal_opens_another(store: Store) -> None:
    _put(store, {"key": "1"}, {"key": "2"})
    with store.write() as writer:
        assert quarantine.resolve(writer, _PLACE, pl.Series(["1", "9"]), _LATER) == 1
        assert (
            quarantine.resolve(writer, quarantine.Place("map", "erp", "other"), pl.Series(["2"]))
            == 0
        )
    assert _put(store, {"key": "1"}) == Written(1, 0, 0)
    with store.read() as reader:
        assert quarantine.page(reader, state="replayed")["key"].to_list() == ["1"]
        assert quarantine.page(reader, state="open")["key"].to_list() == ["2", "1"]
        assert quarantine.get(reader, 99) is None


def test_only_open_rows_can_be_marked(store: Store) -> None:
    _put(store, {"key": "1"}, {"key": "2"})
    with store.write() as writer:
        assert quarantine.mark(writer, [1], "discarded") == 1
        assert quarantine.mark(writer, [1], "fixed") == 0
        assert quarantine.attempted(writer, [1, 2]) == 1
    with store.read() as reader:
        assert quarantine.chosen(reader, [1, 2]).select("state", "attempts").rows() == [
            ("discarded", 1),
            ("open", 2),
        ]


def test_a_note_stays_with_the_row_it_closed(store: Store) -> None:
    _put(store, {"key": "1"})
    with store.write() as writer:
        assert quarantine.mark(writer, [1], "discarded", "проба 100%") == 1
    with store.read() as reader:
        row = quarantine.get(reader, 1)
    assert row is not None
    assert (row.message_ru, row.message_en) == ("р [проба 100%]", "e [проба 100%]")


def test_any_number_of_rows_can_be_chosen_and_marked(store: Store) -> None:
    """More than a statement may have parameters, on either engine."""
    many = 70_000
    one = _rejects({"key": "0"})
    keys = pl.int_range(many, eager=True).cast(pl.String)
    with store.write() as writer:
        quarantine.put(writer, _PLACE, pl.concat([one] * many).with_columns(key=keys), 1)
        ids = range(1, many + 1)
        assert quarantine.attempted(writer, ids) == many
        assert quarantine.mark(writer, [*ids, *ids], "discarded") == many
    with store.read() as reader:
        found = quarantine.chosen(reader, [*reversed(ids), many + 1])
        assert quarantine.chosen(reader, []).is_empty()
    assert found["id"].to_list() == list(ids)
    assert found.select("state", "attempts").unique().rows() == [("discarded", 2)]


def test_a_file_read_again_closes_what_it_no_longer_holds(store: Store) -> None:
    """Only rows without a key of those very files, and not those refused again."""
    here = ("a.csv:5", "a.csv:9", "a.csv, Лист1:5", "a.csv #5")
    elsewhere = ("A.csv:5", "a.csv.bak:5", "b/a.csv:5")
    _put(store, *({"key": "", "value": place} for place in (*here, *elsewhere)))
    _put(store, {"key": "1", "value": "a.csv:7"})
    with store.write() as writer:
        again = _rejects({"key": "", "value": "a.csv:9"})
        assert quarantine.reread(writer, _PLACE, ["a.csv", "c.csv"], again) == 3
        assert quarantine.reread(writer, _PLACE, ["a.csv"], again) == 0
        assert quarantine.reread(writer, _PLACE, [], again) == 0
    with store.read() as reader:
        still = quarantine.page(reader, state="open")["value"].to_list()
        assert set(quarantine.page(reader, state="replayed")["value"]) == set(here) - {"a.csv:9"}
    assert still == ["a.csv:9", *elsewhere, "a.csv:7"]


def test_records_without_a_key_are_told_apart_by_content(store: Store) -> None:
    rows = ({"key": None, "payload": "{1}"}, {"key": "", "payload": "{2}"})
    assert _put(store, *rows) == Written(2, 0, 0)
    assert _put(store, *rows) == Written(0, 0, 2)


def test_nul_characters_are_made_visible(store: Store) -> None:
    """PostgreSQL refuses NUL in text; the row must still be shown."""
    _put(store, {"key": "a\0b", "value": "\0"})
    with store.read() as reader:
        page = quarantine.page(reader)
    assert page.select("key", "value").row(0) == ("a␀b", "␀")


def test_groups_count_open_rows_by_reason_and_source(store: Store) -> None:
    _put(store, {"key": "1"}, {"key": "2"}, {"key": "3", "reason": "mojibake"})
    with store.write() as writer:
        quarantine.mark(writer, [2], "discarded")
    with store.read() as reader:
        groups = quarantine.groups(reader)
        assert quarantine.page(reader, limit=1, after=1)["key"].to_list() == ["2"]
    assert groups.select("stream", "reason", "rows").rows() == [
        ("parties", "inn_checksum", 1),
        ("parties", "mojibake", 1),
    ]
    assert groups["first_seen"].to_list() == [NOON, NOON]


@pytest.mark.parametrize("stage", ["extract", "map"])
def test_stages_do_not_share_rows(store: Store, stage: str) -> None:
    place = quarantine.Place(stage, "erp", "parties")
    with store.write() as writer:
        assert quarantine.put(writer, place, _rejects({"key": "1"}), 1) == Written(1, 0, 0)
        assert quarantine.put(writer, _PLACE, _rejects({"key": "1"}), 1).inserted == (
            stage != "map"
        )
