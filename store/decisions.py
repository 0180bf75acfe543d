"""The ledger of decisions: rows are added and, once, withdrawn by a row of their own; none is ever changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import polars as pl
from sqlalchemy import Select, and_, func, or_, select

from schemas.content import content_hash
from schemas.decisions import (
    AUDIT,
    DECISIONS,
    DIFFERENT,
    EVIDENCE,
    SAME,
    VALUE,
    Author,
    Judgement,
)
from store import journal
from store.bulk import append, stage, unstage
from store.by_ref import named, of_keys, told
from store.by_ref import same as named_so
from store.clock import utc_now
from store.decision_scores import with_scores
from store.engine import Reader, Writer
from store.tables import canonical, decision, decision_record, link, withdrawal
from store.types import INSTANT

_RECORD = ("connection", "stream", "key")
_PARTY = canonical["party"]
_AFTER_ALL = 2**40


def decide(
    writer: Writer, judgements: Sequence[Judgement], author: Author, now: datetime | None = None
) -> list[int]:
    """Add judgements to the ledger; their ids, in order. Take it alone: no other counter goes with it."""
    if not judgements:
        return []
    last = writer.next("decision", len(judgements))
    ids = list(range(last - len(judgements) + 1, last + 1))
    acts: dict[int, int] = {}
    for number, judged in zip(ids, judgements, strict=True):
        acts.setdefault(judged.act, number)
    records = _records(ids, judgements)
    frame = _told_by(ids, [acts[one.act] for one in judgements], judgements)
    frame = with_scores(writer, frame, records).with_columns(
        pl.lit(author.kind).alias("author_kind"),
        pl.lit(author.name).alias("author"),
        pl.lit(author.reason, pl.String).alias("reason"),
        pl.lit(author.batch, pl.String).alias("batch"),
        pl.lit(now or utc_now()).cast(INSTANT).alias("created_at"),
    )
    append(writer, decision, frame)
    append(writer, decision_record, _with_evidence(writer, records))
    _note(writer, ids, judgements, author)
    return ids


def _note(
    writer: Writer, ids: Sequence[int], judgements: Sequence[Judgement], author: Author
) -> None:
    """One row of the journal for what was decided at once; the ledger has each of them."""
    first = judgements[0]
    told = {
        "decisions": len(ids), "kind": first.kind, "verdict": first.verdict, "left": first.left[:5],
        "right": first.right[:5], "field": first.field, "value": first.value, "batch": author.batch,
    }  # fmt: skip
    after = {name: value for name, value in told.items() if value}
    decided = journal.Act(
        author.name, "decided", "decision", str(ids[0]), after=after, reason=author.reason
    )
    journal.note(writer, decided)


def _told_by(
    ids: Sequence[int], acts: Sequence[int], judgements: Sequence[Judgement]
) -> pl.DataFrame:
    rows = [
        (i, act, j.kind, j.verdict, j.entity, j.field, j.value, j.score, j.why)
        for i, act, j in zip(ids, acts, judgements, strict=True)
    ]
    names = ("id", "act", "kind", "verdict", "entity", "field", "value", "score", "why")
    other = {"id": pl.Int64, "act": pl.Int64, "score": pl.Float64}
    return pl.DataFrame(rows, schema={n: other.get(n, pl.String) for n in names}, orient="row")


def _records(ids: Sequence[int], judgements: Sequence[Judgement]) -> pl.DataFrame:
    rows = [
        (i, side, place, ref)
        for i, judged in zip(ids, judgements, strict=True)
        for side, refs in (("left", judged.left), ("right", judged.right))
        for place, ref in enumerate(refs)
    ]
    kinds = {"decision_id": pl.Int64, "side": pl.String, "place": pl.Int64, "ref": pl.String}
    frame = pl.DataFrame(rows, schema=kinds, orient="row")
    return frame.with_columns(*_split("ref")).drop("ref")


def _split(ref: str) -> list[pl.Expr]:
    parts = pl.col(ref).str.splitn("/", 3)
    return [parts.struct.field(f"field_{n}").alias(name) for n, name in enumerate(_RECORD)]


def _ref() -> pl.Expr:
    return pl.concat_str(_RECORD, separator="/").alias("ref")


def evidence_of(records: pl.DataFrame) -> pl.Expr:
    """The digest (Int64) of the requisites and names of party records."""
    return content_hash(records.schema, EVIDENCE).alias("evidence")


def _with_evidence(writer: Writer, records: pl.DataFrame) -> pl.DataFrame:
    keys = records.select(_RECORD).unique()
    staging = stage(writer, decision_record, keys)
    same = and_(*(_PARTY.c[name] == staging.c[name] for name in _RECORD))
    columns = [_PARTY.c[name] for name in (*_RECORD, *EVIDENCE)]
    known = writer.frame(select(*columns).select_from(staging.join(_PARTY, same)))
    unstage(writer, staging)
    known = known.select(*_RECORD, evidence_of(known))
    return records.join(known, on=_RECORD, how="left", maintain_order="left")


def withdraw(
    writer: Writer, ids: Sequence[int], author: Author, now: datetime | None = None
) -> list[int]:
    """Withdraw decisions that still stand; their ids. Those withdrawn before are left as they are."""
    c = decision.c
    writer.next("decision", 0)  # its lock keeps others from withdrawing the same meanwhile
    wanted = pl.DataFrame({"id": sorted(set(ids))}, schema={"id": pl.Int64})
    staging = stage(writer, decision, wanted)
    standing = (
        select(c.id)
        .join(staging, staging.c.id == c.id)
        .outerjoin(withdrawal, withdrawal.c.decision_id == c.id)
        .where(withdrawal.c.decision_id.is_(None))
        .order_by(c.id)
    )
    found = [int(row.id) for row in writer.rows(standing)]
    unstage(writer, staging)
    rows = pl.DataFrame({"decision_id": found}, schema={"decision_id": pl.Int64}).with_columns(
        pl.lit(author.name).alias("author"),
        pl.lit(author.reason, pl.String).alias("reason"),
        pl.lit(now or utc_now()).cast(INSTANT).alias("created_at"),
    )
    append(writer, withdrawal, rows)
    if found:
        told = {"decisions": len(found)}
        taken = journal.Act(
            author.name, "withdrawn", "decision", str(found[0]), before=told, reason=author.reason
        )
        journal.note(writer, taken)
    return found


def of_act(reader: Reader, decision_id: int) -> list[int]:
    """The decisions made in one act with this one, itself among them; empty if there is no such one."""
    act = select(decision.c.act).where(decision.c.id == decision_id).scalar_subquery()
    found = select(decision.c.id).where(decision.c.act == act).order_by(decision.c.id)
    return [int(row.id) for row in reader.rows(found)]


def of_batch(reader: Reader, batch: str) -> list[int]:
    """The decisions of a batch; empty if there is none of that name."""
    found = select(decision.c.id).where(decision.c.batch == batch).order_by(decision.c.id)
    return [int(row.id) for row in reader.rows(found)]


def position(reader: Reader) -> str:
    """What changes whenever something is decided or withdrawn; a question of an audit decides nothing."""
    judged = select(func.max(decision.c.id)).where(decision.c.kind != AUDIT)
    last = reader.scalar(judged) or 0
    withdrawn = reader.scalar(select(func.count()).select_from(withdrawal)) or 0
    return f"{last}-{withdrawn}"


def named_since(reader: Reader, before: str, changed: Collection[str]) -> list[str]:
    """The refs of all records named by decisions that may say otherwise now than at the position `before`.

    Those were made or withdrawn since, or name a record among the `changed`: whether a decision stands, and
    for whom, depends on the records it names and on nothing else.
    """
    last, withdrawn = (int(number) for number in before.split("-"))
    c, about = decision_record.c, decision_record.alias("about")
    which = c.decision_id > last
    if int(position(reader).partition("-")[2]) != withdrawn:
        which = or_(which, c.decision_id.in_(select(withdrawal.c.decision_id)))
    found = [reader.frame(select(*(c[name] for name in _RECORD)).where(which))]
    if last and changed:
        mates = select(*(about.c[name] for name in _RECORD)).join_from(
            decision_record, about, about.c.decision_id == c.decision_id
        )
        found.append(of_keys(reader, mates, decision_record, sorted(changed)))
    return pl.concat(found).select(_ref()).to_series().unique().sort().to_list()


def standing(reader: Reader, refs: Collection[str] | None = None) -> Standing:
    """All judgements of two records that stand, as they are to be read today.

    With `refs` those that name one of these records, which are all that decide about it.
    """
    rows = reader.frame(_judged(refs is not None, reader.is_postgres), told(refs or ()))
    return Standing(rows) if rows.height else _none_stands()


@lru_cache(maxsize=4)
def _judged(some: bool, postgres: bool) -> Select[Any]:
    d, r, p = decision.c, decision_record.c, _PARTY.c
    same = and_(*(p[name] == r[name] for name in _RECORD))
    every = (
        select(
            d.id, d.act, d.kind, d.verdict, r.side, r.place, r.connection, r.stream, r.key,
            r.evidence.label("then"), p.deleted, *(p[name].label(f"now_{name}") for name in EVIDENCE),
        )
        .select_from(decision)
        .join(decision_record, r.decision_id == d.id)
        .outerjoin(_PARTY, same)
        .outerjoin(withdrawal, withdrawal.c.decision_id == d.id)
        .where(d.verdict.is_not(None), withdrawal.c.decision_id.is_(None))
        .order_by(d.id, r.side, r.place)
    )  # fmt: skip
    if not some:
        return every
    rows, parts = named(postgres)
    about = decision_record.alias("about")
    naming = select(about.c.decision_id).select_from(rows).join(about, named_so(about.c, parts))
    return every.where(d.id.in_(naming))


@cache
def _none_stands() -> Standing:
    """What stands before anybody judged."""
    kinds = {
        "id": pl.Int64,
        "act": pl.Int64,
        "place": pl.Int64,
        "then": pl.Int64,
        "deleted": pl.Boolean,
    }
    texts = ("kind", "verdict", "side", *_RECORD, *(f"now_{name}" for name in EVIDENCE))
    return Standing(pl.DataFrame(schema={**kinds, **dict.fromkeys(texts, pl.String)}))


class Standing:
    """Judgements that were not withdrawn; of two about the same pair of records the later one stands."""

    def __init__(self, rows: pl.DataFrame) -> None:
        now = {f"now_{name}": name for name in EVIDENCE}
        facts = rows.select(*now).rename(now)
        rows = rows.with_columns(
            _ref(),
            (~pl.col("deleted")).fill_null(value=False).alias("alive"),
            facts.select(evidence_of(facts)).to_series().alias("now"),
            pl.col("now_inn").alias("inn"),
        )
        first = _sides(rows.filter(pl.col("place") == 0))
        self.judged = _latest(first.select("id", "act", "kind", "verdict", "left_ref", "right_ref"))
        living = rows.filter("alive").unique(["id", "side"], keep="first", maintain_order=True)
        named = self.judged.select("id", left_first="left_ref", right_first="right_ref")
        self._living = _sides(living).join(named, on="id").sort("id")
        self._living = _latest(self._living.filter(pl.col("left_ref") != pl.col("right_ref")))
        self._companies = rows.filter(pl.col("alive") & (pl.col("verdict") == SAME)).select(
            "id", "side", "ref", "inn"
        )

    @property
    def living(self) -> pl.DataFrame:
        """Every judgement of two living records: id, verdict, left_ref and right_ref as they are to be read
        today, left_first and right_first as they were judged.
        """
        columns = ("id", "verdict", "left_ref", "right_ref", "left_first", "right_first")
        return self._living.select(columns)

    def _contradiction(self) -> pl.Expr:
        two = (pl.col("left_inn") != pl.col("right_inn")).fill_null(value=False)
        return (pl.col("verdict") == SAME) & two

    def in_force(self) -> pl.DataFrame:
        """What matching obeys (`schemas.decisions.DECISIONS`): about living records, against no two INN."""
        if self._living.is_empty():
            return pl.DataFrame(schema=DECISIONS)
        obeyed = self._living.filter(
            pl.col("verdict").is_in([SAME, DIFFERENT]), ~self._contradiction()
        )
        told = obeyed.select(pl.col("id").alias("decision_id"), *list(DECISIONS)[1:])
        return pl.concat([told, self._held_together(obeyed)]).sort("decision_id")

    def _held_together(self, obeyed: pl.DataFrame) -> pl.DataFrame:
        """The records of each merged company stay with it, also those that evidence alone brought there.

        These ties rank after everything people said aloud: they were not asked about these pairs.
        """
        side = ["id", "side"]
        first = self._companies.unique(side, keep="first", maintain_order=True)
        others = self._companies.join(
            first.select(*side, first="ref", first_inn="inn"), on=side, maintain_order="left"
        ).join(obeyed.filter(verdict=SAME).select("id"), on="id", how="semi")
        two = (pl.col("inn") != pl.col("first_inn")).fill_null(value=False)
        ties = others.filter((pl.col("ref") != pl.col("first")) & ~two).select(
            (pl.col("id") + _AFTER_ALL).alias("decision_id"),
            pl.lit(SAME).alias("verdict"),
            pl.col("first").alias("left_ref"),
            pl.col("ref").alias("right_ref"),
        )
        return ties.unique(["left_ref", "right_ref"], keep="first", maintain_order=True)

    def stale(self) -> pl.DataFrame:
        """Judgements whose evidence changed: decision_id, act, verdict, left_ref, right_ref, contradiction.

        A contradiction (two INN now) is not obeyed any more; the others are until a person judges again.
        """
        return (
            self._living.filter(self._changed())
            .with_columns(self._contradiction().alias("contradiction"))
            .select(
                pl.col("id").alias("decision_id"),
                "act",
                "verdict",
                "left_ref",
                "right_ref",
                "contradiction",
            )
        )

    def _changed(self) -> pl.Expr:
        return pl.any_horizontal(
            pl.col(f"{side}_then").is_not_null() & (pl.col(f"{side}_then") != pl.col(f"{side}_now"))
            for side in ("left", "right")
        )

    def settled(self) -> pl.DataFrame:
        """Pairs (verdict, left_ref, right_ref) a person need not be asked about."""
        return self._living.filter(~self._changed()).select("verdict", "left_ref", "right_ref")


def _sides(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per decision that has both sides: ref, INN and evidence of the left and of the right."""
    told = ("ref", "inn", "then", "now")
    left, right = (
        rows.filter(pl.col("side") == side).select(
            "id", *(pl.col(name).alias(f"{side}_{name}") for name in told)
        )
        for side in ("left", "right")
    )
    acts = rows.select("id", "act", "kind", "verdict").unique()
    return acts.join(left, on="id").join(right, on="id").sort("id")


