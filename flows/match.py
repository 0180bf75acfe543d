"""Match: from canonical records to links, ids and pairs for review. One transaction, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from dedup.bonds import PAIR, bonds, that_matter
from dedup.model import Model
from dedup.refs import RECORD
from dedup.resolve import Work
from dedup.rules import RULES_VERSION
from dedup.snapshot import Base, taken
from dedup.succession import Succession
from flows.identify import ENTITIES, Identified, World, identify, undecided, world_of
from flows.match_counts import by_rule, note
from flows.match_part import InPart, match_part
from flows.rule_sets import active, label, note_departure, world_under
from flows.run import Run
from flows.similar import STAGE, matched, write_snapshot
from schemas.records import Cursor
from store import audits, canonical, checkpoints, decisions, identity, lost, snapshots
from store.decisions import Standing
from store.engine import Reader, Writer

EVIDENCE_CHANGED = "evidence_changed"
_FEW = 50_000  # ids that are looked up one by one rather than read whole


@dataclass(frozen=True, slots=True)
class _Matched:
    """`found`, the links `before`, and the snapshot to leave; of some records only, if `part` is not null.

    `living` counts the records of each entity, `by_rule` what each rule found among counterparties, `why`
    says why all were matched. Rules `left` are those the `world` was matched by before.
    """

    found: dict[str, Identified]
    before: Mapping[str, pl.DataFrame]
    after: Base
    living: Mapping[str, int]
    by_rule: Mapping[str, int]
    part: InPart | None = None
    why: str | None = None
    world: World | None = None
    left: str | None = None


def match(run: Run) -> bool:
    """Whether anything was matched: identities of all canonical records, if any of them changed.

    So it is if nothing did, but the snapshot for the gate is gone. Only what changes can concern is
    matched, where that is sure to give what matching everything gives: the answer cannot depend on what
    came first.
    """
    with run.house.store.read() as reader:
        last, now = checkpoints.get(reader, STAGE, "", ""), position(reader)
        if last == now and snapshots.is_there(reader, STAGE):
            return False
        judged, model = decisions.standing(reader), active(reader).model
        before, lay = matched(reader, RULES_VERSION), snapshots.current(reader, STAGE)
        part = match_part(reader, last, now, before, judged, model)
        if isinstance(part, str):
            done = _whole(run, reader, judged, model, before, part)
        else:
            living = _living(reader, [e for e in part.found if e != "party"])
            living["party"] = part.after.size
            rules = _by_rule(reader, part, before.size if before else 0)
            done = _Matched(dict(part.found), part.before, part.after, living, rules, part)
        matched_anew = None if done.part is None else [*done.part.refs, *done.part.gone]
        asked = still_one(audits.asked(reader), done.found["party"].links, matched_anew)
        done.found["party"] = to_be_judged(done.found["party"], judged, asked)
    snapshot = None
    if done.after is not before:
        held = (lay, before) if lay and before else None
        snapshot = write_snapshot(run.house.store.landing, done.after, RULES_VERSION, held)
    with run.house.store.write() as writer:
        if decisions.position(writer) != now.value["decisions"]:
            judged = decisions.standing(writer)
        found = {**done.found, "party": _unanswered(done.found["party"], judged)}
        for entity, one in found.items():
            run.progress.begin(STAGE, entity, one.links.height)
            _save(run, writer, entity, one, done)
        lost.note(writer, _lost(done, found), run_id=run.id)
        if done.left is not None and done.world is not None and done.left != label(model):
            note_departure(writer, done.left, done.world, found)
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
        note(writer, done.by_rule, run.id)
        if snapshot is not None:
            snapshots.put(writer, STAGE, snapshot, run_id=run.id)
    snapshots.sweep(run.house.store, STAGE)
    for entity, one in found.items():
        run.progress.advance(STAGE, entity, one.links.height)
        run.progress.end(STAGE, entity, f"{one.links.height}")
    return True


def _whole(
    run: Run,
    reader: Reader,
    judged: decisions.Standing,
    model: Model,
    before: Base | None,
    why: str,
) -> _Matched:
    """Everything matched, for the reason `why`."""
    left = rules_of(reader)
    world = world_of(reader)
    under = world_under(reader, world, model, left)
    own = undecided(under, model, before, team=run.house.team)
    found = identify(under, judged.in_force(), own, model)
    after = _after(found["party"].work, before, model)
    found["party"] = replace(found["party"], work=None)
    living = _living(reader, found)
    rules = _of_each_rule(found["party"].links)
    return _Matched(found, world.links, after, living, rules, why=why, world=world, left=left)


def _of_each_rule(links: pl.DataFrame) -> Counter[str]:
    return Counter(dict(links.group_by("rule").len().iter_rows()))


def _by_rule(reader: Reader, part: InPart, links: int) -> Counter[str]:
    """What each rule will have found, counted before anybody has to wait for the lock."""
    found = by_rule(reader, links)
    found.subtract(_of_each_rule(part.before["party"]))
    found.update(_of_each_rule(part.found["party"].links))
    return +found


def _lost(done: _Matched, found: Mapping[str, Identified]) -> list[str]:
    """The ids, of companies, units, people and items, that a record bore and bears no more."""
    parts = [pl.Series([], dtype=pl.String)]
    for entity, one in found.items():
        before = done.before[entity].select(*RECORD, "golden_id", "unit_id")
        both = before.join(one.links, on=RECORD, how="left", suffix="_now")
        parts += [
            both.filter(pl.col(name).ne_missing(pl.col(f"{name}_now")))[name]
            for name in ("golden_id", "unit_id")
        ]
    return pl.concat(parts).drop_nulls().unique().sort().to_list()


def _living(reader: Reader, entities: Iterable[str]) -> dict[str, int]:
    return {entity: canonical.living(reader, entity) for entity in entities}


def _after(work: Work | None, before: Base | None, model: Model) -> Base:
    """What the next match and the gate begin with.

    The gate asks by the clusters that decisions leave, the next match begins as if nobody had decided.
    """
    if work is None or work.compared is None or work.under is None:
        raise ValueError("counterparties are matched by evidence")
    own, under = (that_matter(one.scored.pairs, model) for one in (work.compared, work.under))
    ends = pl.concat(pairs.select("a", "b") for pairs in (own, under))
    tied = bonds(work.living, work.compared.placed, work.first, ends)
    told = own.select(pl.col(name).cast(pl.Int64) for name in PAIR)
    return taken(work.under.placed, work.living, before, bonds=tied, pairs=told)


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


def _save(run: Run, writer: Writer, entity: str, found: Identified, done: _Matched) -> None:
    part = done.part if entity == "party" else None
    living, reviews = done.living[entity], found.review.height
    written = identity.save_links(writer, entity, found.links, whole=part is None)
    for level, succession in found.successions.items():
        identity.save(writer, _identities(writer, level, succession))
    if part is None:
        identity.save_pairs(writer, entity, as_queued(found.review), whole=True)
        extra = {} if done.why is None or entity != "party" else {f"whole_{done.why}": 1}
    else:
        concerned = _records([*part.refs, *part.gone])
        identity.drop_links(writer, entity, _records(part.gone))
        identity.save_pairs(writer, entity, as_queued(found.review), of=concerned)
        reviews = identity.waiting(writer, entity)
        extra = {"matched_anew": len(part.refs), "compared_anew": part.compared}
    by_rule = done.by_rule if entity == "party" else _of_each_rule(found.links)
    linked = sum(by_rule.values())
    run.count(
        writer, STAGE, "", entity,
        read=living, linked=linked, parked=found.parked,
        inserted=written.inserted, updated=written.updated, review=reviews,
        **extra, **{f"rule_{rule}": n for rule, n in by_rule.items()},
    )  # fmt: skip


def _records(refs: Sequence[str]) -> pl.DataFrame:
    """(connection, stream, key) of refs."""
    parts = pl.col("ref").str.splitn("/", 3).struct
    named = pl.DataFrame({"ref": list(refs)}, schema={"ref": pl.String})
    return named.select(
        parts.field(f"field_{n}").alias(name)
        for n, name in enumerate(("connection", "stream", "key"))
    )


def _identities(writer: Writer, level: str, found: Succession) -> pl.DataFrame:
    """Rows of the ledger: living ids, and those that gave way; an id keeps the founder it began with."""
    told = sorted({*found.ids["id"], *found.moved["id"]})
    few = len(told) < _FEW
    stored = identity.known(writer, told) if few else identity.load(writer, level)
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
        pl.lit(identity.BY_DECISIONS).alias("rule"),
        pl.when("contradiction").then(pl.lit("high")).otherwise(pl.lit("normal")).alias("severity"),
        pl.min_horizontal("left_ref", "right_ref").alias("left_ref"),
        pl.max_horizontal("left_ref", "right_ref").alias("right_ref"),
        pl.lit(EVIDENCE_CHANGED).alias("reason"),
    )
    every = pl.concat([waiting, again, _open(asked, judged)], how="diagonal")
    return replace(found, review=every)


def _open(asked: pl.DataFrame, judged: decisions.Standing) -> pl.DataFrame:
    """The questions of audits that nobody answered."""
    answered = _both_ways(judged.living)
    return questions(asked).join(answered, on=["left_ref", "right_ref"], how="anti")


def still_one(
    asked: pl.DataFrame, links: pl.DataFrame, matched_anew: Sequence[str] | None = None
) -> pl.DataFrame:
    """The questions of audits (`store.audits.asked`) about records that `links` leave in one company.

    `links` are those of the records `matched_anew`, if that is not all.
    """
    bearer = links.select(pl.concat_str(RECORD, separator="/").alias("ref"), "golden_id")
    ids = []
    for side in ("left", "right"):
        named = bearer.rename({"ref": f"{side}_ref", "golden_id": "now"})
        now = asked.join(named, on=f"{side}_ref", how="left", maintain_order="left")["now"]
        if matched_anew is not None:
            stays = ~asked[f"{side}_ref"].is_in(matched_anew)
            now = pl.select(pl.when(stays).then(asked[f"{side}_id"]).otherwise(now)).to_series()
        ids.append(now)
    return asked.filter((ids[0] == ids[1]).fill_null(value=False))


def questions(asked: pl.DataFrame) -> pl.DataFrame:
    """The pairs an audit asks about, as they wait among the others."""
    return asked.select(
        pl.lit("audit").alias("rule"),
        pl.lit("normal").alias("severity"),
        "left_ref",
        "right_ref",
        pl.lit("audit").alias("reason"),
        "score",
    )


def _unanswered(found: Identified, judged: Standing) -> Identified:
    """Without the pairs people answered while the rest was being computed: nobody is asked twice."""
    settled = _both_ways(judged.settled())
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
