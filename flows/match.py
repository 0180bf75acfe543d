"""Match: from canonical records to links, ids and pairs for review. One transaction, or nothing."""

from __future__ import annotations

import polars as pl

from dedup.identity import GOLDEN_ID
from dedup.refs import REF
from dedup.resolve import Resolution, resolve_items, resolve_parties, resolve_people
from flows.run import Run
from schemas.records import Cursor
from store import canonical, checkpoints, identity
from store.engine import Reader, Writer

STAGE = "match"
RULES_VERSION = 1  # rises with every change of the rules in dedup, so that all are matched again
ENTITIES = ("party", "person", "item")


def match(run: Run) -> bool:
    """Whether anything was matched: identities of all canonical records, if any of them changed.

    The whole base is resolved at once, so the answer cannot depend on what came first.
    """
    with run.house.store.read() as reader:
        before = checkpoints.get(reader, STAGE, "", "")
        now = _position(reader)
        if before == now:
            return False
        resolved = _resolve(reader)
    with run.house.store.write() as writer:
        for entity, found in resolved.items():
            run.progress.begin(STAGE, entity, found.links.height)
            _save(run, writer, entity, found)
        checkpoints.put(writer, STAGE, "", "", now, run.id)
    for entity, found in resolved.items():
        run.progress.advance(STAGE, entity, found.links.height)
        run.progress.end(STAGE, entity, f"{found.links.height}")
    return True


def _position(reader: Reader) -> Cursor:
    newest = {entity: canonical.newest_seq(reader, entity) for entity in ENTITIES}
    return Cursor({**newest, "rules": RULES_VERSION})


def _resolve(reader: Reader) -> dict[str, Resolution]:
    known = {entity: known_links(reader, entity) for entity in ENTITIES}
    parties = resolve_parties(canonical.load(reader, "party"), known["party"])
    links = parties.links.with_columns(_ref())
    people = resolve_people(
        canonical.load(reader, "person"),
        links.select(REF, GOLDEN_ID),
        known["person"].select(REF, GOLDEN_ID, "since"),
    )
    items = resolve_items(
        canonical.load(reader, "item"), known["item"].select(REF, GOLDEN_ID, "since")
    )
    return {"party": parties, "person": people, "item": items}


def known_links(reader: Reader, entity: str) -> pl.DataFrame:
    """(ref, golden_id, unit_id, since) of the links so far; `since` tells the older identity."""
    return identity.links(reader, entity).select(
        _ref(), GOLDEN_ID, "unit_id", pl.col("since").cast(pl.Int64)
    )


def _ref() -> pl.Expr:
    return pl.concat_str(["connection", "stream", "key"], separator="/").alias(REF)


def _save(run: Run, writer: Writer, entity: str, found: Resolution) -> None:
    written = identity.save_links(writer, entity, found.links)
    for level, ids in found.identities.items():
        identity.save_identities(writer, level, ids.ids, ids.moved)
    identity.save_reviews(writer, entity, found.review)
    by_rule = dict(found.links.group_by("rule").len().iter_rows())
    run.count(
        writer, STAGE, "", entity,
        linked=found.links.height, inserted=written.inserted, updated=written.updated,
        review=found.review.height, **{f"rule_{rule}": n for rule, n in by_rule.items()},
    )  # fmt: skip