def _latest(pairs: pl.DataFrame) -> pl.DataFrame:
    """The last judgement of each pair, whichever way round it was written."""
    ordered = pairs.with_columns(
        pl.min_horizontal("left_ref", "right_ref").alias("low"),
        pl.max_horizontal("left_ref", "right_ref").alias("high"),
    ).sort("id")
    last = ordered.unique(["low", "high"], keep="last", maintain_order=True)
    return last.drop("low", "high")


def in_force(reader: Reader, refs: Collection[str] | None = None) -> pl.DataFrame:
    """What matching obeys now, as `schemas.decisions.DECISIONS`; for `refs` see `standing`."""
    return standing(reader, refs).in_force()


def stale(reader: Reader) -> pl.DataFrame:
    """Judgements to be made again: see `Standing.stale`."""
    return standing(reader).stale()


def values_in_force(reader: Reader, refs: Sequence[str] | None = None) -> pl.DataFrame:
    """Values people set: decision_id, entity, field, value, place, ref; the first living ref is meant.

    With `refs` only what was said of these records.
    """
    d, r = decision.c, decision_record.c
    wanted = (
        select(
            d.id.label("decision_id"), d.entity, d.field, d.value,
            r.place, r.connection, r.stream, r.key,
        )
        .select_from(decision)
        .join(decision_record, r.decision_id == d.id)
        .outerjoin(withdrawal, withdrawal.c.decision_id == d.id)
        .where(d.kind == VALUE, withdrawal.c.decision_id.is_(None))
    )  # fmt: skip
    if refs is None:
        rows = reader.frame(wanted.order_by(d.id, r.place))
    else:
        rows = of_keys(reader, wanted, decision_record, refs).sort("decision_id", "place")
    return rows.with_columns(_ref()).drop(_RECORD)


