"""One answer for many pairs that look alike: what it would be about, the doing of it, and taking it back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from flows.decide import different_batch, merge_batch, withdraw_batch
from flows.house import House
from flows.judge import MANY_PAIRS, MOST_RECORDS
from schemas.errors import Conflict, KanonError
from store import desk, holds, identity, proposals
from store.views import reviews

Verdict = Literal["same", "different"]
MOST = 1_000
# From so many pairs on, a second person must agree.
ALONE = 100
_AT_ONCE = 25
Pair = tuple[str, str]
_CHANGED = (
    "Запись изменилась после просмотра; пара осталась в очереди.",
    "The record changed after it was looked at; the pair stays in the queue.",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """`pairs` an answer would be given to (rows of `store.views.reviews.alike`), and how many are
    `excluded` for which reason; `stamp` changes when they do; `more` are beyond what is done at once.
    """

    verdict: Verdict
    pairs: Sequence[Mapping[str, Any]]
    excluded: Mapping[str, int]
    stamp: str
    more: bool
    needs_second: bool


def plan(house: House, filters: Mapping[str, str], verdict: Verdict, by: str) -> Plan:
    """What an answer to all waiting pairs chosen by `filters` would be about.

    Left out are pairs with a red flag, pairs somebody else has open or was given (unless his were asked for), and, for one company, pairs that
    together would bring two INN or many records into one.
    """
    chosen = {**filters, "lane": desk.WAITING}
    with house.store.read() as reader:
        rows = reviews.alike(reader, chosen, MOST + 1)
        taken = holds.of_others(reader, by)
    more, rows = len(rows) > MOST, rows[:MOST]
    excluded: dict[str, int] = {}
    kept: list[Mapping[str, Any]] = []
    for row in rows:
        why = _red_flag(row, verdict) or ("opened" if holds.name_of(*_pair(row)) in taken else "")
        if not why and "assignee" not in filters and row["assignee"] not in ("", by):
            why = "assigned"
        if why:
            excluded[why] = excluded.get(why, 0) + 1
        else:
            kept.append(row)
    if verdict == "same":
        kept, chained = _without_chains(kept)
        if chained:
            excluded["chain"] = chained
    return Plan(verdict, kept, excluded, _stamp(kept, verdict), more, len(kept) > ALONE)


def _pair(row: Mapping[str, Any]) -> Pair:
    return row["left_source"], row["right_source"]


def _red_flag(row: Mapping[str, Any], verdict: Verdict) -> str:
    if row["left_golden_id"] is None or row["right_golden_id"] is None:
        return "gone"
    if verdict == "different":
        return "together" if row["left_golden_id"] == row["right_golden_id"] else ""
    for name in ("inn", "ogrn"):
        one, other = row[f"left_{name}"], row[f"right_{name}"]
        if one and other and one != other:
            return f"two_{name}"
    return "grave" if row["severity"] == "high" else ""


def _without_chains(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[list[Mapping[str, Any]], int]:
    """The pairs whose companies come together two by two, or in small groups of one INN."""
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    for row in rows:
        parent[root(row["right_golden_id"])] = root(row["left_golden_id"])
    numbers: dict[str, set[str]] = {}
    members: dict[str, set[str]] = {}
    for row in rows:
        for side in ("left", "right"):
            group = root(row[f"{side}_golden_id"])
            members.setdefault(group, set()).add(row[f"{side}_golden_id"])
            numbers.setdefault(group, set()).update({row[f"{side}_inn"]} - {None, ""})
    kept = [
        row
        for row in rows
        if len(numbers[group := root(row["left_golden_id"])]) < 2
        and len(members[group]) <= MOST_RECORDS
    ]
    return kept, len(rows) - len(kept)


def _stamp(rows: Sequence[Mapping[str, Any]], verdict: Verdict) -> str:
    told = sorted((*_pair(row), row["seen"]) for row in rows)
    return hashlib.sha256(repr((verdict, told)).encode()).hexdigest()[:16]


def alone(found: Plan) -> Plan:
    """The same where there is nobody else to ask."""
    return replace(found, needs_second=False)


def begin(
    house: House,
    filters: Mapping[str, str],
    verdict: Verdict,
    by: str,
    reason: str | None,
    seen: str,
    *,
    second: bool = False,
) -> proposals.Proposal:
    """The act, written down: under way, or with `second` waiting for a second person if it is about many pairs.

    `seen` is the stamp of the plan that was looked at: Conflict if another would be carried out.
    """
    found = plan(house, filters, verdict, by)
    if found.stamp != seen:
        raise Conflict(
            "Пока вы смотрели, набор пар изменился. Ничего не решено: посмотрите на него ещё раз.",
            "While you looked, other pairs came or went. Nothing was decided: look at them again.",
        )
    if not found.pairs:
        raise Conflict(
            "Решать нечего: подходящих пар нет.", "There is nothing to decide: no pair fits."
        )
    body = {"pairs": [(*_pair(row), row["seen"]) for row in found.pairs], "filters": dict(filters)}
    why = MANY_PAIRS if second and found.needs_second else ""
    batch = f"bulk-{found.stamp}"
    draft = proposals.Draft("bulk", verdict, why, body, len(found.pairs), by, reason, batch)
    with house.store.write() as writer:
        known = proposals.same_batch(writer, batch)
        number = known or proposals.add(writer, draft, "waiting" if why else "running")
        told = proposals.one(writer, number)
    assert told is not None  # noqa: S101  written just now
    return told


def carry_out(house: House, number: int, alive: Callable[[], None] = lambda: None) -> None:
    """Do what is left of an act under way, part by part; after a kill it goes on where it stood.

    `alive` is called after each part.
    """
    with house.store.read() as reader:
        act = proposals.one(reader, number)
    if act is None or act.state != "running" or act.kind != "bulk":
        return
    refused = [list(row) for row in act.refused]
    pairs = act.body["pairs"]
    for start in range(act.done, len(pairs), _AT_ONCE):
        part = pairs[start : start + _AT_ONCE]
        refused += _part(house, act, part)
        with house.store.write() as writer:
            proposals.note(writer, number, start + len(part), refused)
        alive()
    with house.store.write() as writer:
        proposals.move(writer, number, "running", "done")


def _part(house: House, act: proposals.Proposal, part: Sequence[Sequence[str]]) -> list[list[str]]:
    """Decide some pairs together, or one by one if together they are refused; those refused, and why."""
    fresh, refused = _unchanged(house, part)
    try:
        _decide(house, act, fresh)
        decided = list(fresh)
    except KanonError:
        decided = []
        for pair in fresh:
            try:
                _decide(house, act, [pair])
                decided.append(pair)
            except KanonError as error:
                refused.append([*pair, error.ru, error.en])
    with house.store.write() as writer:
        for pair in decided:
            identity.unqueue(writer, *pair)
    return refused


def _decide(house: House, act: proposals.Proposal, pairs: Sequence[Pair]) -> None:
    if not pairs:
        return
    batch = act.batch or f"act-{act.id}"
    if act.verdict == "same":
        merge_batch(house, pairs, act.author, batch, act.reason)
    else:
        different_batch(house, pairs, act.author, batch, act.reason)


def _unchanged(house: House, part: Sequence[Sequence[str]]) -> tuple[list[Pair], list[list[str]]]:
    fresh: list[Pair] = []
    refused: list[list[str]] = []
    with house.store.read() as reader:
        for left, right, seen in part:
            one, other = reviews.record(reader, left), reviews.record(reader, right)
            if one and other and reviews.stamp(one, other) == seen:
                fresh.append((left, right))
            else:
                refused.append([left, right, *_CHANGED])
    return fresh, refused


def undo(house: House, number: int, by: str) -> int:
    """Take back every decision of an act; how many that was."""
    with house.store.write() as writer:
        act = proposals.one(writer, number)
        if act is None or not (act.batch and proposals.move(writer, number, "done", "undone")):
            raise Conflict(
                "Отменять нечего: действие ещё идёт или уже отменено.",
                "There is nothing to take back: it is under way, or was taken back before.",
            )
    return withdraw_batch(house, act.batch, by).written
