"""Identities, the links from source records to them, and the pairs that await a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, Table, and_, delete, func, or_, select

from schemas.errors import Bug
from schemas.evidence import rank
from store import desk
from store.bulk import Written, compare, delete_keys, insert_new, update_changed
from store.by_ref import of_keys, of_values
from store.engine import Reader, Writer
from store.tables import counter, identity, link, review_pair

_LINK_KEY = ("entity", "connection", "stream", "key")
BY_DECISIONS, BY_AUDIT = "D", "audit"
_PAIR_KEY = (
    "entity",
    "rule",
    "left_connection",
    "left_stream",
    "left_key",
    "right_connection",
    "right_stream",
    "right_key",
)


def _save(writer: Writer, table: Table, frame: pl.DataFrame, key: Sequence[str]) -> Written:
    compared = [name for name in frame.columns if name not in {*key, "seq"}]
    delta = compare(writer, table, frame, key, compared)
    if delta:
        stamp = pl.lit(writer.next("seq"), pl.Int64).alias("seq")
        if delta.new.height:
            born = [stamp.alias("born")] if "born" in table.c else []
            insert_new(writer, table, delta.new.with_columns(stamp, *born))
        update_changed(writer, table, delta.changed.with_columns(stamp), key)
    return Written(delta.new.height, delta.changed.height, delta.unchanged)


def _drop_absent(
    writer: Writer, table: Table, entity: str, frame: pl.DataFrame, key: Sequence[str]
) -> int:
    stored = writer.frame(select(*(table.c[name] for name in key)).where(table.c.entity == entity))
    gone = delete_keys(writer, table, stored.join(frame, on=key, how="anti"))
    if gone:
        writer.next(f"removed_{table.name}", gone)
    return gone


def save(writer: Writer, identities: pl.DataFrame) -> Written:
    """Store identities (id, entity, state, survivor_id, founder, origin_id) that are new or changed.

    Identities are never dropped: an id once given resolves for ever.
    """
    return _save(writer, identity, identities, ("id",))


def save_links(writer: Writer, entity: str, links: pl.DataFrame, *, whole: bool = False) -> Written:
    """Store the links (connection, stream, key, golden_id, unit_id, rule) that are new or changed.

    Beside them: `own_id` and `own_unit_id`, what they were if nobody had decided anything; score, reason.

    With `whole`, links of `entity` that are not among them are dropped.
    """
    frame = links.with_columns(pl.lit(entity).alias("entity"))
    written = _save(writer, link, frame, _LINK_KEY)
    if whole:
        _drop_absent(writer, link, entity, frame, _LINK_KEY)
    return written


def drop_links(writer: Writer, entity: str, keys: pl.DataFrame) -> int:
    """Drop the links of these records (connection, stream, key), which are no more; how many that is."""
    frame = keys.select(pl.lit(entity).alias("entity"), *_LINK_KEY[1:])
    gone = delete_keys(writer, link, frame)
    if gone:
        writer.next(f"removed_{link.name}", gone)
    return gone


def save_pairs(
    writer: Writer,
    entity: str,
    pairs: pl.DataFrame,
    *,
    whole: bool = False,
    of: pl.DataFrame | None = None,
) -> Written:
    """Store pairs of records a person must judge: rule, severity, left_* and right_* keys, reason, score.

    A new pair is `open`; a stored one keeps its state. With `whole`, open pairs of `entity` that are not
    among them are dropped; with `of` (connection, stream, key), those of which a side is one of these
    records, and those that no matching finds but decisions and audits do.
    """
    frame = _ranked(pairs.with_columns(pl.lit(entity).alias("entity")))
    known = writer.frame(select(*(review_pair.c[name] for name in (*_PAIR_KEY, "state"))))
    if "state" not in frame.columns:
        frame = frame.join(known, on=_PAIR_KEY, how="left", maintain_order="left")
        frame = frame.with_columns(pl.col("state").fill_null("open"))
    written = _save(writer, review_pair, frame, _PAIR_KEY)
    if whole or of is not None:
        stale = known.filter(pl.col("entity") == entity, pl.col("state") == "open")
        stale = stale if of is None else _about(stale, of)
        delete_keys(
            writer, review_pair, stale.join(frame, on=_PAIR_KEY, how="anti").select(_PAIR_KEY)
        )
    desk.follow(writer)
    return written


def _about(pairs: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    sides = []
    for side in ("left", "right"):
        named = records.select(pl.all().name.prefix(f"{side}_"))
        sides.append(pairs.join(named, on=named.columns, how="semi"))
    return pl.concat(
        [*sides, pairs.filter(pl.col("rule").is_in([BY_DECISIONS, BY_AUDIT]))]
    ).unique()


def unqueue(writer: Writer, left: str, right: str) -> int:
    """Take the pair of two party records (connection/stream/key) from the queue; how many rows that was."""
    sides = [_of_records(left, right), _of_records(right, left)]
    desk.clear(writer, left, right)
    return writer.execute(delete(review_pair).where(review_pair.c.entity == "party", or_(*sides)))


def _of_records(left: str, right: str) -> ColumnElement[bool]:
    keys = [*left.split("/", 2), *right.split("/", 2)]
    return and_(*(review_pair.c[n] == key for n, key in zip(_PAIR_KEY[2:], keys, strict=True)))


def _ranked(pairs: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with `rank`, where each stands among those that wait."""
    if "score" not in pairs.columns:
        pairs = pairs.with_columns(pl.lit(None, dtype=pl.Float64).alias("score"))
    return pairs.with_columns(rank())


