"""Pairs of source records that only a person may decide about, each record as its source tells it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from store import assignments, desk, holds
from store.clock import utc_now
from store.engine import Reader
from store.tables import (
    canonical,
    decision,
    decision_record,
    link,
    proposal,
    review_desk,
    review_pair,
    withdrawal,
)
from store.views.paging import COUNT_CAP, Order, Page, Place, after, dicts, first, page

_DESK = review_desk.c
_PARTY = canonical["party"]
SIDES = desk.SIDES
_RECORD = desk.RECORD
WORTH = Order("worth", (_DESK.worth, _DESK.id), "ix_review_desk_worth", descending=True)
OLDEST = Order("oldest", (_DESK.since, _DESK.id), "ix_review_desk_since")
FACETS = ("reason", "rule", "sources", "pattern")
# What the filter `assignee` says of the pairs that are nobody's: no login begins so.
NOBODY = "-"
TABS = (desk.WAITING, desk.LATER, desk.AUDIT)
_TOLD = ("name", "inn", "kpp", "ogrn", "legal_address", "phones", "hash")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FACET_CAP = 20_000
# Pairs are as old as their bucket at the most; the last one holds all that are older.
AGES: Mapping[str, timedelta | None] = MappingProxyType(
    {
        "day": timedelta(days=1),
        "three_days": timedelta(days=3),
        "week": timedelta(days=7),
        "older": None,
    }
)
_LOOK_AHEAD = 30
# Whose pairs they are, None if all are looked through alike, and the pairs.
Turn = tuple[str | None, sa.Select[Any]]


def waiting() -> sa.Select[Any]:
    """The pairs nobody has judged yet."""
    return sa.select(review_pair).where(review_pair.c.state == "open")


def chosen(filters: Mapping[str, str]) -> sa.Select[Any]:
    """The desk narrowed to a lane, a reason, a rule, two sources, a pattern, an age, an assignee."""
    query = sa.select(review_desk)
    if filters.get("age") in AGES:
        query = query.where(*of_age(filters["age"], utc_now()))
    for name in ("lane", *FACETS):
        if name in filters:
            query = query.where(_DESK[name] == filters[name])
    if "assignee" in filters:
        login = filters["assignee"]
        query = query.where(_DESK.assignee == (assignments.NOBODY if login == NOBODY else login))
    return query


def of_age(name: str, now: datetime) -> list[sa.ColumnElement[bool]]:
    """What pairs of one of the `AGES` have."""
    names = list(AGES)
    place, oldest = names.index(name), AGES[name]
    youngest = AGES[names[place - 1]] if place else None
    found = [] if youngest is None else [_DESK.since < _micros(now - youngest)]
    return found if oldest is None else [*found, _DESK.since >= _micros(now - oldest)]


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def listing(
    reader: Reader,
    filters: Mapping[str, str],
    order: Order,
    start: Place | None,
    limit: int,
    *,
    stamped: bool = False,
) -> Page:
    """A page of waiting pairs, those most worth a look first, narrowed as `chosen` does.

    Each row has rule, severity, reason, score, value, pattern, lane, assignee, `since` (a moment) and `holder`
    (who has it open), and for `left` and `right`: `_source` (connection/stream/key), `_golden_id`, `_name`, `_inn`,
    `_kpp`, `_ogrn`, `_legal_address` and `_phones`; what is no longer known of a record is None. With
    `stamped`, `seen` is the pair's stamp.
    """
    found = page(reader, _with_records(chosen(filters)), order, start, limit)
    rows = [_told(row) for row in found.rows]
    pairs = [(row["left_source"], row["right_source"]) for row in rows]
    held = holds.of_pairs(reader, pairs)
    rows = [{**row, "holder": held.get(pair)} for row, pair in zip(rows, pairs, strict=True)]
    return Page([_stamped(row, stamped) for row in rows], found.next, found.previous)


def _stamped(row: Mapping[str, Any], stamped: bool) -> dict[str, Any]:
    told = {name: value for name, value in row.items() if not name.endswith("_hash")}
    return {**told, "seen": _seen(row)} if stamped else told


def _seen(row: Mapping[str, Any]) -> str:
    return stamp(*(_side(row, side) for side in SIDES))


def alike(reader: Reader, filters: Mapping[str, str], limit: int) -> list[dict[str, Any]]:
    """The waiting pairs of parties chosen, most worth first, as `listing` gives them, each with its stamp
    (`seen`).
    """
    query = _with_records(chosen(filters).where(_DESK.entity == "party"))
    query = query.order_by(_DESK.worth.desc(), _DESK.id.desc()).limit(limit)
    rows = [_told(row) for row in dicts(reader, query)]
    return [_stamped(row, stamped=True) for row in rows]


def _side(row: Mapping[str, Any], side: str) -> dict[str, Any]:
    return {name: row[f"{side}_{name}"] for name in ("hash", "golden_id")}


def _with_records(query: sa.Select[Any]) -> sa.Select[Any]:
    for side in SIDES:
        party, own = _PARTY.alias(f"{side}_party"), link.alias(f"{side}_link")
        keys = [_DESK[f"{side}_{name}"] for name in _RECORD]
        same = sa.and_(*(party.c[n] == key for n, key in zip(_RECORD, keys, strict=True)))
        linked = sa.and_(
            own.c.entity == "party",
            *(own.c[n] == key for n, key in zip(_RECORD, keys, strict=True)),
        )
        query = query.outerjoin(party, same).outerjoin(own, linked)
        told = [party.c[name].label(f"{side}_{name}") for name in _TOLD]
        query = query.add_columns(*told, own.c.golden_id.label(f"{side}_golden_id"))
    return query


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    sources = {f"{side}_source": "/".join(_key(side, row)) for side in SIDES}
    return {**row, **sources, "since": moment(row["since"])}


def moment(since: int) -> datetime:
    """The moment of a number of the desk."""
    return _EPOCH + timedelta(microseconds=since)


def _key(side: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[f"{side}_{name}"] for name in _RECORD)


@dataclass(frozen=True, slots=True)
class Facets:
    """How many pairs of a lane have each reason, rule, two sources, pattern and assignee, the most frequent first.

    `capped` says that there are more pairs than were counted.
    """

    reason: list[tuple[str, int]]
    rule: list[tuple[str, int]]
    sources: list[tuple[str, int]]
    pattern: list[tuple[str, int]]
    assignee: list[tuple[str, int]]
    capped: bool


def facets(reader: Reader, lane: str) -> Facets:
    """What the pairs of a lane can be narrowed by; counted among the first of them only, in one look."""
    names = (*FACETS, "assignee")
    told = [_DESK[name] for name in names]
    few = sa.select(*told).where(_DESK.lane == lane).limit(FACET_CAP).subquery()
    columns = [few.c[name] for name in names]
    rows = dicts(reader, sa.select(*columns, sa.func.count().label("n")).group_by(*columns))
    counted = {name: Counter[str]() for name in names}
    for row in rows:
        for name in names:
            counted[name][row[name]] += row["n"]
    ordered = {
        name: sorted(found.items(), key=lambda one: (-one[1], one[0]))
        for name, found in counted.items()
    }
    return Facets(**ordered, capped=sum(row["n"] for row in rows) >= FACET_CAP)


def tabs(reader: Reader) -> dict[str, int]:
    """How many pairs wait, were put off, are a spot check, cannot be told, wait for a second person; capped."""
    names, counts = tab_counts()
    return {name: int(n) for name, n in zip(names, reader.rows(sa.select(*counts))[0], strict=True)}


def tab_counts() -> tuple[list[str], list[Any]]:
    """The tabs and their counts, for pages that count more in the same statement."""
    lanes = {lane: sa.select(_DESK.id).where(_DESK.lane == lane) for lane in TABS}
    second = sa.select(proposal.c.id).where(proposal.c.state == "waiting")
    counted = {**lanes, "unsure": _unsure(), desk.SECOND: second}
    few = [
        sa.select(sa.func.count()).select_from(q.limit(COUNT_CAP + 1).subquery()).scalar_subquery()
        for q in counted.values()
    ]
    return list(counted), few


def _unsure() -> sa.Select[Any]:
    """Judgements that a pair cannot be told, which nobody took back or answered since."""
    d = decision.c
    taken_back = sa.exists().where(withdrawal.c.decision_id == d.id)
    return sa.select(d.id).where(d.kind == "unsure", ~taken_back, ~_answered_since())


def _answered_since() -> sa.ColumnElement[bool]:
    sides = [decision_record.alias(name) for name in ("a", "b", "later_a", "later_b")]
    one, other, later_one, later_other = sides

    def same(left: sa.FromClause, right: sa.FromClause) -> sa.ColumnElement[bool]:
        return sa.and_(*(left.c[name] == right.c[name] for name in _RECORD))

    return sa.exists().where(
        one.c.decision_id == decision.c.id, one.c.side == "left", one.c.place == 0,
        other.c.decision_id == decision.c.id, other.c.side == "right", other.c.place == 0,
        same(later_one, one), same(later_other, other),
        later_one.c.decision_id == later_other.c.decision_id,
        later_one.c.decision_id > decision.c.id,
    )  # fmt: skip


def unsure(reader: Reader, limit: int = 200) -> list[dict[str, Any]]:
    """The newest pairs that could not be told: id, author, reason, created_at, left and right refs."""
    d = decision.c
    wanted = sa.select(d.id, d.author, d.reason, d.created_at).where(d.id.in_(_unsure()))
    rows = dicts(reader, wanted.order_by(d.id.desc()).limit(limit))
    r = decision_record.c
    about = sa.select(r.decision_id, r.side, *(r[name] for name in _RECORD)).where(
        r.decision_id.in_([row["id"] for row in rows]), r.place == 0
    )
    refs = {
        (one["decision_id"], one["side"]): "/".join(one[name] for name in _RECORD)
        for one in dicts(reader, about)
    }
    return [{**row, **{side: refs.get((row["id"], side)) for side in SIDES}} for row in rows]


def of_pair(reader: Reader, left: str, right: str) -> dict[str, Any] | None:
    """The pair of two records (connection/stream/key) if it waits, whichever way round; the gravest."""
    wanted = sa.select(review_desk).where(desk.of_records(left, right))
    found = first(reader, wanted.order_by(_DESK.worth.desc(), _DESK.id))
    return None if found is None else {**found, "since": moment(found["since"])}


def following(
    reader: Reader,
    left: str,
    right: str,
    filters: Mapping[str, str] | None = None,
    order: Order = WORTH,
    by: str = "",
) -> tuple[str, str] | None:
    """The pair that waits after this one among those chosen, from the start again after the last.

    Unless an assignee was chosen, what is `by`'s comes first and then what is nobody's. Those that somebody
    other than `by` has open are passed over.
    """
    filters = filters or {}
    query = chosen(filters).where(_DESK.entity == "party", ~desk.of_records(left, right))
    taken = holds.of_others(reader, by)
    here = first(reader, sa.select(review_desk).where(desk.of_records(left, right)))
    for own in _turns(query, filters, by):
        for part in _round(own, here, order):
            for row in dicts(reader, part.limit(_LOOK_AHEAD)):
                pair = ("/".join(_key("left", row)), "/".join(_key("right", row)))
                if holds.name_of(*pair) not in taken:
                    return pair
    return None


def _turns(query: sa.Select[Any], filters: Mapping[str, str], by: str) -> Iterator[Turn]:
    """The pairs chosen, in the order of whose they are."""
    if "assignee" in filters:
        yield None, query
        return
    for login in dict.fromkeys((by, assignments.NOBODY)):
        yield login, query.where(_DESK.assignee == login)


def _round(turn: Turn, here: Mapping[str, Any] | None, order: Order) -> Iterator[sa.Select[Any]]:
    """Some pairs from behind this one on, and from the start; a pair of somebody else's is no place among them."""
    login, query = turn
    down = order.descending
    query = query.order_by(*(c.desc() if down else c.asc() for c in order.columns))
    if here and login in (None, assignments.NOBODY, here["assignee"]):
        keys = tuple(here[column.key] for column in order.columns if column.key)
        yield query.where(after(order.columns, keys, down=down))
    yield query


