"""Who is who, from canonical records, decisions and the ids given before: asked alike by a run and a preview.

Matching is done twice once anything was decided: as if nobody had decided anything, which tells each
record the id that is its own, and with the decisions, which tells who bears which id today. Only so does
an undone decision leave nothing behind (design law 3). Records are compared once: only clustering differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dedup.identity import GOLDEN_ID, Identities
from dedup.model import Model
from dedup.refs import RECORD, REF
from dedup.resolve import (
    UNIT_ID,
    Resolution,
    Work,
    resolve_items,
    resolve_parties,
    resolve_people,
    worked_by,
)  # fmt: skip
from dedup.snapshot import Base
from dedup.succession import Succession, succeed
from dedup.team import ALONE, Team
from schemas.decisions import NO_DECISIONS
from store import canonical, identity
from store.engine import Reader

ENTITIES = ("party", "person", "item")
LEVELS = {"party": "legal_entity", "person": "contact", "item": "item"}
_LINK = (*RECORD, GOLDEN_ID, UNIT_ID, "own_id", "own_unit_id", "rule", "score", "reason")


@dataclass(frozen=True, slots=True)
class World:
    """Canonical records, the links and ids of before: all that matching starts from, but decisions."""

    records: Mapping[str, pl.DataFrame]
    links: Mapping[str, pl.DataFrame]
    ledger: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Identified:
    """`links` of one entity with their ids, the pairs for `review`, and the ids by level.

    `work` is what parties were matched by.
    """

    links: pl.DataFrame
    review: pl.DataFrame
    successions: Mapping[str, Succession]
    parked: int = 0
    work: Work | None = None


def world_of(reader: Reader) -> World:
    """What the store holds now."""
    return World(
        records={entity: canonical.load(reader, entity) for entity in ENTITIES},
        links={entity: identity.links(reader, entity).with_columns(_ref()) for entity in ENTITIES},
        ledger=identity.load(reader),
    )


def undecided(
    world: World,
    model: Model | None = None,
    before: Base | None = None,
    work: Work | None = None,
    team: Team = ALONE,
) -> dict[str, Resolution]:
    """Matching as if nobody had ever decided anything, by `model` or the shipped rules.

    `before` is what the last match left: it saves work and changes nothing. `work` is what parties are
    matched by, if that is known already; if not, `team` finds it.
    """
    known = {entity: _known(world, entity) for entity in world.records}
    work = work or worked_by(team, world.records["party"], model, before)
    return _resolved(world, known, NO_DECISIONS, model, work)


def identify(
    world: World,
    decisions: pl.DataFrame,
    base: Mapping[str, Resolution] | None = None,
    model: Model | None = None,
) -> dict[str, Identified]:
    """Who is who under `decisions`, by `model` or the shipped rules.

    `base` is the answer of `undecided` by the same rules, if it is at hand.
    """
    own = base or undecided(world, model)
    decided = own
    if not decisions.is_empty():
        known = {entity: _own_links(found, _born(world)) for entity, found in own.items()}
        decided = _resolved(world, known, decisions, model, own["party"].work)
    leavers = decisions.filter(verdict="different")["left_ref"]
    return {
        entity: _succeeded(world, entity, own[entity], decided[entity], leavers) for entity in own
    }


def _resolved(
    world: World,
    known: Mapping[str, pl.DataFrame],
    decisions: pl.DataFrame,
    model: Model | None,
    work: Work | None = None,
) -> dict[str, Resolution]:
    parties = resolve_parties(world.records["party"], known["party"], decisions, model, work)
    owners = parties.links.select(_ref(), GOLDEN_ID)
    rest = [entity for entity in world.records if entity != "party"]
    return {"party": parties, **{e: _other(world, e, owners, known[e]) for e in rest}}


def _other(world: World, entity: str, owners: pl.DataFrame, known: pl.DataFrame) -> Resolution:
    """Who is who among people or items; `owners` (ref, golden_id) are the links of all parties."""
    records, before = world.records[entity], known.drop(UNIT_ID)
    if entity == "item":
        return resolve_items(records, before)
    return resolve_people(records, owners, before)


def identify_others(world: World, owners: pl.DataFrame) -> dict[str, Identified]:
    """Who is who among the people and items of `world`, where parties are matched already.

    `owners` (ref, golden_id, own_id) are the links of all parties.
    """
    found = {}
    for entity in world.records:
        first = owners.select(REF, pl.col("own_id").alias(GOLDEN_ID))
        own = _other(world, entity, first, _known(world, entity))
        known = _own_links(own, _born(world))
        decided = _other(world, entity, owners.select(REF, GOLDEN_ID), known)
        nobody = pl.Series([], dtype=pl.String)
        found[entity] = _succeeded(world, entity, own, decided, nobody)
    return found


def _ref() -> pl.Expr:
    return pl.concat_str(RECORD, separator="/").alias(REF)


def _born(world: World) -> pl.DataFrame:
    return world.ledger.select(pl.col("id").alias(GOLDEN_ID), pl.col("born").alias("since"))


def _known(world: World, entity: str) -> pl.DataFrame:
    """(ref, golden_id, unit_id, since) of the links so far; `since` tells the older of two ids."""
    links = world.links[entity].filter(pl.col("own_id").is_not_null())
    own = links.select(REF, pl.col("own_id").alias(GOLDEN_ID), pl.col("own_unit_id").alias(UNIT_ID))
    return own.join(_born(world), on=GOLDEN_ID, how="left", maintain_order="left")


def _own_links(found: Resolution, born: pl.DataFrame) -> pl.DataFrame:
    links = _with_unit(found.links).select(_ref(), GOLDEN_ID, UNIT_ID)
    return links.join(born, on=GOLDEN_ID, how="left", maintain_order="left")


def _with_unit(links: pl.DataFrame) -> pl.DataFrame:
    nothing = {UNIT_ID: pl.String, "score": pl.Float64, "reason": pl.String}
    absent = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in nothing.items()
        if name not in links.columns
    ]
    # Rounded down: what is all but certain must not be told, or earn a threshold, as certain.
    score = (pl.col("score") * 1000 + 1e-6).floor() / 1000
    return links.with_columns(absent).with_columns(score)


def _succeeded(
    world: World, entity: str, own: Resolution, decided: Resolution, leavers: pl.Series
) -> Identified:
    before = world.links[entity]
    links = _with_unit(decided.links).with_columns(_ref())
    base = _with_unit(own.links).select(
        _ref(), pl.col(GOLDEN_ID).alias("own_id"), pl.col(UNIT_ID).alias("own_unit_id")
    )
    links = links.join(base, on=REF, how="left", maintain_order="left")
    links = links.join(_keyed(world, entity), on=REF, how="left", maintain_order="left")
    successions = {}
    for level, column, mine in _levels(entity):
        ledger = _ledger(world, level, own.identities[level])
        was = before.select(REF, pl.col(column).alias("was"))
        members = links.join(was, on=REF, how="left", maintain_order="left").select(
            REF, pl.col(column).alias("cluster"), pl.col(mine).alias("own_id"), "was", "keyed"
        )
        found = succeed(members.drop_nulls("cluster"), ledger, leavers, level)
        successions[level] = found
        named = found.ids.select(pl.col("cluster").alias(column), pl.col("id").alias("named"))
        links = links.join(named, on=column, how="left", maintain_order="left")
        links = links.with_columns(pl.col("named").alias(column)).drop("named")
    return Identified(
        links.select(_LINK), decided.review, successions, decided.parked, decided.work
    )


def _levels(entity: str) -> list[tuple[str, str, str]]:
    """(level, its column in a link, the column of the own id) of an entity."""
    top = [(LEVELS[entity], GOLDEN_ID, "own_id")]
    return [*top, ("unit", UNIT_ID, "own_unit_id")] if entity == "party" else top


def _keyed(world: World, entity: str) -> pl.DataFrame:
    """The rank of a record's requisites: 2 with INN and KPP, 1 with INN, 0 without."""
    records = world.records[entity]
    rank = pl.lit(0)
    if entity == "party":
        inn = pl.col("inn").is_not_null()
        rank = inn.cast(pl.Int32) + (inn & pl.col("kpp").is_not_null()).cast(pl.Int32)
    return records.select(_ref(), rank.cast(pl.Int32).alias("keyed"))


def _ledger(world: World, level: str, ids: Identities) -> pl.DataFrame:
    """Ids given so far, and those that came up just now."""
    so_far = world.ledger.filter(pl.col("entity") == level).select("id", "founder", "born", "state")
    new = ids.ids.select(
        pl.col(GOLDEN_ID).alias("id"),
        "founder",
        pl.lit(None, dtype=pl.Int64).alias("born"),
        pl.lit("new").alias("state"),
    ).join(so_far, on="id", how="anti")
    return pl.concat([so_far, new])
