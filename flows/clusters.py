"""One company from inside: its records, what ties them, and what becomes of it if some of them leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from dedup.pattern import COLUMNS, FIELDS, pattern
from dedup.refs import RECORD, REF, target_ref, with_ref
from flows.decide import split_off
from flows.house import House
from flows.judge import MANY_RECORDS, MOST_RECORDS, Answered
from flows.merge import Ingredients, golden_frames, overrides
from schemas import entities
from schemas.decisions import DIFFERENT, SAME
from schemas.errors import Conflict
from store import canonical, decisions, golden, identity, proposals
from store.engine import Reader
from store.owned import owned

_POINTING = (("person", "party_key"), ("contact_point", "owner_key"), ("address", "owner_key"))
_ANEW = "anew"
# What two records share → how strong a tie that is; below a requisite or a decision it is a weak bridge.
_STRENGTH = {
    "inn": 6,
    "ogrn": 6,
    SAME: 5,
    "email": 3,
    "phone": 3,
    "name": 2,
    "address": 1,
    "kpp": 1,
}
STRONG = 5


@dataclass(frozen=True, slots=True)
class Tie:
    """What two records of a company share, the strongest first; a weak one shares no requisite."""

    left: str
    right: str
    shared: tuple[str, ...]
    strength: int

    @property
    def weak(self) -> bool:
        """Whether neither a requisite nor a decision ties the two."""
        return self.strength < STRONG


@dataclass(frozen=True, slots=True)
class Cluster:
    """`members` (record columns and those of its link) in record order, the `ties` that hold them together,
    and the records they must not be joined with (`apart`: ref, ref).
    """

    golden_id: str
    version: int
    members: Sequence[Mapping[str, Any]]
    ties: Sequence[Tie]
    apart: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Parting:
    """What a split would do: `stays` and `leaves` are the two cards (field → value), `fields` what changes
    on the one that stays (field, before, after), `children` what goes along (entity, what), `edits` are values people set (field, value, True if it leaves). `returns` is the id the
    leaving records had before, None if they get a new one.
    """

    golden_id: str
    version: int
    refs: Sequence[str]
    stays: Mapping[str, Any]
    leaves: Mapping[str, Any]
    fields: Sequence[tuple[str, str | None, str | None]]
    children: Sequence[tuple[str, str]]
    edits: Sequence[tuple[str, str, bool]]
    returns: str | None


def cluster(house: House, golden_id: str) -> Cluster | None:
    """The records of a living company and what ties them; None if there is no such company."""
    with house.store.read() as reader:
        version = golden.version(reader, "legal_entity", golden_id)
        links = identity.links_of_ids(reader, "party", [golden_id])
        if version is None or links.is_empty():
            return None
        refs = _refs(links)
        records = with_ref(canonical.of_refs(reader, "party", refs, _columns()))
        judged = decisions.in_force(reader)
    own = links.select(_ref(), "own_id", "rule", "score", pl.col("reason").alias("why"))
    members = records.join(own, on=REF).sort(REF)
    touching = judged.filter(pl.col("left_ref").is_in(refs) | pl.col("right_ref").is_in(refs))
    apart = (
        touching.filter(verdict=DIFFERENT).select("left_ref", "right_ref").unique().sort(pl.all())
    )
    return Cluster(golden_id, version, members.to_dicts(), _ties(members, touching), apart.rows())


def _columns() -> tuple[str, ...]:
    told = ("name", "inn", "kpp", "ogrn", "legal_address", "status", "changed_at", "deleted")
    return tuple(dict.fromkeys((*RECORD, *told, *COLUMNS)))


def _ref() -> pl.Expr:
    return pl.concat_str(RECORD, separator="/").alias(REF)


def _refs(frame: pl.DataFrame) -> list[str]:
    return frame.select(_ref())[REF].to_list()


def _ties(members: pl.DataFrame, judged: pl.DataFrame) -> list[Tie]:
    """The strongest ties that hold all records together: a spanning tree, so that a bridge is seen."""
    decided = {
        frozenset((left, right))
        for verdict, left, right in judged.select("verdict", "left_ref", "right_ref").iter_rows()
        if verdict == SAME
    }
    every = sorted(_every(members, decided), key=lambda t: (-t.strength, t.left, t.right))
    group = {ref: ref for ref in members[REF]}

    def root(one: str) -> str:
        while group[one] != one:
            one = group[one]
        return one

    kept = []
    for tie in every:
        if root(tie.left) != root(tie.right):
            group[root(tie.left)] = root(tie.right)
            kept.append(tie)
    return kept


def _every(members: pl.DataFrame, decided: set[frozenset[str]]) -> list[Tie]:
    told = members.select(REF, *COLUMNS).head(200)
    left = told.rename({name: f"left_{name}" for name in told.columns})
    right = told.rename({name: f"right_{name}" for name in told.columns})
    pairs = left.join(right, how="cross").filter(pl.col(f"left_{REF}") < pl.col(f"right_{REF}"))
    found = pairs.select(f"left_{REF}", f"right_{REF}", pattern().alias("pattern"))
    return [_tie(one, other, letters, decided) for one, other, letters in found.iter_rows()]


def _tie(one: str, other: str, letters: str, decided: set[frozenset[str]]) -> Tie:
    shared = [name for name, letter in zip(FIELDS, letters, strict=True) if letter == "e"]
    if frozenset((one, other)) in decided:
        shared.append(SAME)
    ordered = tuple(sorted(shared, key=lambda name: -_STRENGTH[name]))
    hard = max((_STRENGTH[name] for name in shared), default=0)
    soft = sum(_STRENGTH[name] for name in shared if _STRENGTH[name] < STRONG) / 100
    return Tie(one, other, ordered, hard if hard >= STRONG else min(int(hard + soft), STRONG - 1))


def parting(house: House, golden_id: str, refs: Sequence[str]) -> Parting:
    """What becomes of a company if some of its records leave it; nothing is written.

    Conflict if there is no such company, if a record is not one of its own, or if none would stay.
    """
    with house.store.read() as reader:
        version = golden.version(reader, "legal_entity", golden_id)
        given = _given(reader, golden_id)
        own = set(_refs(given.links["party"]))
        leaving = sorted(set(refs))
        if (
            version is None
            or not leaving
            or not own.issuperset(leaving)
            or len(own) == len(leaving)
        ):
            raise Conflict(
                "Отметьте записи этой компании, но не все: кто-то должен остаться.",
                "Choose records of this company, but not all of them: somebody must stay.",
            )
        returns = _former(given.links["party"], golden_id, leaving)
    new = _parted(given, leaving)
    old_frames, new_frames = golden_frames(given, house.trust), golden_frames(new, house.trust)
    before = _card(old_frames, golden_id)
    stays, leaves = _card(new_frames, golden_id), _card(new_frames, _ANEW)
    changed = [
        (name, _text(before[name]), _text(stays[name]))
        for name in before
        if name not in ("id", "sources") and before[name] != stays.get(name)
    ]
    return Parting(
        golden_id, version, leaving, stays, leaves, changed, _children(new_frames),
        _edits(new), returns,
    )  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _given(reader: Reader, golden_id: str) -> Ingredients:
    """All that one company is made of."""
    links = {"party": identity.links_of_ids(reader, "party", [golden_id])}
    refs = _refs(links["party"])
    columns = (*_entity_columns("party"), "hash", "seq")
    records = {"party": canonical.of_refs(reader, "party", refs, columns)}
    owners = list(refs)
    for entity, column in _POINTING:
        found = owned(reader, entity, column, owners)
        points = found.select(target_ref(column)).to_series().is_in(owners)
        records[entity] = found.filter(points)
        if entity == "person":
            owners += _refs(records[entity])
    links["person"] = identity.links_of_refs(reader, "person", _refs(records["person"]))
    links["item"] = links["person"].clear()
    records["item"] = canonical.of_refs(
        reader, "item", [], (*_entity_columns("item"), "hash", "seq")
    )
    return Ingredients(records, links, decisions.values_in_force(reader))


def _entity_columns(entity: str) -> tuple[str, ...]:
    return tuple(entities.columns(entity))


def _former(links: pl.DataFrame, golden_id: str, leaving: Sequence[str]) -> str | None:
    """The id the leaving records bore before a decision joined them, if it is free to return to."""
    own = links.filter(_ref().is_in(list(leaving)))["own_id"].drop_nulls()
    free = sorted(
        set(own) - {golden_id} - set(links.filter(~_ref().is_in(list(leaving)))["own_id"])
    )
    return free[0] if free else None


def _parted(given: Ingredients, leaving: Sequence[str]) -> Ingredients:
    """The same with the leaving records, and the people that point at them, in a company of their own."""
    gone = _ref().is_in(list(leaving))
    parties = given.links["party"].with_columns(
        pl.when(gone).then(pl.lit(_ANEW)).otherwise("golden_id").alias("golden_id"),
        pl.when(gone).then(pl.col("unit_id") + f"-{_ANEW}").otherwise("unit_id").alias("unit_id"),
    )
    people = given.records["person"]
    following = people.filter(
        people.select(target_ref("party_key")).to_series().is_in(list(leaving))
    )
    moved = _ref().is_in(_refs(following))
    persons = given.links["person"].with_columns(
        pl.when(moved)
        .then(pl.col("golden_id") + f"-{_ANEW}")
        .otherwise("golden_id")
        .alias("golden_id")
    )
    return replace(given, links={**given.links, "party": parties, "person": persons})


def _card(frames: Mapping[str, pl.DataFrame], golden_id: str) -> dict[str, Any]:
    found = frames["legal_entity"].filter(pl.col("id") == golden_id).to_dicts()
    return found[0] if found else {}


def _children(frames: Mapping[str, pl.DataFrame]) -> list[tuple[str, str]]:
    """(entity, what) of the units, people, contact points and addresses of the company that leaves."""
    people = frames["contact"].filter(legal_entity_id=_ANEW)
    owners = [_ANEW, *people["id"]]
    told = [
        ("unit", "kpp", frames["unit"].filter(legal_entity_id=_ANEW)),
        ("contact", "name", people),
        (
            "contact_point",
            "value",
            frames["contact_point"].filter(pl.col("owner_id").is_in(owners)),
        ),
        ("address", "text", frames["address"].filter(legal_entity_id=_ANEW)),
    ]
    return [(entity, value) for entity, name, frame in told for value in frame[name].drop_nulls()]


def _edits(new: Ingredients) -> list[tuple[str, str, bool]]:
    """Values people set, and whether each goes with the records that leave."""
    found = overrides(new).filter(entity="legal_entity").sort("decision_id")
    last = found.unique(["id", "field", "value"], keep="last", maintain_order=True)
    return [(f, v, i == _ANEW) for i, f, v in last.select("id", "field", "value").iter_rows()]


def split(
    house: House,
    golden_id: str,
    refs: Sequence[str],
    by: str,
    reason: str | None,
    version: int,
    *,
    second: bool = False,
) -> Answered:
    """These records leave the company of the version a person saw, and are never joined with it again.

    With `second`, parting a company of many records becomes a proposal.
    """
    with house.store.read() as reader:
        size = identity.links_of_ids(reader, "party", [golden_id]).height
    if second and size > MOST_RECORDS:
        leaving = sorted(set(refs))
        body = {"golden_id": golden_id, "refs": leaving, "version": version}
        draft = proposals.Draft("split", DIFFERENT, MANY_RECORDS, body, len(leaving), by, reason)
        with house.store.write() as writer:
            known = proposals.same_waiting(writer, "split", body, by)
            return Answered(proposal=known or proposals.add(writer, draft, "waiting"))
    expected = {golden_id: version}
    done = split_off(house, golden_id, refs, by, reason, expected_version=expected)
    return Answered(decision=int(done.ids[0]))