def _loaded(
    reader: Reader, table: Table, entity: str | None, since_seq: int, order: Sequence[str]
) -> pl.DataFrame:
    statement: Select[Any] = select(table)
    if since_seq:
        # By its number alone: an order by key would have all rows read for the sake of the few new ones.
        new = reader.frame(statement.where(table.c.seq > since_seq)).sort(order)
        return new if entity is None else new.filter(pl.col("entity") == entity)
    if entity is not None:
        statement = statement.where(table.c.entity == entity)
    return reader.frame(statement.order_by(*(table.c[name] for name in order)))


def load(reader: Reader, entity: str | None = None, since_seq: int = 0) -> pl.DataFrame:
    """Identities, in id order."""
    return _loaded(reader, identity, entity, since_seq, ("id",))


def links(reader: Reader, entity: str | None = None, since_seq: int = 0) -> pl.DataFrame:
    """Links, in record order."""
    return _loaded(reader, link, entity, since_seq, _LINK_KEY)


def links_of(reader: Reader, golden_id: str) -> pl.DataFrame:
    """The links of one golden record."""
    return reader.frame(select(link).where(link.c.golden_id == golden_id).order_by(*_link_order()))


def links_by(reader: Reader, column: str, golden_id: str) -> pl.DataFrame:
    """The links in which `column` (golden_id, unit_id, own_id, own_unit_id) is this id."""
    return reader.frame(select(link).where(link.c[column] == golden_id).order_by(*_link_order()))


def links_of_many(reader: Reader, ids: Sequence[str]) -> pl.DataFrame:
    """The links of these golden ids, and those that would be theirs but for decisions."""
    found = [
        reader.frame(select(link).where(link.c[column].in_(part)))
        for column in ("golden_id", "own_id")
        for part in _parts(ids)
    ]
    return _together(found)


def links_of_records(reader: Reader, entity: str, keys: pl.DataFrame) -> pl.DataFrame:
    """The links of these records (connection, stream, key) of an entity."""
    found = [
        reader.frame(
            select(link).where(
                link.c.entity == entity,
                link.c.connection == connection,
                link.c.stream == stream,
                link.c.key.in_(part),
            )
        )
        for (connection, stream), group in keys.unique().group_by("connection", "stream")
        for part in _parts(group["key"].to_list())
    ]
    return _together(found)


