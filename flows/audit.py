"""How sure evidence is, by what people answer: questions drawn at random, bounds, and a threshold they earn.

A score is the machine's own opinion. What people say of pairs drawn at random among those it joined tells
how often it is wrong, with a bound that holds whatever the scores are worth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from dedup.attach import BY_CLAIM, BY_EVIDENCE
from dedup.bound import CONFIDENCE, earned, least_answers, most_wrong, thresholds
from dedup.model import Model, default_model
from flows.desk import weigh
from flows.house import House
from flows.match import as_queued, questions
from flows.rule_sets import active, model_of
from schemas.decisions import AUDIT, DIFFERENT, SAME, UNSURE, Author, Judgement
from schemas.errors import ConfigError
from schemas.keys import key_of
from store import audits, decision_scores, decisions, identity, rules
from store.engine import Reader

_RULES = (BY_CLAIM, BY_EVIDENCE)
_SIDES = ("left", "right")
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Audit:
    """Per reason (`why`): records `joined` by evidence, questions `asked`, answers `right`, `wrong`, `unsure`,
    and `bound`, the share that may be wrong; `total` is the same over all reasons.
    """

    reasons: pl.DataFrame
    total: dict[str, float]


@dataclass(frozen=True, slots=True)
class Earned:
    """`model` with the threshold that answers earn, or None; `table` as `dedup.bound.thresholds` gives it.

    `needed`: so many answers without an error would do.
    """

    model: Model | None
    table: pl.DataFrame
    needed: int


def draw(house: House, number: int, by: str, reason: str | None = None) -> int:
    """How many questions now wait in the queue: records that evidence joined, drawn at random, each beside
    the record of its company it has most in common with. Nobody is asked about the same record twice.
    """
    if not 0 < number <= MOST:
        raise ConfigError(
            f"Вопросов может быть от 1 до {MOST}.", f"Ask from 1 to {MOST} questions."
        )
    with house.store.read() as reader:
        # Two records may have most in common with each other: then one question is enough.
        drawn = _beside(reader, _drawn(reader, 2 * number)).head(number)
    if drawn.is_empty():
        return 0
    with house.store.write() as writer:
        identity.save_pairs(writer, "party", as_queued(questions(drawn)))
    asked = [
        Judgement(AUDIT, (left,), (right,), score=score, why=why)
        for left, right, score, why in drawn.select(
            "left_ref", "right_ref", "score", "why"
        ).iter_rows()
    ]
    with house.store.write() as writer:
        decisions.decide(writer, asked, Author(by, reason=reason))
    weigh(house)
    return drawn.height


def _drawn(reader: Reader, number: int) -> pl.DataFrame:
    """Records that evidence joined and nobody was asked about; the draw differs from audit to audit."""
    known, judged = audits.asked(reader), decisions.standing(reader).judged
    told = pl.concat([frame[f"{side}_ref"] for frame in (known, judged) for side in _SIDES])
    fresh = audits.joined(reader, _RULES).filter(~pl.col("ref").is_in(told.implode()))
    lot = key_of(pl.col("ref"), f"audit {known.height}")
    return fresh.sort(lot, "ref").head(number).with_row_index("lot")


def _beside(reader: Reader, drawn: pl.DataFrame) -> pl.DataFrame:
    """(left_ref, right_ref, score, why): beside each record the one of its company it is most like."""
    own = audits.members(reader, drawn["golden_id"].unique().sort().to_list())
    pairs = drawn.join(own, on=["ref", "golden_id"]).join(own, on="golden_id", suffix="_other")
    pairs = pairs.filter(pl.col("ref") != pl.col("ref_other"))
    shared = [
        pl.col(name).list.set_intersection(f"{name}_other").list.len().fill_null(0)
        for name in ("phones", "emails")
    ]
    equal = [
        (pl.col(name) == pl.col(f"{name}_other")).fill_null(value=False).cast(pl.UInt32)
        for name in ("name_core", "address_key")
    ]
    likeness = pl.sum_horizontal(*shared, *equal)
    keyed = pl.col("inn_other").is_not_null()
    best = pairs.sort(
        "lot", likeness, keyed, "ref_other", descending=[False, True, True, False]
    ).unique("ref", keep="first", maintain_order=True)
    once = best.with_columns(
        pl.min_horizontal("ref", "ref_other").alias("low"),
        pl.max_horizontal("ref", "ref_other").alias("high"),
    ).unique(["low", "high"], keep="first", maintain_order=True)
    return once.select(
        pl.col("ref").alias("left_ref"), right_ref="ref_other", score="score", why="why"
    )


def result(reader: Reader, confidence: float = CONFIDENCE) -> Audit:
    """What people have answered so far."""
    joined = audits.joined(reader, _RULES).group_by("why").agg(pl.len().alias("joined"))
    answers = _answers(reader)
    counted = answers.group_by("why").agg(
        pl.len().alias("asked"),
        *((pl.col("verdict") == v).sum().alias(n) for n, v in _COUNTED.items()),
    )
    found = joined.join(counted, on="why", how="full", coalesce=True).fill_null(0)
    found = found.cast({name: pl.Int64 for name in found.columns if name != "why"})
    totals = found.select(pl.exclude("why").sum()).row(0, named=True)
    bounds = [
        most_wrong(wrong, right + wrong, confidence)
        for right, wrong in found.select("right", "wrong").iter_rows()
    ]
    total = most_wrong(totals["wrong"], totals["right"] + totals["wrong"], confidence)
    reasons = found.with_columns(pl.Series("bound", bounds, dtype=pl.Float64))
    ordered = reasons.sort(["joined", "why"], descending=[True, False])
    return Audit(ordered, {**totals, "bound": total})


_COUNTED = {"right": SAME, "wrong": DIFFERENT, "unsure": UNSURE}


def _answers(reader: Reader) -> pl.DataFrame:
    """Each question (why) with the verdict that stands on its pair, if there is one."""
    judged = decisions.standing(reader).judged.select("verdict", "left_ref", "right_ref")
    turned = judged.select("verdict", left_ref="right_ref", right_ref="left_ref")
    pair = ["left_ref", "right_ref"]
    both = pl.concat([judged, turned]).unique(pair, keep="first", maintain_order=True)
    return audits.asked(reader).join(both, on=pair, how="left", maintain_order="left")


def earn(reader: Reader, at_most: float, version: str, confidence: float = CONFIDENCE) -> Earned:
    """The lowest threshold from which people's answers allow no more than `at_most` wrong joins, as a rule
    set called `version`; never one below what is asked of a review pair.
    """
    model = active(reader).model
    table = thresholds(decision_scores.labels(reader, _weighed_since(reader, model)), confidence)
    lowest = earned(table.filter(pl.col("score") >= model.review, pl.col("score") > 0.5), at_most)
    found = None
    if lowest is not None:
        found = replace(model, version=version, auto=min(lowest, 0.999_999))
    return Earned(found, table, least_answers(at_most, confidence))


def _weighed_since(reader: Reader, model: Model) -> datetime | None:
    """Since when evidence weighs what it does now; scores of before say nothing. None if it always did."""
    since = None
    for one in rules.history(reader):
        chosen = model_of(one)
        if (chosen.weights, chosen.prior) != (model.weights, model.prior):
            return since
        since = one.activated_at
    shipped = default_model()
    return None if (shipped.weights, shipped.prior) == (model.weights, model.prior) else since
