"""Matching what changed: the records whose clusters, ids or pairs may differ from those of the last match.

Why the answer is that of matching everything:

* What a record tells is a function of the record alone, so unchanged records keep their evidence.
* A pair of clusters is found, and weighs what it weighs, by the records of both, by how many carry what
  they share, and by whether a shared key is too common. All three are compared before and after
  (`_stirred`): whoever carries a value that crossed a step of `STEPS` or a cap is compared again as if it
  had changed. Any other pair is what it was, and is kept.
* Requisites, the word of a source, and the pairs that clustering looks at never lead out of a group
  (`dedup.bonds`). Whole groups are matched again, those a new pair or a decision leads to among them, by
  the code that matches everything; in all other groups it would be given what it was given before.
* Clusters that decisions part are always among those compared anew, under the decisions (`dedup.parted`).
* Orders are those of refs, and rows of a part stand in the order of refs too.

The weights are frozen and the same for all; other weights are another base, and are matched from scratch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from dedup.anew import ROW, block_keys, compared_anew
from dedup.attach import Compared, with_nodes
from dedup.blocking import BLOCK_KEYS, CAPPED, CAPS, KEYLESS, NODE
from dedup.bonds import ABROAD, FIRST, FIRST_KEYLESS, GROUP, PAIR, POINTS, SELF, groups, self_key
from dedup.carriers import counted
from dedup.compare import VETO
from dedup.decided import parted_by_decision
from dedup.evidence import CARRIED, KEYS
from dedup.grown import Grown, as_base, grown
from dedup.legal import entity_keys
from dedup.model import Model
from dedup.name_evidence import other_names
from dedup.pairs import Scored
from dedup.parted import parted
from dedup.refs import REF
from dedup.resolve import Work, work_of
from dedup.score import weigh
from dedup.snapshot import OTHER_NAMES, Base, frame_of

Records = Callable[[Sequence[str]], pl.DataFrame]
_ROUNDS = 20
_PLACES = (NODE, KEYLESS, FIRST, FIRST_KEYLESS)


@dataclass(frozen=True, slots=True)
class Part:
    """`work`: what is matched anew, ready to be clustered; `refs` of its records and of those that are
    gone. `after` is the base once it is; `compared` records were looked at as if they had changed."""

    work: Work
    refs: tuple[str, ...]
    gone: tuple[str, ...]
    after: Base
    compared: int


class Whole(Exception):
    """Everything must be matched, or costs less: `why` in one word."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _Loaded:
    """Canonical records by row, each asked for once."""

    def __init__(self, base: Grown, records: Records, told: pl.DataFrame) -> None:
        self._base, self._records = base, records
        self._rows = pl.DataFrame({ROW: base.fresh.astype(np.uint32)})
        self._held = told

    def of(self, rows: pl.Series) -> pl.DataFrame:
        """The records of these rows, in the order of rows, which is that of refs."""
        missing = rows.to_frame(ROW).join(self._rows, on=ROW, how="anti")
        if missing.height:
            refs = self._base.refs(missing[ROW].to_numpy())
            found = self._records(refs).select(self._held.columns)
            if found.height != len(refs):
                raise Whole("gone")
            self._held = pl.concat([self._held, found])
            self._rows = pl.concat([self._rows, missing.sort(ROW)])
        at = self._rows.with_row_index("at").join(rows.to_frame(ROW), on=ROW, how="semi").sort(ROW)
        return self._held[at["at"]]


def part_of(
    base: Base, told: pl.DataFrame, records: Records, model: Model,
    ties: pl.DataFrame, named: Sequence[str], most: int,
) -> Part:  # fmt: skip
    """What to match anew when the canonical records `told` (by ref) changed since `base` was matched.

    `records` gives canonical records of refs, in their order. `ties` are decisions in force
    (`schemas.decisions.DECISIONS`), `named` the refs that changed decisions name. Whole if more than `most` records are concerned.
    """
    living = told.filter(~pl.col("deleted"))
    whole = grown(base, told)
    held = _Loaded(whole, records, living.drop("deleted"))
    again = _stirred(whole, held, most)
    pairs = compared_anew(whole.now, again, held.of, model)
    by_ref = _rows_named(whole, sorted({*ties["left_ref"], *ties["right_ref"], *named}))
    held_apart = _held_apart(whole, again, by_ref, ties)
    under = _Under(whole.now, held_apart, pairs.clear())
    if len(held_apart):
        under = _under(whole, held, held_apart, ties, model)
    ends = [again, pairs["a"], pairs["b"], under.rows, under.fresh["a"], under.fresh["b"]]
    seeds = pl.concat([*ends, _found(by_ref, named)]).unique()
    rows = _tied(whole, _whole_groups(whole.now, seeds), by_ref, ties)
    if len(rows) > most:
        raise Whole("many")
    kept, every = _kept(base, whole, again, pairs, model)
    inside = kept.filter(pl.col("a").is_in(rows.implode()))
    work = _work(whole, held, rows, pl.concat([inside, pairs]), under.fresh)
    _regroup(whole, rows, work)
    after = as_base(base, whole, under.now, every)
    gone = told.filter("deleted")[REF].to_list()
    return Part(work, tuple(work.living[REF]), tuple(gone), after, len(again))