def known(reader: Reader, ids: Sequence[str]) -> pl.DataFrame:
    """The identities with these ids."""
    return of_values(reader, select(identity), identity.c.id, ids).unique("id").sort("id")


def links_of_refs(reader: Reader, entity: str, refs: Sequence[str]) -> pl.DataFrame:
    """The links of an entity's records with these refs, in record order."""
    wanted = select(link).where(link.c.entity == entity)
    return of_keys(reader, wanted, link, refs).sort(_LINK_KEY)


def bearers_of(reader: Reader, entity: str, ids: Sequence[str]) -> pl.DataFrame:
    """(connection, stream, key) of the links whose `golden_id` or `own_id` is one of these."""
    # Asked by id alone: a planner without statistics would rather walk all links of the entity.
    wanted = select(*(link.c[name] for name in _LINK_KEY))
    found = [of_values(reader, wanted, c, ids) for c in (link.c.golden_id, link.c.own_id)]
    return pl.concat(found).filter(pl.col("entity") == entity).drop("entity").unique()


def links_of_ids(reader: Reader, entity: str, ids: Sequence[str]) -> pl.DataFrame:
    """The links of an entity's records to these golden ids, in record order."""
    found = of_values(reader, select(link), link.c.golden_id, ids)
    return found.filter(pl.col("entity") == entity).sort(_LINK_KEY)


def by_rule(reader: Reader, entity: str) -> dict[str, int]:
    """How many links of an entity each rule found."""
    counted = select(link.c.rule, func.count().label("n")).where(link.c.entity == entity)
    rows = reader.rows(counted.group_by(link.c.rule))
    return {str(row.rule): int(row.n) for row in rows}


def waiting(reader: Reader, entity: str) -> int:
    """How many pairs of an entity's records wait for a person."""
    c = review_pair.c
    told = select(func.count()).where(c.entity == entity, c.state == "open")
    return int(reader.scalar(told) or 0)


def _parts(values: Sequence[str], size: int = 500) -> list[list[str]]:
    return [list(values[start : start + size]) for start in range(0, len(values), size)]


def _together(found: Sequence[pl.DataFrame]) -> pl.DataFrame:
    if not found:
        return pl.DataFrame(
            schema={
                **dict.fromkeys(_LINK_KEY, pl.String),
                "golden_id": pl.String,
                "own_id": pl.String,
            }
        )
    return pl.concat(found).unique(_LINK_KEY).sort(_LINK_KEY)


def _link_order() -> list[Any]:
    return [link.c[name] for name in _LINK_KEY]


def pairs(reader: Reader, entity: str | None = None, since_seq: int = 0) -> pl.DataFrame:
    """Pairs that await or have had a person's judgement."""
    return _loaded(reader, review_pair, entity, since_seq, _PAIR_KEY)


def newest(reader: Reader) -> int:
    """The highest `seq` among identities and links."""
    found = [reader.scalar(select(func.max(table.c.seq))) for table in (identity, link)]
    return max(int(value or 0) for value in found)


def position(reader: Reader) -> str:
    """What changes whenever an identity or a link is written or a link is dropped."""
    removed = select(counter.c.value).where(counter.c.name == f"removed_{link.name}")
    return f"{newest(reader)}-{int(reader.scalar(removed) or 0)}"


def resolve(reader: Reader, golden_id: str) -> str | None:
    """The id that `golden_id` stands for today, after any number of merges; None if it never existed."""
    seen: set[str] = set()
    current: str | None = golden_id
    while current is not None:
        if current in seen:
            raise Bug("Слияния ходят по кругу.", "Merges run in a circle.", detail=golden_id)
        seen.add(current)
        found = reader.rows(select(identity.c.survivor_id).where(identity.c.id == current))
        if not found:
            return None
        if found[0].survivor_id is None:
            return current
        current = found[0].survivor_id
    return None
