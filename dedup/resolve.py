"""From canonical records to identities: the whole of matching, as one pure function per entity."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from dedup.attach import Compared, attach, compared_by, with_nodes
from dedup.blocking import CAPPED, KEYLESS, NODE
from dedup.decided import parted_by_decision
from dedup.identity import GOLDEN_ID, Identities, assign_ids
from dedup.items import item_keys
from dedup.legal import ENTITY, entity_keys
from dedup.model import Model, default_model
from dedup.people import CONTACT, contact_keys
from dedup.refs import RECORD, REF, target_ref, with_ref
from dedup.rules import REVIEW, attach_rules, part_misnamed, review_pairs
from dedup.score import REASON, SCORE
from dedup.snapshot import Base, keys_of
from dedup.team import ALONE, Team
from dedup.unit_towns import towns_of
from dedup.units import UNIT, open_units, unit_keys
from schemas.decisions import NO_DECISIONS
from schemas.rows import beside

UNIT_ID = "unit_id"
# What the exact rules ask of a record, and what only the evidence does.
_SAYS = (
    "kind", "name_core", "full_name", "inn", "kpp", "ogrn", "country", "national_number", "head_key",
    "merged_into", "status",
)  # fmt: skip
_SHOWS = (
    "name", "branch", "legal_form", "claimed_inn", "okpo", "legal_address", "actual_address", "address_key",
    "region", "phones", "emails",
)  # fmt: skip
ASKED = (*RECORD, *_SAYS, *_SHOWS)


@dataclass(frozen=True, slots=True)
class Work:
    """What depends on no decision: `living` records by ref, their evidence `keys`, the entities that
    requisites make of them, the pairs that `misnamed` ones left. `first`: node and keyless of each record
    by requisites alone. `compared`: the clusters these make and their pairs. `fresh`: pairs of the clusters
    that decisions part, if they are known. `under`: what was compared under the decisions of an answer."""

    living: pl.DataFrame
    keys: pl.DataFrame
    keyed: pl.DataFrame
    misnamed: pl.DataFrame
    first: pl.DataFrame
    compared: Compared | None = None
    fresh: pl.DataFrame | None = None
    under: Compared | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who is who: a link for every record, pairs for review, ids per level, ids that gave way.

    `links`: connection, stream, key, golden_id, unit_id (null where open), rule, score (the probability
    that the record belongs there, 1 by exact rules) and reason (null by exact rules). `review`: pairs
    with rule, severity, reason and score. `capped`: keys too common to find anything by (kind, ref of
    the first record with it, clusters that carry it). `parked` counts records
    that wait for another one to arrive, such as a person whose counterparty is unknown.
    `identities` and `moved` are by level: legal_entity and unit, contact, or item. `work` is what matching
    the same parties under other decisions goes by again.
    """

    links: pl.DataFrame
    review: pl.DataFrame
    identities: dict[str, Identities]
    parked: int = 0
    capped: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CAPPED))
    work: Work | None = None


def resolve_parties(
    parties: pl.DataFrame,
    known: pl.DataFrame,
    decisions: pl.DataFrame = NO_DECISIONS,
    model: Model | None = None,
    work: Work | None = None,
) -> Resolution:
    """Identities of counterparty records; `known`: ref, golden_id, unit_id, since of the links before.

    The answer does not depend on the order of rows; deleted records keep no identity alive. `decisions`
    are those in force (`schemas.decisions.DECISIONS`). `model` weighs the evidence, the shipped one by
    default. `work` is that of the same parties matched before, by the same model.
    """
    done = work or work_on(parties)
    decided = parted_by_decision(done.keyed, decisions)
    by = model or default_model()
    own = done.compared or compared_by(ALONE, done.keyed, done.keys, done.living, by)
    found = attach(decided, done.keys, done.living, by, own, done.fresh)
    keyed = attach_rules(unit_keys(found.keyed, towns_of(found.keyed, done.living)))
    entities = assign_ids(
        keyed.select(REF, pl.col(ENTITY).alias("cluster")),
        known.select(REF, GOLDEN_ID, "since"),
        "legal_entity",
    )
    before = known.drop(GOLDEN_ID).rename({UNIT_ID: GOLDEN_ID}).drop_nulls(GOLDEN_ID)
    units = assign_ids(
        keyed.select(REF, pl.col(UNIT).alias("cluster")).drop_nulls(),
        before.select(REF, GOLDEN_ID, "since"),
        "unit",
    )
    linked = _with_id(_with_id(keyed, entities, ENTITY, GOLDEN_ID), units, UNIT, UNIT_ID)
    review = pl.concat([done.misnamed, review_pairs(keyed), _open_unit_pairs(keyed), found.review])
    return Resolution(
        links=linked.select(*RECORD, GOLDEN_ID, UNIT_ID, "rule", SCORE, REASON),
        review=review.unique(maintain_order=True).sort("rule", "left_ref", "right_ref"),
        identities={"legal_entity": entities, "unit": units},
        capped=found.compared.scored.capped,
        work=replace(done, compared=own, under=found.compared),
    )