def _rows_with(now: pl.DataFrame, column: str, values: pl.Series) -> pl.Series:
    """The rows of which a column has one of `values`."""
    wanted = pl.DataFrame({column: values.drop_nulls().unique()})
    return now.select(ROW, column).join(wanted, on=column, how="semi")[ROW]


def _whole_groups(now: pl.DataFrame, rows: pl.Series, more: pl.Series | None = None) -> pl.Series:
    """`rows` with all records of their groups, and of the groups `more`, in order."""
    wanted = now[GROUP].gather(rows)
    wanted = wanted if more is None else pl.concat([wanted, more])
    return pl.concat([rows, _rows_with(now, GROUP, wanted)]).unique().sort()


def _seeds(whole: Grown) -> pl.Series:
    """The fresh rows, whatever their requisites and pointers lead to, and the groups of what was there."""
    now = whole.now
    fresh = pl.Series(whole.fresh.astype(np.uint32))
    new = now[fresh]
    found = [fresh]
    for own, other in (
        ("inn", "inn"),
        ("ogrn", "ogrn"),
        (ABROAD, ABROAD),
        (SELF, POINTS),
        (POINTS, SELF),
    ):
        found.append(_rows_with(now, other, new[own]))
    return _whole_groups(now, pl.concat(found).unique(), whole.was[GROUP].gather(whole.changed))


def _stirred(whole: Grown, held: _Loaded, most: int) -> pl.Series:
    """The rows to be compared anew: what changed, its groups, and who carries what crossed a step or a cap."""
    if not len(whole.fresh) and not len(whole.changed):
        return whole.now[ROW].clear()
    rows = _seeds(whole)
    for _ in range(_ROUNDS):
        if len(rows) > most:
            break
        _place(whole, held, rows)
        every = _whole_groups(whole.now, pl.concat([rows, _crossed(whole, rows)]).unique())
        more = every.filter(~every.is_in(rows.implode()))
        # Who was stirred up, but stays in the cluster it was in, stirs up nobody else.
        if more.is_empty() or (len(every) <= most and not _moved(whole, held, more)):
            return every
        rows = every
    raise Whole("many")


def _moved(whole: Grown, held: _Loaded, rows: pl.Series) -> bool:
    """Whether `rows`, whole groups, come to other clusters; they are put there."""
    before = whole.now[rows].select(_PLACES)
    _place(whole, held, rows)
    return not whole.now[rows].select(_PLACES).equals(before)


def _place(whole: Grown, held: _Loaded, rows: pl.Series) -> None:
    """Put the nodes of `rows`, whole groups, into `whole.now`, as requisites and names make them."""
    parties = held.of(rows)
    keys = _keys(whole, rows, parties)
    first = with_nodes(entity_keys(parties), keys)
    told = {FIRST: rows.gather(first[NODE]), FIRST_KEYLESS: first[KEYLESS]}
    whole.now = _put(whole.now, rows, told)
    placed = with_nodes(work_of(parties, keys, _by_requisites(whole.now)).keyed, keys)
    whole.now = _put(whole.now, rows, _nodes(rows, placed, parties))


def _keys(whole: Grown, rows: pl.Series, parties: pl.DataFrame) -> pl.DataFrame:
    """The evidence of `rows`, which `parties` are, as matching has it."""
    return whole.now[rows].select(pl.lit(parties[REF]).alias(REF), *KEYS[1:])


