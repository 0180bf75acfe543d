"""Decide: what a person says of goods and their records, written down, obeyed by the catalogue, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flows.catalogue.offers import offers_again
from flows.catalogue.stage import again
from flows.house import House
from schemas.errors import Conflict
from schemas.goods import DIFFERENT, SAME
from store import goods, journal
from store.engine import Writer
from store.views.goods import members_of, of_id
from store.views.paging import Row

# Above this the next refresh puts the catalogue together; a person is not kept waiting for it.
AT_ONCE = 50_000
Refs = Sequence[str]


def join(house: House, good_id: str, other_id: str, by: str) -> bool:
    """Say that two goods are one; False if one of them is no more.

    Conflict where an attribute that both have differs: two sizes are never one good.
    """
    with house.store.write() as writer:
        here, there = _records(writer, good_id), _records(writer, other_id)
        if not here or not there:
            return False
        _refuse_different(here, there)
        _say(house, writer, SAME, _refs(here), _refs(there), by)
        _note(writer, by, "good_joined", good_id, other_id)
    return True


def part(house: House, good_id: str, record_id: str, by: str) -> bool:
    """Say that a record of a good is another good; False if it is not of it, or is all of it."""
    with house.store.write() as writer:
        here = _records(writer, good_id)
        left = [one for one in here if one["id"] == record_id]
        rest = [one for one in here if one["id"] != record_id]
        if not left or not rest:
            return False
        _say(house, writer, DIFFERENT, _refs(left), _refs(rest), by)
        _note(writer, by, "good_parted", good_id, record_id)
    return True


def withdraw(house: House, number: int, by: str) -> bool:
    """Take a decision back; False if there is none standing of this number."""
    with house.store.write() as writer:
        found = goods.withdraw(writer, number, author=by)
        if found is None:
            return False
        _carry(house, writer)
        told = {name: found[name] for name in ("verdict", "left", "right")}
        journal.note(writer, journal.Act(by, "good_withdrawn", "good", str(number), before=told))
    return True


def _records(writer: Writer, good_id: str) -> list[dict[str, Any]]:
    """The records of a good, read under the lock that lets one decide at a time."""
    writer.next("good_act", 0)
    row = of_id(writer, good_id)
    return members_of(writer, row["id"]) if row else []


def _note(writer: Writer, by: str, act: str, good_id: str, other: str) -> None:
    journal.note(writer, journal.Act(by, act, "good", good_id, after={"other": other}))


def _carry(house: House, writer: Writer) -> None:
    if goods.count_members(writer) <= AT_ONCE:
        again(house, writer)
        offers_again(house, writer)


def _say(house: House, writer: Writer, verdict: str, left: Refs, right: Refs, by: str) -> None:
    """The opposite that was said of the same records falls: the last word counts."""
    opposite = DIFFERENT if verdict == SAME else SAME
    for number in goods.standing(writer, opposite, left, right):
        goods.withdraw(writer, number, author=by)
    goods.decide(writer, verdict, left[0], right[0], author=by)
    _carry(house, writer)


def _refs(members: Sequence[Row]) -> list[str]:
    return [f"{one['connection']}/{one['stream']}/{one['key']}" for one in members]


def _refuse_different(here: Sequence[Row], there: Sequence[Row]) -> None:
    mine, theirs = (_told(members) for members in (here, there))
    wrong = sorted(name for name in mine.keys() & theirs.keys() if mine[name] != theirs[name])
    classes = [{one["item_class"] for one in side if one["item_class"]} for side in (here, there)]
    if wrong or (classes[0] and classes[1] and classes[0] != classes[1]):
        what = ", ".join(f"{n}: {mine[n]} / {theirs[n]}" for n in wrong) or "класс / class"
        raise Conflict(
            f"Признаки различаются ({what}), поэтому это два товара. Если наименование прочитано неверно, "
            "научите словарь номенклатуры.",
            f"Attributes differ ({what}), so these are two goods. If a name was read wrongly, teach the "
            "dictionary of goods.",
        )


def _told(members: Sequence[Row]) -> dict[str, str]:
    pairs = (pair for one in members for pair in (one["vector"] or "").split("; ") if pair)
    return dict(pair.split("=", 1) for pair in pairs)