def work_on(parties: pl.DataFrame, before: Base | None = None) -> Work:
    """What matching `parties` begins with, whatever was decided.

    `before` is a snapshot of the last match: the evidence of what has not changed since is in it.
    """
    living = living_of(parties)
    return work_of(living, keys_of(living, before))


def worked_by(
    team: Team, parties: pl.DataFrame, model: Model | None = None, before: Base | None = None
) -> Work:
    """What `work_on` gives, with all pairs found and weighed already, in parts that `team` does."""
    living = living_of(parties)
    work = work_of(living, keys_of(living, before, team))
    by = model or default_model()
    return replace(work, compared=compared_by(team, work.keyed, work.keys, living, by))


def living_of(parties: pl.DataFrame) -> pl.DataFrame:
    """What matching asks of the records of `parties` that are not deleted, by ref."""
    marks = [name for name in ("hash",) if name in parties.columns]
    told = parties.select(*ASKED, *marks)
    dead = parties["deleted"]
    return with_ref(told.filter(~dead) if dead.any() or dead.null_count() else told)


def work_of(living: pl.DataFrame, keys: pl.DataFrame, known: pl.DataFrame | None = None) -> Work:
    """What matching begins with, of `living` records (by ref) and their evidence `keys`.

    If these are only some records, `known` is the evidence of all, with their node and keyless of `first`.
    """
    keyed = entity_keys(living.select(REF, *RECORD, *_SAYS))
    placed = with_nodes(keyed, keys)
    keyed, misnamed = part_misnamed(keyed, placed, living, known)
    return Work(living, keys, keyed, misnamed, placed.select(NODE, KEYLESS))


def _open_unit_pairs(keyed: pl.DataFrame) -> pl.DataFrame:
    """R3: the record without a KPP beside the first record of its entity that has one."""
    waiting = open_units(keyed)
    rows = keyed.select(ENTITY, REF, "kpp").join(waiting.select(ENTITY), on=ENTITY, how="semi")
    first = rows.drop_nulls("kpp").group_by(ENTITY).agg(pl.col(REF).min().alias("other"))
    pairs = waiting.join(first, on=ENTITY, how="inner")
    return pairs.select(
        pl.lit("R3").alias("rule"),
        pl.lit("low").alias("severity"),
        pl.min_horizontal(REF, "other").alias("left_ref"),
        pl.max_horizontal(REF, "other").alias("right_ref"),
        pl.lit("unit_open").alias("reason"),
        pl.lit(None).alias("score"),
    ).cast(pl.Schema(REVIEW))


def _with_id(keyed: pl.DataFrame, ids: Identities, cluster: str, name: str) -> pl.DataFrame:
    found = ids.ids.select(pl.col("cluster").alias(cluster), pl.col(GOLDEN_ID).alias(name))
    return beside(keyed, found, cluster)


def resolve_people(
    people: pl.DataFrame, party_links: pl.DataFrame, known: pl.DataFrame
) -> Resolution:
    """Contacts of each legal entity; a person whose counterparty is unknown waits unlinked (parked).

    `party_links`: ref, golden_id of party records. `known`: ref, golden_id, since.
    """
    living = with_ref(people.filter(~pl.col("deleted")))
    owners = party_links.select(
        pl.col(REF).alias("owner_ref"), pl.col(GOLDEN_ID).alias("legal_entity_id")
    )
    owned = living.with_columns(target_ref("party_key").alias("owner_ref")).join(
        owners, on="owner_ref", how="left", maintain_order="left"
    )
    owner_known = pl.col("legal_entity_id").is_not_null()
    parked = owned.filter(~owner_known).height
    keyed = contact_keys(owned.filter(owner_known))
    ids = assign_ids(keyed.select(REF, pl.col(CONTACT).alias("cluster")), known, "contact")
    linked = _with_id(keyed, ids, CONTACT, GOLDEN_ID)
    rule = pl.when(pl.len().over(CONTACT) > 1).then(pl.lit("P1")).otherwise(pl.lit("new"))
    links = linked.select(*RECORD, GOLDEN_ID, rule.alias("rule"))
    return Resolution(links, pl.DataFrame(schema=REVIEW), {"contact": ids}, parked)


def resolve_items(items: pl.DataFrame, known: pl.DataFrame) -> Resolution:
    """Identities of items: article and manufacturer, else the record alone. `known` as for people."""
    living = with_ref(items.filter(~pl.col("deleted")))
    keyed = item_keys(living)
    ids = assign_ids(keyed.select(REF, pl.col("item_key").alias("cluster")), known, "item")
    linked = _with_id(keyed, ids, "item_key", GOLDEN_ID)
    rule = pl.when(pl.len().over("item_key") > 1).then(pl.lit("I1")).otherwise(pl.lit("new"))
    links = linked.select(*RECORD, GOLDEN_ID, rule.alias("rule"))
    return Resolution(links=links, review=pl.DataFrame(schema=REVIEW), identities={"item": ids})