def _nodes(rows: pl.Series, placed: pl.DataFrame, parties: pl.DataFrame) -> dict[str, pl.Series]:
    """Node and keyless of `rows` as `placed` says, and the further names of the keyless."""
    others = other_names(parties)
    bare = placed[KEYLESS]
    told = {name: others[name].set(~bare, None) for name in OTHER_NAMES}
    return {NODE: rows.gather(placed[NODE]), KEYLESS: bare, **told}


def _put(now: pl.DataFrame, rows: pl.Series, told: dict[str, pl.Series]) -> pl.DataFrame:
    return now.with_columns(
        now[name].scatter(rows, values.cast(now.schema[name])).alias(name)
        for name, values in told.items()
    )


@dataclass(frozen=True, slots=True)
class _Under:
    """`now`: the evidence of today with the clusters that decisions leave; `fresh` the pairs of those that
    decisions part, whose groups are `rows`."""

    now: pl.DataFrame
    rows: pl.Series
    fresh: pl.DataFrame


def _under(
    whole: Grown, held: _Loaded, rows: pl.Series, ties: pl.DataFrame, model: Model
) -> _Under:
    """The clusters that decisions part, all of them in `rows`, compared as decisions leave them."""
    parties = held.of(rows)
    keys = _keys(whole, rows, parties)
    keyed = work_of(parties, keys, _by_requisites(whole.now)).keyed
    placed = with_nodes(parted_by_decision(keyed, ties).keyed, keys)
    left = rows.gather(parted(with_nodes(keyed, keys), placed))
    now = _put(whole.now, rows, _nodes(rows, placed, parties))
    return _Under(now, rows, compared_anew(now, left, held.of, model))


def _held_apart(
    whole: Grown, again: pl.Series, by_ref: pl.DataFrame, ties: pl.DataFrame
) -> pl.Series:
    """The rows of the groups in which decisions keep two records of one cluster apart, and who is tied to them."""
    node = dict(zip(by_ref[REF], whole.now[NODE].gather(by_ref[ROW]), strict=True))
    apart = ties.filter(verdict="different").select("left_ref", "right_ref").iter_rows()
    refs = [left for left, right in apart if left in node and node[left] == node.get(right)]
    found = _whole_groups(whole.now, _found(by_ref, refs))
    if found.is_in(again.implode()).any():
        # New records have no group yet: whoever they joined was compared again with them.
        found = pl.concat([found, again]).unique().sort()
    return _tied(whole, found, by_ref, ties)


def _by_requisites(frame: pl.DataFrame) -> pl.DataFrame:
    """The evidence with the nodes that requisites alone make."""
    return frame.with_columns(pl.col(FIRST).alias(NODE), pl.col(FIRST_KEYLESS).alias(KEYLESS))


def _crossed(whole: Grown, rows: pl.Series) -> pl.Series:
    """Rows that carry a value of which the step, or the side of its cap, is not what it was."""
    was, now = whole.was, whole.now
    left = pl.Series(np.flatnonzero(np.isin(whole.came, rows.to_numpy())).astype(np.uint32))
    gone = pl.concat([left, pl.Series(whole.changed.astype(np.uint32))]).unique()
    asked = pl.concat([was[gone], now[rows]])
    found = [_stepped(asked, was, now, kind) for kind in CARRIED]
    found.append(_stepped(asked, _by_requisites(was), _by_requisites(now), "name"))
    found += [_capped(asked, was, now, kind) for kind in BLOCK_KEYS]
    return pl.concat(found).unique()


def _stepped(asked: pl.DataFrame, was: pl.DataFrame, now: pl.DataFrame, kind: str) -> pl.Series:
    before, after = counted(asked, was, kind), counted(asked, now, kind)
    differ = _differ(before, after, "step")
    return pl.concat(
        _rows_with(now.rename({column: "key"}), "key", differ) for column in CARRIED[kind]
    )


def _differ(before: pl.DataFrame, after: pl.DataFrame, column: str) -> pl.Series:
    """Keys of which `column` is not what it was."""
    both = before.join(after, on="key", how="full", coalesce=True, suffix="_after")
    return both.filter(pl.col(column).ne_missing(pl.col(f"{column}_after")))["key"]


def _capped(asked: pl.DataFrame, was: pl.DataFrame, now: pl.DataFrame, kind: str) -> pl.Series:
    wanted = block_keys(asked, kind).select("key").unique()
    carried = [block_keys(frame, kind).join(wanted, on="key", how="semi") for frame in (was, now)]
    many = [
        part.group_by("key")
        .agg((pl.col(NODE).n_unique() > CAPS[kind]).alias("many"))
        .filter("many")
        for part in carried
    ]
    return _with_keys(carried[1], _differ(many[0], many[1], "many"))