def is_there(reader: Reader, number: int) -> bool:
    """Whether there is a decision of this number."""
    return bool(reader.rows(select(decision.c.id).where(decision.c.id == number)))


def history(reader: Reader, golden_id: str) -> pl.DataFrame:
    """Everything ever decided about the records of a golden id, newest first: see `listing`."""
    linked = or_(link.c.golden_id == golden_id, link.c.own_id == golden_id)
    same = and_(*(link.c[name] == decision_record.c[name] for name in _RECORD))
    about = (
        select(decision_record.c.decision_id).join(link, same).where(linked).distinct()
    ).scalar_subquery()
    wanted = select(decision.c.id).where(decision.c.id.in_(about))
    return _told(reader, [int(row.id) for row in reader.rows(wanted)])


def listing(reader: Reader, limit: int = 100, before: int | None = None) -> pl.DataFrame:
    """The newest decisions, of those before a number if given: decision_id, act, kind, verdict, entity, field, value, author_kind, author,
    reason, batch, created_at, withdrawn_at, withdrawn_by, left, right (refs, the first stands for all).
    """
    newest = select(decision.c.id).order_by(decision.c.id.desc()).limit(limit)
    if before is not None:
        newest = newest.where(decision.c.id < before)
    return _told(reader, [int(row.id) for row in reader.rows(newest)])