def stamp(left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    """What changes when one of two records (`record`) does, or moves to another company."""
    told = [(row["hash"], row["golden_id"]) for row in (left, right)]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def record(reader: Reader, ref: str) -> dict[str, Any] | None:
    """A counterparty record (connection/stream/key) with the company it is linked to, rule and score."""
    return records(reader, ref)[0]


def records(reader: Reader, *refs: str) -> list[dict[str, Any] | None]:
    """The same of each of some records, in their order; None for one that is gone."""
    p = _PARTY.c
    own = (link.c.golden_id, link.c.rule, link.c.score, link.c.reason)
    linked = sa.and_(link.c.entity == "party", *(link.c[name] == p[name] for name in _RECORD))
    asked = [
        sa.and_(*(p[name] == part for name, part in zip(_RECORD, ref.split("/", 2), strict=True)))
        for ref in refs
    ]
    query = sa.select(_PARTY, *own).outerjoin(link, linked).where(sa.or_(*asked))
    found = {"/".join(row[name] for name in _RECORD): row for row in dicts(reader, query)}
    return [found.get(ref) for ref in refs]


@dataclass(frozen=True, slots=True)
class Group:
    """Waiting pairs of one pattern of evidence: how many, and between which scores."""

    pattern: str
    pairs: int
    least: float | None
    most: float | None


def groups(reader: Reader) -> list[Group]:
    """The waiting pairs by pattern, the largest group first; of the first `FACET_CAP` of them."""
    lane = _DESK.lane == desk.WAITING
    few = sa.select(_DESK.pattern, _DESK.score).where(lane).limit(FACET_CAP).subquery()
    score = few.c.score
    told = (few.c.pattern, sa.func.count(), sa.func.min(score), sa.func.max(score))
    names = ("pattern", "pairs", "least", "most")
    named = [column.label(name) for name, column in zip(names, told, strict=True)]
    rows = dicts(reader, sa.select(*named).group_by(few.c.pattern))
    found = [Group(**row) for row in rows]
    return sorted(found, key=lambda one: (-one.pairs, one.pattern))
