"""Match only what changed since the last match, where the answer is sure to be that of matching everything.

`dedup.partly` tells which records that concerns and why no other; here they are read and their ids looked
up. Whatever cannot be told so is a reason to match everything, which the run's counts name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from dedup.attach import with_nodes
from dedup.bonds import BONDS
from dedup.decided import parted_by_decision
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

# A part larger than this costs more than the whole.
_MOST = 0.25
_AT_LEAST = 2_000
_IDS = ("golden_id", "unit_id", "own_id", "own_unit_id")
_COLUMNS = (*ASKED, "hash")
Position = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class InPart:
    """`found` of the records matched anew; `refs` of these, `gone` of those whose links end.

    `after` is the snapshot's content, `compared` how many records were compared as if they had changed.
    """

    found: Mapping[str, Identified]
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
        return _matched(reader, before.value, now.value, base, judged, model)
    except Whole as all_of_it:
        return all_of_it.why


def _matched(
    reader: Reader, old: Position, new: Position, base: Base, judged: Standing, model: Model
) -> InPart:
    told = _changed(reader, old, new, base)
    force = judged.in_force()
    named = decisions.refs(reader)
    if old["decisions"] == new["decisions"] and not set(named).intersection(told[REF]):
        named = []

    def records(refs: Sequence[str]) -> pl.DataFrame:
        return with_ref(canonical.of_refs(reader, "party", refs, _COLUMNS))

    part = part_of(base, told, records, model, force, named, _most(base))
    if _parted(part, force):
        raise Whole("parted")
    moved, parties = _identified(reader, part, force, model)
    rest = _others(reader, parties, part.gone, moved=moved, old=old, new=new)
    return InPart({"party": parties, **rest}, part.refs, part.gone, part.after, part.compared)


def _most(base: Base) -> int:
    return max(_AT_LEAST, int(base.size * _MOST))


def _changed(reader: Reader, old: Position, new: Position, base: Base) -> pl.DataFrame:
    """The canonical parties written since the last match, by ref."""
    if base.bonds.shape != (base.size, len(BONDS)):
        raise Whole("parted")
    if any(old.get(name) != new[name] for name in ("rules", "rule_set")):
        raise Whole("rules")
    since, removed = str(old["party"]).split("-")
    if removed != str(new["party"]).split("-")[1]:
        raise Whole("removed")
    told = with_ref(canonical.load(reader, "party", (*_COLUMNS, "deleted"), int(since)))
    if told.height > _most(base):
        raise Whole("many")
    return told


def _parted(part: Part, force: pl.DataFrame) -> bool:
    """Whether decisions part an entity: then other clusters are compared than are kept."""
    work = part.work
    if force.is_empty() or work.compared is None:
        return False
    placed = with_nodes(parted_by_decision(work.keyed, force).keyed, work.keys)
    return not placed["node"].equals(work.compared.placed["node"])


def _identified(
    reader: Reader, part: Part, force: pl.DataFrame, model: Model
) -> tuple[bool, Identified]:
    """Who is who in the part, and whether any record bears another id than before."""
    links = identity.links_of_refs(reader, "party", [*part.refs, *part.gone])
    links = links.with_columns(_ref())
    ids = sorted(set(pl.concat(links[name] for name in _IDS).drop_nulls()))
    others = with_ref(identity.bearers_of(reader, "party", ids)).join(links, on=REF, how="anti")
    if others.height:
        raise Whole("ids")
    world = World(
        records={"party": part.work.living},
        links={"party": links},
        ledger=identity.known(reader, ids),
    )
    own = undecided(world, model, work=part.work)
    made = _made(own, ids)
    met = identity.known(reader, made)
    if met.filter(pl.col("state") == "active").height:
        raise Whole("ids")
    world = replace(world, ledger=pl.concat([world.ledger, met]))
    local = force.filter(pl.col("left_ref").is_in(part.work.living[REF].implode()))
    found = identify(world, local, own, model)["party"]
    bears = (REF, "golden_id", "own_id")
    now = found.links.with_columns(_ref()).select(bears).sort(REF)
    return not now.equals(links.select(bears).sort(REF)), found


def _others(
    reader: Reader, parties: Identified, gone: Sequence[str], *, moved: bool,
    old: Position, new: Position,
) -> dict[str, Identified]:  # fmt: skip
    """People and items, all of them, where one of them or the company of a person changed."""
    people = old["person"] != new["person"] or (moved and canonical.newest(reader, "person") > 0)
    asked = [e for e, so in (("person", people), ("item", old["item"] != new["item"])) if so]
    if not asked:
        return {}
    owners = pl.DataFrame(schema=dict.fromkeys((REF, "golden_id", "own_id"), pl.String))
    if people:
        held = identity.links(reader, "party").with_columns(_ref())
        fresh = parties.links.with_columns(_ref())
        kept = held.join(fresh, on=REF, how="anti").filter(~pl.col(REF).is_in(list(gone)))
        owners = pl.concat([frame.select(owners.columns) for frame in (kept, fresh)])
    ledger = pl.concat([identity.load(reader, LEVELS[entity]) for entity in asked])
    records = {entity: canonical.load(reader, entity) for entity in asked}
    links = {entity: identity.links(reader, entity).with_columns(_ref()) for entity in asked}
    return identify_others(World(records, links, ledger), owners)


def _made(own: Mapping[str, Resolution], ids: Sequence[str]) -> list[str]:
    """The ids that no record had before."""
    told = [found.ids["golden_id"] for one in own.values() for found in one.identities.values()]
    return sorted(set(pl.concat(told).drop_nulls()) - set(ids))


def _ref() -> pl.Expr:
    return pl.concat_str("connection", "stream", "key", separator="/").alias(REF)
