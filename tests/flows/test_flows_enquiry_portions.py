"""Enquiries assembled by portions: as in one go, whatever the portions, and whoever is killed among them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.enquiries import load_enquiries
from flows.enquiries import route, stage
from flows.enquiries.assemble import assembled
from flows.enquiries.decide import decide
from flows.enquiries.portions import _cut, _roots, portions
from flows.enquiries.same import linked
from flows.house import House
from flows.sync import settle
from schemas.enquiries import ACT
from store import Store, canonical, enquiries
from tests.support.examples import examples
from tests.support.house import house_over
from tests.support.messages import DAY, MONDAY, a_week, canonical_messages, message

RULES = load_enquiries(Path("nowhere"))
CHATS = pl.DataFrame(schema={"thread": pl.String(), "contact_id": pl.String()})
SENT = ("owner", "unit", "route", "route_why")  # made once, of what was known then


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


def by(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "portions", partial(portions, most=most))
    monkeypatch.setattr(route, "PORTION", most)


def land(house: House, rows: list[dict[str, Any]]) -> None:
    with house.store.write() as writer:
        canonical.save(writer, "message", canonical_messages(rows))


def found(house: House) -> pl.DataFrame:
    with house.store.read() as reader:
        return enquiries.load(reader)


def in_one_go(house: House, rows: list[dict[str, Any]]) -> pl.DataFrame:
    with house.store.read() as reader:
        acts = enquiries.acts(reader, sorted({row["thread"] for row in rows}))
    return linked(assembled(canonical_messages(rows), acts, CHATS, RULES), RULES).sort("id")


@pytest.mark.both_engines
@pytest.mark.parametrize("most", [1, 17, 1_000])
def test_a_first_assembly_by_portions_is_as_in_one_go(
    house: House, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    by(most, monkeypatch)
    rows = a_week(random.Random(most), 120)  # noqa: S311  a game, no secret
    land(house, rows)
    with house.store.write() as writer:
        for number, field, value in ((3, "state", "closed"), (9, "topic", "claim")):
            row = rows[number]
            anchor = (row["channel"], row["thread"], row["message_id"])
            enquiries.decide(writer, anchor, field, value, author="anna")
    settle(house)
    told, whole = found(house), in_one_go(house, rows)
    assert told.drop(SENT).equals(whole.drop(SENT))
    assert 0 < told["same_as"].null_count() < told.height
    waits = told.filter(pl.col("state").is_in(["new", "in_work"]), pl.col("owner").is_null())
    assert waits["route"].null_count() == 0


@pytest.mark.both_engines
def test_whoever_is_killed_among_portions_loses_and_doubles_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    by(9, monkeypatch)
    rows = a_week(random.Random(5), 120)  # noqa: S311  a game, no secret
    land(house, rows)
    whole, real, done = in_one_go(house, rows), stage._stored, [0]

    def dying(*told: Any) -> stage.Done:
        done[0] += 1
        if done[0] in (2, 5, 11):
            raise KeyboardInterrupt
        return real(*told)

    monkeypatch.setattr(stage, "_stored", dying)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            settle(house)
        assert 0 < found(house).height < whole.height
    settle(house)
    assert done[0] > 12
    assert found(house).drop(SENT).equals(whole.drop(SENT))


def test_rules_that_changed_and_messages_that_went_are_told_by_portions(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    by(5, monkeypatch)
    rows = a_week(random.Random(8), 60)  # noqa: S311  a game, no secret
    land(house, rows)
    settle(house)
    gone = [row for row in rows if row["thread"] in ("1", "2", "3")]
    land(house, [{**row, "deleted": True} for row in gone])
    folder = house.settings.config_dir
    folder.mkdir(parents=True, exist_ok=True)
    shipped = Path("config/enquiries.yaml").read_text(encoding="utf-8")
    (folder / "enquiries.yaml").write_text(shipped.replace("same_hours: 72", "same_hours: 5"))
    settle(house)
    left = [{**row, "deleted": row["deleted"] or row in gone} for row in rows]
    rules = load_enquiries(folder)
    whole = linked(assembled(canonical_messages(left), _no_acts(), CHATS, rules), rules).sort("id")
    assert rules.same_hours == 5
    assert found(house).drop(SENT).equals(whole.drop(SENT))


def _no_acts() -> pl.DataFrame:
    return pl.DataFrame(schema=dict(ACT))


def test_what_the_table_sent_by_portions_stands_when_all_is_assembled_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    by(7, monkeypatch)
    land(house, a_week(random.Random(3), 60))  # noqa: S311  a game, no secret
    settle(house)
    before = found(house)
    with house.store.write() as writer:
        again = stage.again(writer, RULES, before["thread"].unique().sort().to_list())
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, before.height)
    assert found(house).equals(before)


def test_what_somebody_decides_while_all_is_assembled_anew_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(house, [message(n, n, thread=str(n), body="Цена?") for n in range(3)])
    settle(house)
    [one] = found(house).filter(thread="1")["id"].to_list()

    def meanwhile(*told: Any) -> list[list[str]]:
        parts = list(portions(*told, most=1))
        assert decide(house, one, {"topic_text": "Прайс"}, "anna")
        return parts

    monkeypatch.setattr(stage, "portions", meanwhile)
    land(house, [message(9, 9, thread="1", body="И срок?")])
    settle(house)
    assert found(house).filter(id=one).select("topic_text", "messages").row(0) == ("Прайс", 2)


@settings(deadline=None, max_examples=examples(100))
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=8),
    st.lists(st.tuples(st.integers(0, 12), st.integers(1, 9), st.integers(0, 9)), max_size=20),
    st.integers(1, 30),
)
def test_portions_hold_every_conversation_once_with_its_kin(
    moves: list[tuple[int, int]], counted: list[tuple[int, int, int]], most: int
) -> None:
    pairs = [(str(a), str(b)) for a, b in moves]
    told = pl.DataFrame(
        [{"thread": str(n), "count": count, "first": MONDAY} for n, count, _ in counted],
        schema={"thread": pl.String, "count": pl.Int64, "first": pl.Datetime("us", "UTC")},
    )
    cut = _cut(told, _roots(pairs), most)
    assert sorted(cut["thread"]) == sorted({str(n) for n, *_ in counted})
    home = dict(cut.select("thread", "portion").iter_rows())
    for a, b in pairs:
        if a in home and b in home:
            assert home[a] == home[b]


def test_a_senders_enquiries_are_looked_for_in_the_time_they_are_compared_only(
    house: House,
) -> None:
    rows = [
        message(n, n * DAY * 4, thread=str(n), body="Цена?", sender_phone="+79160000001")
        for n in range(40)
    ]
    land(house, rows)
    settle(house)
    with house.store.read() as reader:
        near = enquiries.of_senders(
            reader, "sender_phone", ["+79160000001"], rows[3]["sent_at"], rows[5]["sent_at"]
        )
    assert near.height == 3
