"""One record against a matched base: the same evidence, comparison and score as if it had been loaded.

Only what the record shares something with is looked at. Every count is what it would be with the record
in the base, so that the answer is that of the next match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from dedup.blocking import BLOCK_KEYS, CAPS, KEYLESS, NODE, WHOLE, near_numbers
from dedup.carriers import COUNT
from dedup.compare import VETO, compare
from dedup.evidence import CARRIED, evidence_keys, traits
from dedup.model import FIELDS, Model, default_model
from dedup.name_evidence import other_names
from dedup.refs import REF, with_ref
from dedup.score import BITS, REASON, SCORE, ZONE, united, weigh, weighed, with_spelling
from dedup.snapshot import CARRIER_SPANS, MORE, NOTHING, Base, Rows
from schemas.rows import picked
from schemas.rowwise.columns import column_of
from schemas.rowwise.passes import Passes

FOUND = {
    NODE: pl.UInt32(), REF: pl.String(), SCORE: pl.Float64(), ZONE: pl.String(), REASON: pl.String(),
    BITS: pl.Int32(), **dict.fromkeys(FIELDS, pl.UInt8()),
}  # fmt: skip
Records = Callable[[Sequence[str]], pl.DataFrame]
# More carriers than any level or cap tells apart; beyond them nobody counts.
_MANY = 1000
_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class _Asked:
    """One record as evidence; `keys` are the numbers of each kind by which it looks and is found."""

    record: pl.DataFrame
    evidence: pl.DataFrame
    keyless: bool
    keys: dict[str, set[int]]

    @property
    def ref(self) -> str:
        return str(self.record[REF][0])

    def number(self, name: str) -> int:
        """One of its evidence keys, or what stands for none."""
        value = self.evidence[name][0]
        return NOTHING if value is None else int(value)


def candidates(
    record: pl.DataFrame, base: Base, records: Records, model: Model | None = None
) -> pl.DataFrame:
    """The clusters of `base` that `record`, one canonical party, may belong to, likeliest first.

    `records` gives the canonical parties of some refs; those it has no more are left out. One row per
    cluster (see FOUND): the row of its first record, the ref of the record most alike, score, zone,
    reason, bits, and the level per field. Clusters that a veto keeps apart are left out.
    """
    asked = _asked(with_ref(record.head(1)))
    pairs = _pairs(asked, base)
    if pairs.is_empty():
        return _nothing()
    refs = base.refs(pairs["row"].to_numpy())
    held = with_ref(records(refs))
    known = set(held[REF].to_list())
    pairs = pairs.hstack([column_of(REF, refs, pl.String)])
    if not known.issuperset(refs):
        pairs = pairs.filter(column_of("", [ref in known for ref in refs], pl.Boolean))
    if pairs.is_empty():
        return _nothing()
    scored = _scored(asked, base, pairs, held, model or default_model())
    told = zip(*(scored[name].to_list() for name in (VETO, BITS, REF)), strict=True)
    ranked = sorted((-bits, ref, n) for n, (veto, bits, ref) in enumerate(told) if not veto)
    return scored[list(FOUND)][[n for _, _, n in ranked]]


@cache
def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=FOUND)


def _asked(record: pl.DataFrame) -> _Asked:
    evidence = evidence_keys(record).hstack(other_names(record))
    abroad = record["national_number"][0] is not None and record["country"][0] not in (None, "RU")
    keyless = record["inn"][0] is None and not abroad
    kinds, keys = _sought(keyless)
    found: dict[str, set[int]] = {kind: set() for kind in BLOCK_KEYS}
    for kind, value in zip(kinds, picked(evidence, keys).row(0), strict=True):
        found[kind] |= {value} - {None}
    return _Asked(record, evidence, keyless, found)


@cache
def _sought(keyless: bool) -> tuple[list[str], Passes]:
    """Kind and value of the keys by which a record looks for others."""
    # Whoever has requisites is found by its own keys, not by further ones.
    sides = {kind: (*own, *(more if keyless else ())) for kind, (own, more) in BLOCK_KEYS.items()}
    named = [(kind, key) for kind, keys in sides.items() for key in keys]
    return [kind for kind, _ in named], Passes(
        [key.alias(str(n)) for n, (_, key) in enumerate(named)]
    )


def _pairs(asked: _Asked, base: Base) -> pl.DataFrame:
    """(node, row): the records that are compared with the one asked about."""
    shared: dict[int, set[int]] = {}
    for found in _sharing(asked, base):
        rows = np.unique(found)
        nodes = base.column(NODE, rows)
        # Two records with requisites are never one by evidence.
        open_ = nodes if asked.keyless else nodes[base.column(KEYLESS, rows) == 1]
        for node, first in zip(*np.unique(open_, return_index=True), strict=True):
            shared.setdefault(int(node), set()).add(int(rows[first]))
    pairs = [(n, r) for n in sorted(shared) for r in _compared(asked, base, n, shared[n])]
    return pl.DataFrame(pairs, schema={NODE: pl.UInt32, "row": pl.UInt32}, orient="row")


def _sharing(asked: _Asked, base: Base) -> Iterator[Rows]:
    """The rows that carry each key that few enough clusters have, the record asked about among them."""
    for kind, keys in asked.keys.items():
        if kind == "claimed":
            continue
        for value in sorted(keys):
            own, more = base.carrying(kind, value), base.carrying(kind + MORE, value)
            rows = np.concatenate([own, more])
            if len(rows) and _clusters(base, rows) + 1 <= CAPS[kind]:
                yield rows
    for claim in sorted(asked.keys["claimed"]):
        yield from _near(asked, base, claim)


def _near(asked: _Asked, base: Base, claim: int) -> Iterator[Rows]:
    """Rows whose INN, or claimed INN, is near `claim`: whichever of two clusters has a claim looks."""
    own = base.carrying("claimed", claim)
    offered = _clusters(base, own) + 1 <= CAPS["claimed"]
    for value in base.present("claimed", np.concatenate(near_numbers(np.array([claim])))):
        rows = base.carrying("claimed", value)
        claiming = (base.column("claimed", rows) == value) & (base.column(KEYLESS, rows) == 1)
        if asked.keyless and _clusters(base, rows) + (value == claim) <= CAPS["claimed"]:
            yield rows
        elif offered and claiming.any():
            yield rows[claiming]


def _compared(asked: _Asked, base: Base, node: int, shared: set[int]) -> list[int]:
    """The records of a cluster that are compared: see `dedup.blocking.rows_to_compare`."""
    members = base.members(node)
    whole = set(members[:WHOLE].tolist())
    if len(members) <= WHOLE or not asked.keyless:
        return sorted(whole)
    first = np.array([node], dtype=np.uint32)
    # Of two clusters without requisites the later one is looked for, not looked into.
    later = bool(base.column(KEYLESS, first)[0]) and asked.ref > base.refs(first)[0]
    return sorted(whole if later else whole | shared)


def _scored(
    asked: _Asked, base: Base, pairs: pl.DataFrame, held: pl.DataFrame, model: Model
) -> pl.DataFrame:
    place = {ref: n for n, ref in enumerate(held[REF])}
    mates = held[[place[ref] for ref in pairs[REF]]]
    every = asked.record[mates.columns].vstack(mates)
    own = traits(every)
    right = base.evidence(pairs["row"].to_numpy()).hstack(own[1:])
    left = asked.evidence.hstack(own[:1])
    counts = {
        name: _carriers(asked, base, kind, asked.number(name))
        for kind, names in CARRIED.items()
        for name in names
    }
    known = [column_of(name + COUNT, [n], pl.Int32) for name, n in counts.items()]
    left = left.hstack(known)[[0] * right.height]
    bearers = [
        _carriers(asked, base, "name", NOTHING if name is None else name) for name in right["name"]
    ]
    right = right.hstack([column_of("name" + COUNT, bearers, pl.Int32)])
    zeros = column_of("a", [0] * right.height, pl.UInt32)
    mate = column_of("right", range(1, every.height), pl.UInt32)
    at = pl.DataFrame([zeros, pairs[NODE].alias("b"), zeros.alias("left"), mate])
    levels = with_spelling(at.hstack(compare(left, right)), every)
    found = weigh(united(weighed(levels, model)), model)
    refs = every[REF].to_list()
    whose = column_of(REF, [refs[row] for row in found["right"].to_list()], pl.String)
    return found.hstack([found["b"].alias(NODE), whose])


def _carriers(asked: _Asked, base: Base, kind: str, value: int) -> int:
    """How many carry a value, the record asked about among them: see `dedup.carriers`."""
    if value == NOTHING:
        return 0
    rows = base.carrying(CARRIER_SPANS[kind], value)
    carries = value in (asked.number(name) for name in CARRIED[kind])
    if kind != "name":
        return _distinct(base, rows, "name", [asked.number("name")] if carries else [])
    keyless = base.column(KEYLESS, rows) == 1
    keyed = _distinct(base, rows[~keyless], NODE, [-1] if carries and not asked.keyless else [])
    if keyed:
        return keyed
    places = np.where(
        base.column("place", rows) != NOTHING,
        base.column("place", rows),
        base.column("street", rows),
    )
    own = next((n for n in map(asked.number, ("place", "street")) if n != NOTHING), NOTHING)
    return len({*places.tolist(), *([own] if carries else [])})


def _clusters(base: Base, rows: Rows) -> int:
    return _distinct(base, rows, NODE, [])


def _distinct(base: Base, rows: Rows, column: str, own: list[int]) -> int:
    """How many values of a column these records and `own` have; beyond `_MANY` it is not counted on."""
    seen = set(own)
    for start in range(0, len(rows), _AT_ONCE):
        seen.update(base.column(column, rows[start : start + _AT_ONCE]).tolist())
        if len(seen) > _MANY:
            break
    return len(seen)
