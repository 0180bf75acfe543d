"""The desk of stewards: in step with the waiting pairs, what was put off, and who has a pair open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from schemas.evidence import worth
from store import Store, desk, holds, identity
from store.views import reviews, stewards

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEFT, RIGHT = "erp/parties/1", "onec/Контрагенты/2"


def _pairs(*keys: str, score: float | None = 0.6) -> pl.DataFrame:
    told = {"rule": "R8", "severity": "normal", "reason": "name_alone", "score": score}
    left = {"left_connection": "erp", "left_stream": "parties"}
    right = {"right_connection": "onec", "right_stream": "Контрагенты", "right_key": "2"}
    rows = [{**told, **left, "left_key": key, **right} for key in keys]
    return pl.DataFrame(rows, schema_overrides={"score": pl.Float64})


def _lanes(store: Store) -> dict[str, str]:
    with store.read() as reader:
        rows = reviews.listing(reader, {}, reviews.WORTH, None, 100).rows
    return {row["left_key"]: row["lane"] for row in rows}


def test_the_desk_follows_the_pairs_and_a_changed_one_waits_again(store: Store) -> None:
    with store.write() as writer:
        identity.save_pairs(writer, "party", _pairs("1", "3"))
    with store.write() as writer:
        assert desk.put_off(writer, LEFT, RIGHT, "anna", NOON)
    assert _lanes(store) == {"1": "later", "3": "wait"}
    with store.write() as writer:
        identity.save_pairs(writer, "party", _pairs("1", "3"), whole=True)
    assert _lanes(store)["1"] == "later"
    with store.write() as writer:
        identity.save_pairs(writer, "party", _pairs("1", score=0.7), whole=True)
    assert _lanes(store) == {"1": "wait"}
    with store.read() as reader:
        assert not desk.out_of_step(reader)


def test_putting_off_twice_is_once_and_either_way_round_is_the_same_pair(store: Store) -> None:
    with store.write() as writer:
        identity.save_pairs(writer, "party", _pairs("1"))
        assert desk.put_off(writer, RIGHT, LEFT, "anna")
        assert not desk.put_off(writer, LEFT, RIGHT, "anna")
        assert desk.take_up(writer, LEFT, RIGHT) == 1
    assert _lanes(store) == {"1": "wait"}
    with store.write() as writer:
        identity.unqueue(writer, RIGHT, LEFT)
        assert not desk.put_off(writer, LEFT, RIGHT, "anna")
    assert _lanes(store) == {}


def test_a_pair_is_held_by_one_and_runs_out_by_itself(store: Store) -> None:
    with store.write() as writer:
        assert holds.hold(writer, LEFT, RIGHT, "anna", NOON)
        assert not holds.hold(writer, RIGHT, LEFT, "boris", NOON)
        assert holds.hold(writer, LEFT, RIGHT, "anna", NOON + timedelta(minutes=1))
    with store.read() as reader:
        late = NOON + timedelta(minutes=3, seconds=30)
        assert holds.of_pairs(reader, [(LEFT, RIGHT)], late) == {(LEFT, RIGHT): "anna"}
        assert holds.of_others(reader, "boris", late) == {holds.name_of(RIGHT, LEFT)}
        assert holds.of_others(reader, "anna", late) == set()
    with store.write() as writer:
        assert holds.hold(writer, LEFT, RIGHT, "boris", NOON + timedelta(minutes=9))
        holds.release(writer, LEFT, RIGHT, "anna")
    with store.read() as reader:
        found = holds.of_pairs(reader, [(LEFT, RIGHT)], NOON + timedelta(minutes=9))
    assert found == {(LEFT, RIGHT): "boris"}


def test_the_next_pair_is_one_nobody_else_has_open(store: Store) -> None:
    with store.write() as writer:
        identity.save_pairs(writer, "party", _pairs("1", "3", "5"))
        holds.hold(writer, "erp/parties/3", RIGHT, "anna")
    with store.read() as reader:
        rows = reviews.listing(reader, {}, reviews.WORTH, None, 9).rows
        order = [row["left_key"] for row in rows]
        seen, here = [], f"erp/parties/{order[0]}"
        for _ in order:
            found = reviews.following(reader, here, RIGHT, {"lane": "wait"}, by="boris")
            assert found
            here = found[0]
            seen.append(here.rpartition("/")[2])
    assert "3" not in seen
    assert {"1", "5"} >= set(seen)
    assert [row["holder"] for row in rows if row["left_key"] == "3"] == ["anna"]


@pytest.mark.parametrize(
    ("score", "severity", "value", "expected"),
    [
        (None, "normal", 3, 3000),
        (0.5, "high", 1, 4000),
        (0.9, "normal", 10, 2000),
        (1.0, "high", 9, 0),
    ],
)
def test_worth_is_value_times_uncertainty_by_gravity(
    score: float | None, severity: str, value: int, expected: int
) -> None:
    row = {"score": [score], "severity": [severity], "value": [value]}
    frame = pl.DataFrame(row, schema_overrides={"score": pl.Float64})
    assert frame.select(worth()).item() == expected


def test_a_day_is_noted_once_and_only_if_it_changed(store: Store) -> None:
    with store.write() as writer:
        identity.save_pairs(writer, "party", _pairs("1", "3"))
        desk.put_off(writer, LEFT, RIGHT, "anna")
        desk.note_day(writer, NOON)
        desk.note_day(writer, NOON + timedelta(hours=1))
    with store.read() as reader:
        (day,) = stewards.days(reader)
    assert (day.waiting, day.put_off) == (1, 1)
