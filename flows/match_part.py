"""Match only what changed since the last match, where the answer is sure to be that of matching everything.

`dedup.partly` tells which records that concerns and why no other; here they are read and their ids looked
up. Whatever cannot be told so is a reason to match everything, which the run's counts name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from dedup.bonds import BONDS
from dedup.model import Model
from dedup.partly import Part, Whole, part_of
from dedup.refs import REF, with_ref
from dedup.resolve import ASKED, Resolution
from dedup.snapshot import Base
from flows.identify import LEVELS, Identified, World, identify, identify_others, undecided
from schemas.records import Cursor
from store import canonical, decisions, identity
from store.decisions import Standing
from store.engine import Reader

# Of so few records all are matched sooner than it is found out which would do.
LEAST = 20_000
# A part larger than this costs more than the whole.
_MOST = 0.25
_AT_LEAST = 2_000
_IDS = ("golden_id", "unit_id", "own_id", "own_unit_id")
_COLUMNS = (*ASKED, "hash")
Position = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class InPart:
    """`found` of the records matched anew, whose links `before` were others; `refs` of these, `gone` of
    those whose links end.

    `after` is the snapshot's content, `compared` how many records were compared as if they had changed.
    """

    found: Mapping[str, Identified]
    before: Mapping[str, pl.DataFrame]
    refs: Sequence[str]
    gone: Sequence[str]
    after: Base
    compared: int


def match_part(
    reader: Reader, before: Cursor | None, now: Cursor, base: Base | None, judged: Standing, model: Model
) -> InPart | str:  # fmt: skip
    """What changed between the positions `before` and `now`, matched; or why everything must be."""
    try:
        if before is None or base is None:
            raise Whole("first" if before is None else "no_snapshot")
        if base.size < LEAST:
            raise Whole("small")
        return _matched(reader, before.value, now.value, base, judged, model)
    except Whole as all_of_it:
        return all_of_it.why


def _matched(
    reader: Reader, old: Position, new: Position, base: Base, judged: Standing, model: Model
) -> InPart:
    told = _changed(reader, old, new, base)
    force = judged.in_force()
    named = decisions.named_since(reader, str(old["decisions"]), told[REF].to_list())

    def records(refs: Sequence[str]) -> pl.DataFrame:
        return with_ref(canonical.of_refs(reader, "party", refs, _COLUMNS))

    part = part_of(base, told, records, model, force, named, _most(base))
    links, parties = _identified(reader, part, force, model)
    world = _others(reader, moved=_moved(links, parties), old=old, new=new)
    rest = identify_others(world, _owners(reader, world, parties, part.gone))
    before = {"party": links, **world.links}
    found = {"party": parties, **rest}
    return InPart(found, before, part.refs, part.gone, part.after, part.compared)


def _most(base: Base) -> int:
    return max(_AT_LEAST, int(base.size * _MOST))


def _changed(reader: Reader, old: Position, new: Position, base: Base) -> pl.DataFrame:
    """The canonical parties written since the last match, by ref."""
    if base.bonds.shape != (base.size, len(BONDS)):
        raise Whole("no_snapshot")
    if any(old.get(name) != new[name] for name in ("rules", "rule_set")):
        raise Whole("rules")
    since, removed = str(old["party"]).split("-")
    if removed != str(new["party"]).split("-")[1]:
        raise Whole("removed")
    told = with_ref(canonical.load(reader, "party", (*_COLUMNS, "deleted"), int(since)))
    if told.height > _most(base):
        raise Whole("many")
    return told


def _identified(
    reader: Reader, part: Part, force: pl.DataFrame, model: Model
) -> tuple[pl.DataFrame, Identified]:
    """The links of the part before, and who is who in it now."""
    links = identity.links_of_refs(reader, "party", [*part.refs, *part.gone])
    links = links.with_columns(_ref())
    ids = sorted(set(pl.concat(links[name] for name in _IDS).drop_nulls()))
    others = with_ref(identity.bearers_of(reader, "party", ids)).join(links, on=REF, how="anti")
    if others.height:
        raise Whole("ids")
    records, before = {"party": part.work.living}, {"party": links}
    world = World(records, before, identity.known(reader, ids))
    own = undecided(world, model, work=part.work)
    met = identity.known(reader, _made(own, ids))
    if met.filter(pl.col("state") == "active").height:
        raise Whole("ids")
    world = replace(world, ledger=pl.concat([world.ledger, met]))
    local = force.filter(pl.col("left_ref").is_in(part.work.living[REF].implode()))
    return links, identify(world, local, own, model)["party"]


def _moved(links: pl.DataFrame, found: Identified) -> bool:
    """Whether any record bears another id than before."""
    bears = (REF, "golden_id", "own_id")
    now = found.links.with_columns(_ref()).select(bears).sort(REF)
    return not now.equals(links.select(bears).sort(REF))


def _others(reader: Reader, *, moved: bool, old: Position, new: Position) -> World:
    """People and items, all of them, where one of them or the company of a person changed."""
    people = old["person"] != new["person"] or (moved and canonical.newest(reader, "person") > 0)
    changed = {"person": people, "item": old["item"] != new["item"]}
    asked = [entity for entity, so in changed.items() if so]
    ledgers = [identity.known(reader, []), *(identity.load(reader, LEVELS[e]) for e in asked)]
    return World(
        records={entity: canonical.load(reader, entity) for entity in asked},
        links={entity: identity.links(reader, entity).with_columns(_ref()) for entity in asked},
        ledger=pl.concat(ledgers),
    )


def _owners(reader: Reader, world: World, parties: Identified, gone: Sequence[str]) -> pl.DataFrame:
    """(ref, golden_id, own_id) of the links of all parties, if people are asked for."""
    fresh = parties.links.with_columns(_ref()).select(REF, "golden_id", "own_id")
    if "person" not in world.records:
        return fresh
    held = identity.links(reader, "party").with_columns(_ref()).select(fresh.columns)
    kept = held.join(fresh, on=REF, how="anti").filter(~pl.col(REF).is_in(list(gone)))
    return pl.concat([kept, fresh])


def _made(own: Mapping[str, Resolution], ids: Sequence[str]) -> list[str]:
    """The ids that no record had before."""
    told = [found.ids["golden_id"] for one in own.values() for found in one.identities.values()]
    return sorted(set(pl.concat(told).drop_nulls()) - set(ids))


def _ref() -> pl.Expr:
    return pl.concat_str("connection", "stream", "key", separator="/").alias(REF)
