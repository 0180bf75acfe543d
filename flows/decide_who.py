"""Whom a decision is about: golden ids and record refs, looked up once for any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from schemas.errors import ConfigError, Conflict
from store import decisions, golden, identity
from store.engine import Reader

_RECORD = ("connection", "stream", "key")


@dataclass(frozen=True, slots=True)
class Group:
    """What was asked for: the refs it stands for, the best stand-in first, and the company it is in.

    `golden_id` is the living id, `members` are all records of that company.
    """

    asked: str
    golden_id: str
    refs: tuple[str, ...]
    members: frozenset[str]


def is_ref(text: str) -> bool:
    """Whether a text names a record (connection/stream/key) and not a golden id."""
    return text.count("/") >= 2


class Who:
    """Companies and records by what people call them; ConfigError for what is not known."""

    def __init__(self, reader: Reader, asked: Iterable[str]) -> None:
        self._reader = reader
        self._bearer: dict[str, str] = {}
        self._own: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._owned: dict[str, list[str]] = {}
        self._founder: dict[str, str] = {}
        self._survivor: dict[str, str | None] = {}
        every = list(dict.fromkeys(asked))
        self._find_ids([one for one in every if not is_ref(one)])
        self.find_records([one for one in every if is_ref(one)])

    def _find_ids(self, ids: Sequence[str]) -> None:
        hops, wanted = dict[str, str | None](), list(ids)
        while wanted:
            for row in identity.known(self._reader, wanted).iter_rows(named=True):
                _refuse_other(row)
                hops[row["id"]] = row["survivor_id"]
                self._founder[row["id"]] = row["founder"]
            known = [i for i in wanted if i in hops]
            _refuse_unknown(set(wanted) - set(known))
            wanted = sorted({s for i in known if (s := hops[i]) is not None and s not in hops})
        self._survivor |= hops
        self._load([*hops])

    def find_records(self, refs: Sequence[str]) -> None:
        """Look up records and the companies they are in; a record that is not linked is not known."""
        new = [ref for ref in refs if ref not in self._bearer]
        if not new:
            return
        keys = pl.DataFrame(
            [tuple(ref.split("/", 2)) for ref in new], schema=list(_RECORD), orient="row"
        )
        links = identity.links_of_records(self._reader, "party", keys)
        ids = links["golden_id"].unique().to_list()
        for row in identity.known(self._reader, ids).iter_rows(named=True):
            self._founder[row["id"]] = row["founder"]
            self._survivor[row["id"]] = row["survivor_id"]
        self._load(ids)

    def _load(self, ids: Sequence[str]) -> None:
        links = identity.links_of_many(self._reader, ids).filter(entity="party")
        refs = links.select(
            pl.concat_str(_RECORD, separator="/").alias("ref"), "golden_id", "own_id"
        )
        for ref, bearer, own in refs.iter_rows():
            if ref in self._bearer:
                continue
            self._bearer[ref], self._own[ref] = bearer, own
            self._members.setdefault(bearer, []).append(ref)
            self._owned.setdefault(own, []).append(ref)

    def group(self, asked: str) -> Group:
        """The group of an id or a ref."""
        return self._of_ref(asked) if is_ref(asked) else self._of_id(asked)

    def bearer(self, ref: str) -> str | None:
        """The golden id a record has now, None if it is not known or not linked."""
        return self._bearer.get(ref)

    def _of_ref(self, ref: str) -> Group:
        if ref not in self._bearer:
            _refuse_unknown({ref})
        bearer = self._bearer[ref]
        return Group(ref, bearer, (ref,), frozenset(self._members[bearer]))

    def _of_id(self, asked: str) -> Group:
        living = asked
        while (onward := self._survivor.get(living)) is not None:
            living = onward
        members = self._members.get(living, [])
        own = self._owned.get(asked, [])
        pool = [*members, *own] if living == asked else own
        if not pool:
            raise Conflict(
                f"За идентификатором {asked} больше не стоит ни одной записи; решать не о чем.",
                f"No record stands behind id {asked} any more; there is nothing to decide.",
            )
        founder = self._founder.get(asked)
        here = {ref for ref in pool if self._bearer[ref] == living} or set(pool)
        order = sorted(here, key=lambda ref: (ref != founder, self._own[ref] != asked, ref))
        bearer = self._bearer[order[0]]
        return Group(asked, bearer, tuple(order), frozenset(self._members.get(bearer, order)))


def _refuse_unknown(ids: set[str]) -> None:
    if ids:
        named = ", ".join(sorted(ids)[:5])
        raise ConfigError(
            f"Не знаю {named}. Нужен идентификатор компании или запись вида подключение/поток/ключ.",
            f"Unknown: {named}. Give the id of a company or a record as connection/stream/key.",
        )


def _refuse_other(row: Mapping[str, object]) -> None:
    if row["entity"] != "legal_entity":
        raise ConfigError(
            f"{row['id']} это не компания, а {row['entity']}. Объединяют и разъединяют компании.",
            f"{row['id']} is not a company but a {row['entity']}. Companies are merged and split.",
        )


def refuse_outdated(reader: Reader, expected: Mapping[str, int] | None) -> None:
    """Conflict if a company has another version than its reader saw."""
    for golden_id, version in (expected or {}).items():
        now = golden.version(reader, "legal_entity", golden_id)
        if now != version:
            raise Conflict(
                f"{golden_id} уже изменилась: версия {now}, а вы видели {version}. Посмотрите ещё раз и решите.",
                f"{golden_id} has changed: version {now}, you saw {version}. Look again, then decide.",
            )


def refuse_two_inn(reader: Reader, who: Who, acts: Sequence[Sequence[Group]]) -> None:
    """Conflict if an act, with what was decided and not yet matched, would bring two INN together (V1)."""
    pending = _pending(reader, who, {ref for act in acts for group in act for ref in group.members})
    together = _Together()
    for left, right in pending:
        together.join(left.golden_id, right.golden_id)
    for first, *others in acts:
        for beside in others:
            together.join(first.golden_id, beside.golden_id)
    groups = {g.golden_id: g for act in acts for g in act}
    groups |= {g.golden_id: g for pair in pending for g in pair}
    refs = sorted({ref for group in groups.values() for ref in group.members})
    inn = dict(decisions.inn_of(reader, refs).iter_rows())
    held: dict[str, str] = {}
    for group in groups.values():
        for found in sorted({inn[ref] for ref in group.members if ref in inn}):
            other = held.setdefault(together.root(group.golden_id), found)
            if other != found:
                raise Conflict(
                    f"Два действительных ИНН, {other} и {found}, не могут быть одной компанией. Исправьте ИНН в источнике, если он чужой, или отделите запись с ним.",
                    f"Two valid INN, {other} and {found}, cannot be one company. Correct the INN in its source if it is wrong, or split off the record that bears it.",
                )


def _pending(reader: Reader, who: Who, members: set[str]) -> list[tuple[Group, Group]]:
    """Companies that decisions in force will join with these once they are matched."""
    pairs: list[tuple[Group, Group]] = []
    reached, frontier = set(members), set(members)
    while frontier:
        same = decisions.in_force(reader, frontier).filter(verdict="same")
        beside = same.select("left_ref", "right_ref").filter(
            pl.col("left_ref").is_in(frontier) | pl.col("right_ref").is_in(frontier)
        )
        refs = {ref for pair in beside.iter_rows() for ref in pair}
        who.find_records(sorted(refs))
        linked = [
            pair for pair in beside.iter_rows() if who.bearer(pair[0]) and who.bearer(pair[1])
        ]
        near = [(who.group(left), who.group(right)) for left, right in linked]
        pairs += [(one, other) for one, other in near if one.golden_id != other.golden_id]
        found = {ref for pair in near for group in pair for ref in group.members}
        frontier = found - reached
        reached |= found
    return pairs


class _Together:
    """Which companies become one."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, one: str) -> str:
        while (parent := self._parent.get(one, one)) != one:
            one = parent
        return one

    def join(self, one: str, other: str) -> None:
        self._parent[self.root(other)] = self.root(one)