def _told(reader: Reader, ids: Sequence[int]) -> pl.DataFrame:
    d, w = decision.c, withdrawal.c
    rows = reader.frame(
        select(
            d.id.label("decision_id"), d.act, d.kind, d.verdict, d.entity, d.field, d.value,
            d.author_kind, d.author, d.reason, d.batch, d.created_at,
            w.created_at.label("withdrawn_at"), w.author.label("withdrawn_by"),
        )
        .select_from(decision)
        .outerjoin(withdrawal, w.decision_id == d.id)
        .where(d.id.in_(list(ids)))
        .order_by(d.id.desc())
    )  # fmt: skip
    r = decision_record.c
    about = reader.frame(
        select(r.decision_id, r.side, r.connection, r.stream, r.key)
        .where(r.decision_id.in_(list(ids)))
        .order_by(r.decision_id, r.side, r.place)
    ).select("decision_id", "side", _ref())
    for side in ("left", "right"):
        refs = about.filter(pl.col("side") == side).group_by("decision_id", maintain_order=True)
        rows = rows.join(
            refs.agg(pl.col("ref").alias(side)), on="decision_id", how="left", maintain_order="left"
        )
    return rows


def inn_of(reader: Reader, refs: Sequence[str], size: int = 500) -> pl.DataFrame:
    """(ref, inn) of the living party records among `refs` that have an INN."""
    keys = pl.DataFrame({"ref": refs}, schema={"ref": pl.String}).with_columns(*_split("ref"))
    found = []
    for (connection, stream), group in keys.group_by("connection", "stream"):
        for part in group.iter_slices(size):
            p = _PARTY.c
            place = (
                p.connection == connection,
                p.stream == stream,
                p.key.in_(part["key"].to_list()),
            )
            wanted = select(p.connection, p.stream, p.key, p.inn).where(*place)
            found.append(reader.frame(wanted.where(p.deleted.is_(False), p.inn.is_not(None))))
    if not found:
        return pl.DataFrame(schema={"ref": pl.String, "inn": pl.String})
    return pl.concat(found).select(_ref(), "inn")
