"""What became of each record that came from a stream: for the act of a migration."""

from __future__ import annotations

import polars as pl
from sqlalchemy import exists, func, select

from store.engine import Reader
from store.tables import canonical, identity, link, quarantine, source_record

LOADED, MERGED, WAITING = "loaded", "merged_into", "waiting"
QUARANTINED, SKIPPED, GONE = "quarantined", "skipped", "gone"
FATES = (LOADED, MERGED, WAITING, QUARANTINED, SKIPPED, GONE)


def fates(reader: Reader, connection: str, stream: str, entity: str) -> pl.DataFrame:
    """`key` and `fate` of every record of a stream that ever landed, one of `FATES` each.

    A golden record counts as loaded by the record it was founded on, every other one is merged into it.
    `waiting` is accepted and belongs to nobody yet, `gone` was deleted at the source.
    """

    def own(table: object, *columns: str) -> pl.DataFrame:
        c = table.c  # type: ignore[attr-defined]  # any of the tables below
        place = (c.connection == connection, c.stream == stream)
        return reader.frame(select(*(c[name] for name in columns)).where(*place))

    known = own(source_record, "key", "deleted")
    accepted = own(canonical[entity], "key", "deleted").filter(~pl.col("deleted"))["key"]
    q = quarantine.c
    place = (q.connection == connection, q.stream == stream, q.state == "open", q.stage == "map")
    refused = reader.frame(select(q.key).where(*place))["key"]
    linked = _linked(reader, connection, stream, entity)
    fate = (
        pl.when("deleted").then(pl.lit(GONE))
        .when(pl.col("founding")).then(pl.lit(LOADED))
        .when(pl.col("founding").is_not_null()).then(pl.lit(MERGED))
        .when(pl.col("key").is_in(accepted.implode())).then(pl.lit(WAITING))
        .when(pl.col("key").is_in(refused.drop_nulls().implode())).then(pl.lit(QUARANTINED))
        .otherwise(pl.lit(SKIPPED))
    )  # fmt: skip
    return known.join(linked, on="key", how="left").select("key", fate.alias("fate")).sort("key")


def _linked(reader: Reader, connection: str, stream: str, entity: str) -> pl.DataFrame:
    """`key` of the linked records, and whether their golden record was founded on them."""
    place = (link.c.entity == entity, link.c.connection == connection, link.c.stream == stream)
    founded = link.join(identity, identity.c.id == link.c.golden_id)
    found = reader.frame(select(link.c.key, identity.c.founder).select_from(founded).where(*place))
    ref = pl.lit(f"{connection}/{stream}/") + pl.col("key")
    return found.select("key", (pl.col("founder") == ref).alias("founding"))


def refused_at_the_door(reader: Reader, connection: str, stream: str) -> int:
    """How many records wait in quarantine that never landed, such as those without a key."""
    q = quarantine.c
    place = (q.connection == connection, q.stream == stream, q.stage == "extract")
    counted = select(func.count()).select_from(quarantine).where(*place, q.state == "open")
    return int(reader.scalar(counted) or 0)


def refusals(reader: Reader, connection: str, stream: str, entity: str) -> list[tuple[str, int]]:
    """(reason, records) of the records of a stream that are `quarantined`, the commonest reason first."""
    q, c = quarantine.c, canonical[entity].c
    place = (q.connection == connection, q.stream == stream, q.state == "open", q.stage == "map")
    known = (c.connection == connection, c.stream == stream, c.deleted.is_(False), c.key == q.key)
    refused = select(q.key, func.min(q.reason).label("reason")).where(*place)
    alone = refused.where(q.key.is_not(None), ~exists().where(*known)).group_by(q.key)
    counted = reader.frame(alone)["reason"].value_counts()
    return list(counted.sort(["count", "reason"], descending=[True, False]).iter_rows())


def repairs(
    reader: Reader, connection: str, stream: str, entity: str
) -> tuple[int, list[tuple[str, int]]]:
    """How many living records a stream has, and (field:code, records) of what was repaired in them."""
    c = canonical[entity].c
    place = (c.connection == connection, c.stream == stream, c.deleted.is_(False))
    noted = reader.frame(select(c.issues).where(*place))
    counted = (
        noted.explode("issues")
        .drop_nulls()["issues"]
        .value_counts()
        .sort(["count", "issues"], descending=[True, False])
    )
    return noted.height, list(counted.iter_rows())
