"""Match: from canonical records to links, ids and pairs for review. One transaction, or nothing."""

from __future__ import annotations

import polars as pl

from dedup.identity import GOLDEN_ID, Identities
from dedup.refs import REF
from dedup.resolve import Resolution, resolve_items, resolve_parties, resolve_people
from flows.run import Run
from schemas.records import Cursor
from store import canonical, checkpoints, identity
from store.engine import Reader, Writer

STAGE = "match"
RULES_VERSION = 2  # rises with every change of the rules in dedup, so that all are matched again
ENTITIES = ("party", "person", "item")


def match(run: Run) -> bool:
    """Whether anything was matched: identities of all canonical records, if any of them changed.

    The whole base is resolved at once, so the answer cannot depend on what came first.
    """
    with run.house.store.read() as reader:
        now = _position(reader)
        if checkpoints.get(reader, STAGE, "", "") == now:
            return False
        resolved = _resolve(reader)
        living = {entity: _living(reader, entity) for entity in ENTITIES}
    with run.house.store.write() as writer:
        for entity, found in resolved.items():
            run.progress.begin(STAGE, entity, found.links.height)
            _save(run, writer, entity, found, living[entity])
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
    for entity, found in resolved.items():
        run.progress.advance(STAGE, entity, found.links.height)
        run.progress.end(STAGE, entity, f"{found.links.height}")
    return True


def _position(reader: Reader) -> Cursor:
    seen = {entity: canonical.position(reader, entity) for entity in ENTITIES}
    return Cursor({**seen, "rules": RULES_VERSION})


def _living(reader: Reader, entity: str) -> int:
    return canonical.living(reader, entity)


def _resolve(reader: Reader) -> dict[str, Resolution]:
    known = {entity: known_links(reader, entity) for entity in ENTITIES}
    parties = resolve_parties(canonical.load(reader, "party"), known["party"])
    people = resolve_people(
        canonical.load(reader, "person"),
        parties.links.select(_ref(), GOLDEN_ID),
        known["person"].drop("unit_id"),
    )
    items = resolve_items(canonical.load(reader, "item"), known["item"].drop("unit_id"))
    return {"party": parties, "person": people, "item": items}


def known_links(reader: Reader, entity: str) -> pl.DataFrame:
    """(ref, golden_id, unit_id, since) of the links so far; `since` tells the older of two."""
    return identity.links(reader, entity).select(
        _ref(), GOLDEN_ID, "unit_id", pl.col("seq").cast(pl.Int64).alias("since")
    )


def _ref() -> pl.Expr:
    return pl.concat_str(["connection", "stream", "key"], separator="/").alias(REF)


def _save(run: Run, writer: Writer, entity: str, found: Resolution, living: int) -> None:
    written = identity.save_links(writer, entity, _with_unit(found.links), whole=True)
    for level, ids in found.identities.items():
        identity.save(writer, _identities(writer, level, ids))
    identity.save_pairs(writer, entity, _pairs(found.review), whole=True)
    by_rule = dict(found.links.group_by("rule").len().iter_rows())
    run.count(
        writer, STAGE, "", entity,
        read=living, linked=found.links.height, parked=found.parked,
        inserted=written.inserted, updated=written.updated, review=found.review.height,
        **{f"rule_{rule}": n for rule, n in by_rule.items()},
    )  # fmt: skip


def _with_unit(links: pl.DataFrame) -> pl.DataFrame:
    if "unit_id" in links.columns:
        return links
    return links.with_columns(pl.lit(None, dtype=pl.String).alias("unit_id"))


def _identities(writer: Writer, level: str, ids: Identities) -> pl.DataFrame:
    """Rows of the ledger: living ids, and those that gave way; an id keeps the founder it began with."""
    began = identity.load(writer, level).select("id", pl.col("founder").alias("began"))
    living = ids.ids.select(
        pl.col(GOLDEN_ID).alias("id"),
        pl.lit("active").alias("state"),
        pl.lit(None, dtype=pl.String).alias("survivor_id"),
        "founder",
    )
    gone = ids.moved.select(
        pl.col(GOLDEN_ID).alias("id"),
        pl.when(pl.col("survivor_id").is_null())
        .then(pl.lit("retired"))
        .otherwise(pl.lit("merged"))
        .alias("state"),
        "survivor_id",
        pl.lit("").alias("founder"),
    )
    rows = pl.concat([living, gone]).join(began, on="id", how="left", maintain_order="left")
    founder = pl.coalesce("began", "founder").alias("founder")
    return rows.with_columns(founder, pl.lit(level).alias("entity")).drop("began")


def _pairs(review: pl.DataFrame) -> pl.DataFrame:
    parts = [
        pl.col(f"{side}_ref").str.splitn("/", 3).struct.field(f"field_{n}").alias(f"{side}_{name}")
        for side in ("left", "right")
        for n, name in enumerate(("connection", "stream", "key"))
    ]
    return review.select("rule", "severity", "reason", *parts)
