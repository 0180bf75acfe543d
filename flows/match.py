"""Match: from canonical records to links, ids and pairs for review. One transaction, or nothing."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from dedup.snapshot import Base
from dedup.succession import Succession
from flows.identify import ENTITIES, Identified, identify, undecided, world_of
from flows.rule_sets import active, label, note_departure, world_under
from flows.run import Run
from flows.similar import STAGE, matched, write_snapshot
from schemas.records import Cursor
from store import audits, canonical, checkpoints, decisions, identity, snapshots
from store.engine import Reader, Writer

RULES_VERSION = 5  # rises with every change of the rules in dedup, so that all are matched again
EVIDENCE_CHANGED = "evidence_changed"


def match(run: Run) -> bool:
    """Whether anything was matched: identities of all canonical records, if any of them changed.

    So it is if nothing did, but the snapshot for the gate is gone.

    The whole base is resolved at once, so the answer cannot depend on what came first.
    """
    with run.house.store.read() as reader:
        now = position(reader)
        if checkpoints.get(reader, STAGE, "", "") == now and snapshots.is_there(reader, STAGE):
            return False
        judged, model, left = decisions.standing(reader), active(reader).model, rules_of(reader)
        world = world_of(reader)
        under = world_under(reader, world, model, left)
        before = matched(reader, RULES_VERSION)
        own = undecided(under, model, before)
        found = identify(under, judged.in_force(), own, model)
        found["party"] = to_be_judged(found["party"], judged, audits.asked(reader))
        living = {entity: canonical.living(reader, entity) for entity in ENTITIES}
    snapshot = _snapshot(run, found["party"], before)
    found["party"] = replace(found["party"], work=None)
    with run.house.store.write() as writer:
        found["party"] = _unanswered(writer, found["party"])
        for entity, one in found.items():
            run.progress.begin(STAGE, entity, one.links.height)
            _save(run, writer, entity, one, living[entity])
        if left is not None and left != label(model):
            note_departure(writer, left, world, found)
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
        snapshots.put(writer, STAGE, snapshot, run_id=run.id)
    snapshots.sweep(run.house.store, STAGE)
    for entity, one in found.items():
        run.progress.advance(STAGE, entity, one.links.height)
        run.progress.end(STAGE, entity, f"{one.links.height}")
    return True


def _snapshot(run: Run, found: Identified, before: Base | None) -> str:
    """The name of a snapshot of what was matched, on disk before anything points at it."""
    if found.work is None or found.work.compared is None:
        raise ValueError("counterparties are matched by evidence")
    placed = found.work.compared.placed
    landing = run.house.store.landing
    return write_snapshot(landing, placed, found.work.living, RULES_VERSION, before)


def position(reader: Reader) -> Cursor:
    """Everything identities depend on, in short: equal positions, equal identities."""
    seen = {entity: canonical.position(reader, entity) for entity in ENTITIES}
    return Cursor(
        {
            **seen,
            "rules": RULES_VERSION,
            "rule_set": label(active(reader).model),
            "decisions": decisions.position(reader),
        }
    )


def rules_of(reader: Reader) -> str | None:
    """The label of the rule set identities were last found by; None before the first time."""
    cursor = checkpoints.get(reader, STAGE, "", "")
    told = cursor.value.get("rule_set") if cursor else None
    return None if told is None else str(told)


def _save(run: Run, writer: Writer, entity: str, found: Identified, living: int) -> None:
    written = identity.save_links(writer, entity, found.links, whole=True)
    for level, succession in found.successions.items():
        identity.save(writer, _identities(writer, level, succession))
    identity.save_pairs(writer, entity, as_queued(found.review), whole=True)
    by_rule = dict(found.links.group_by("rule").len().iter_rows())
    run.count(
        writer, STAGE, "", entity,
        read=living, linked=found.links.height, parked=found.parked,
        inserted=written.inserted, updated=written.updated, review=found.review.height,
        **{f"rule_{rule}": n for rule, n in by_rule.items()},
    )  # fmt: skip


def _identities(writer: Writer, level: str, found: Succession) -> pl.DataFrame:
    """Rows of the ledger: living ids, and those that gave way; an id keeps the founder it began with."""
    stored = identity.load(writer, level)
    before = stored.select(
        "id", pl.col("founder").alias("began"), "state", pl.col("origin_id").alias("came_of")
    )
    living = found.ids.select(
        "id", pl.lit(None, dtype=pl.String).alias("survivor_id"), "founder", "origin_id"
    )
    gone = found.moved.select(
        "id",
        "survivor_id",
        pl.col("founder").fill_null(""),
        pl.lit(None, dtype=pl.String).alias("origin_id"),
    )
    state = (
        pl.when(pl.col("survivor_id").is_null()).then(pl.lit("retired")).otherwise(pl.lit("merged"))
    )
    rows = pl.concat(
        [living.with_columns(pl.lit("active").alias("now")), gone.with_columns(state.alias("now"))]
    ).join(before, on="id", how="left", maintain_order="left")
    went_on = (pl.col("now") == "active") & (pl.col("state") == "active").fill_null(value=False)
    return rows.select(
        "id",
        pl.lit(level).alias("entity"),
        pl.col("now").alias("state"),
        "survivor_id",
        pl.coalesce("began", "founder").alias("founder"),
        pl.when(went_on).then("came_of").otherwise("origin_id").alias("origin_id"),
    )


def to_be_judged(found: Identified, judged: decisions.Standing, asked: pl.DataFrame) -> Identified:
    """Without the pairs that were judged; with those whose judgement rests on what is no longer so, and
    with what audits ask (`store.audits.asked`) and nobody has answered.
    """
    bearer = found.links.select(
        pl.concat_str(["connection", "stream", "key"], separator="/").alias("ref"), "golden_id"
    )
    settled = judged.settled()
    review = found.review.join(_both_ways(settled), on=["left_ref", "right_ref"], how="anti")
    apart = _placed(settled.filter(verdict="different"), bearer).select("left_id", "right_id")
    placed = _placed(review, bearer)
    waiting = placed.join(
        pl.concat([apart, apart.select(left_id="right_id", right_id="left_id")]).unique(),
        on=["left_id", "right_id"], how="anti", nulls_equal=False,
    ).select(review.columns)  # fmt: skip
    again = judged.stale().select(
        pl.lit("D").alias("rule"),
        pl.when("contradiction").then(pl.lit("high")).otherwise(pl.lit("normal")).alias("severity"),
        pl.min_horizontal("left_ref", "right_ref").alias("left_ref"),
        pl.max_horizontal("left_ref", "right_ref").alias("right_ref"),
        pl.lit(EVIDENCE_CHANGED).alias("reason"),
    )
    every = pl.concat([waiting, again, _open(asked, judged, bearer)], how="diagonal")
    return replace(found, review=every)


def _open(asked: pl.DataFrame, judged: decisions.Standing, bearer: pl.DataFrame) -> pl.DataFrame:
    """The questions of audits that nobody answered, about records that still are one company."""
    answered = _both_ways(judged.living)
    left = questions(asked).join(answered, on=["left_ref", "right_ref"], how="anti")
    placed = _placed(left, bearer).filter(pl.col("left_id") == pl.col("right_id"))
    return placed.drop("left_id", "right_id")


def questions(asked: pl.DataFrame) -> pl.DataFrame:
    """The pairs an audit asks about, as they wait among the others."""
    return asked.select(
        pl.lit("audit").alias("rule"),
        pl.lit("normal").alias("severity"),
        pl.min_horizontal("left_ref", "right_ref").alias("left_ref"),
        pl.max_horizontal("left_ref", "right_ref").alias("right_ref"),
        pl.lit("audit").alias("reason"),
        "score",
    )


def _unanswered(writer: Writer, found: Identified) -> Identified:
    """Without the pairs people answered while the rest was being computed: nobody is asked twice."""
    settled = _both_ways(decisions.standing(writer).settled())
    review = found.review.join(settled, on=["left_ref", "right_ref"], how="anti")
    return replace(found, review=review)


def _both_ways(pairs: pl.DataFrame) -> pl.DataFrame:
    turned = pairs.select(left_ref="right_ref", right_ref="left_ref")
    return pl.concat([pairs.select("left_ref", "right_ref"), turned]).unique()


def _placed(pairs: pl.DataFrame, bearer: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with the golden id of either side."""
    for side in ("left", "right"):
        names = {"ref": f"{side}_ref", "golden_id": f"{side}_id"}
        pairs = pairs.join(
            bearer.rename(names), on=f"{side}_ref", how="left", maintain_order="left"
        )
    return pairs


def as_queued(review: pl.DataFrame) -> pl.DataFrame:
    """Pairs of refs as `identity.save_pairs` takes them."""
    parts = [
        pl.col(f"{side}_ref").str.splitn("/", 3).struct.field(f"field_{n}").alias(f"{side}_{name}")
        for side in ("left", "right")
        for n, name in enumerate(("connection", "stream", "key"))
    ]
    told = [name for name in ("rule", "severity", "reason", "score") if name in review.columns]
    return review.select(*told, *parts)