def _with_keys(carried: pl.DataFrame, keys: pl.Series) -> pl.Series:
    return carried.join(keys.to_frame("key"), on="key", how="semi")[ROW]


def _tied(whole: Grown, rows: pl.Series, by_ref: pl.DataFrame, ties: pl.DataFrame) -> pl.Series:
    """`rows`, which are whole groups, and the groups of whoever decisions tie to them."""
    found = rows
    while True:
        inside = set(by_ref.join(found.to_frame(ROW), on=ROW, how="semi")[REF])
        tied = [
            end for pair in ties.select("left_ref", "right_ref").iter_rows()
            if any(ref in inside for ref in pair) for end in pair
        ]  # fmt: skip
        if inside.issuperset(tied):
            return found
        found = _whole_groups(whole.now, pl.concat([found, _found(by_ref, tied)]).unique())


def _found(by_ref: pl.DataFrame, refs: Sequence[str]) -> pl.Series:
    asked = pl.DataFrame({REF: refs}, schema={REF: pl.String})
    return asked.join(by_ref, on=REF)[ROW]


def _rows_named(whole: Grown, refs: list[str]) -> pl.DataFrame:
    """(ref, row) of living records by their refs."""
    asked = pl.DataFrame({REF: refs}, schema={REF: pl.String})
    return asked.with_columns(self_key()).join(whole.now.select(SELF, ROW), on=SELF)


def _kept(
    base: Base, whole: Grown, again: pl.Series, pairs: pl.DataFrame, model: Model
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The pairs of before that still stand, weighed; and all of today as whole numbers."""
    stored = frame_of(np.asarray(base.pairs), PAIR)
    inside = np.isin(whole.came[stored["a"].to_numpy()], again.to_numpy())
    changed = np.isin(stored["a"].to_numpy(), whole.changed)
    stands = stored.filter(pl.Series(~(inside | changed)))
    moved = stands.with_columns(
        pl.Series(name, whole.came[stands[name].to_numpy()]) for name in ("a", "b", "left", "right")
    )
    every = pl.concat([moved, pairs.select(pl.col(n).cast(pl.Int64) for n in PAIR)]).sort("a", "b")
    kinds = pairs.select(*PAIR).schema
    weighed = weigh(moved.cast(kinds).with_columns(pl.lit(value=False).alias(VETO)), model)
    return weighed.select(pairs.columns).cast(pairs.schema), every


def _work(
    whole: Grown, held: _Loaded, rows: pl.Series, pairs: pl.DataFrame, fresh: pl.DataFrame
) -> Work:
    """What matching begins with, of the records in `rows` alone."""
    parties = held.of(rows)
    keys = _keys(whole, rows, parties)
    work = work_of(parties, keys, _by_requisites(whole.now))
    scored = Scored(_within(rows, pairs), pl.DataFrame(schema=CAPPED))
    compared = Compared(with_nodes(work.keyed, keys), scored)
    return replace(work, compared=compared, fresh=_within(rows, fresh))


def _within(rows: pl.Series, pairs: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with the places in `rows` instead of the rows."""
    place = rows.to_frame("at").with_row_index("local")
    return pairs.with_columns(
        pairs.select(at=side)
        .join(place, on="at", how="left", maintain_order="left")["local"]
        .alias(side)
        for side in ("a", "b", "left", "right")
    ).sort("a", "b")


def _regroup(whole: Grown, rows: pl.Series, work: Work) -> None:
    """Groups of today: of the rows matched anew as they are now, of all others as they were."""
    if work.compared is None or work.fresh is None:
        raise ValueError("a part is compared before it is matched")
    now = whole.now
    came = pl.Series(np.where(whole.came < 0, 0, whole.came))
    kept = came.gather(now[GROUP].fill_null(0)).cast(pl.Int64)
    place = now[rows].select("inn", "ogrn", SELF, POINTS, ABROAD)
    inner = place.with_columns(
        work.first[NODE].alias(FIRST), work.compared.placed[NODE].alias(NODE)
    )
    pairs = [work.compared.scored.pairs, work.fresh]
    own = groups(inner, pl.concat(one.select("a", "b") for one in pairs))
    whole.now = now.with_columns(kept.scatter(rows, rows.gather(own).cast(pl.Int64)).alias(GROUP))
