"""Who had which extension, and when: noted whenever the directory tells of a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, and_, select, update

from store.bulk import append
from store.clock import utc_now
from store.engine import Writer
from store.tables import canonical, extension_term
from store.types import INSTANT

_E, _T = canonical["employee"].c, extension_term.c
_WHO = ["connection", "key", "extension"]


def note(writer: Writer) -> int:
    """Begin and end terms by what the directory says now; how many rows that changed.

    A term ends and the next begins when the records were changed, by the directory's own clock, else now. Who is
    first known with an extension counts as having had it before.
    """
    now = writer.frame(
        select(_E.connection, _E.key, _E.extension, _E.name, _E.changed_at).where(
            _E.deleted.is_(False), _E.status == "active", _E.extension.is_not(None)
        )
    )
    known = writer.frame(select(extension_term))
    lasting = known.filter(pl.col("until").is_null())
    ended = lasting.join(now, on=_WHO, how="anti")
    begun = now.join(lasting, on=_WHO, how="anti")
    renamed = now.join(lasting, on=_WHO, suffix="_was").filter(
        pl.col("name").ne_missing(pl.col("name_was"))
    )
    _end(writer, ended)
    _begin(writer, begun, known)
    for row in renamed.to_dicts():
        writer.execute(update(extension_term).where(_is(row)).values(name=row["name"]))
    return ended.height + begun.height + renamed.height


def _is(row: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(_T[name] == row[name] for name in _WHO), _T.until.is_(None))


def _end(writer: Writer, ended: pl.DataFrame) -> None:
    told = writer.frame(select(_E.connection, _E.key, _E.changed_at))
    at = utc_now()
    for row in ended.join(told, on=["connection", "key"], how="left").to_dicts():
        changed = row["changed_at"]
        # A change told of before the term began is another one.
        fresh = changed is not None and (row["since"] is None or changed > row["since"])
        until = min(changed, at) if fresh else at
        writer.execute(update(extension_term).where(_is(row)).values(until=until))


def _begin(writer: Writer, begun: pl.DataFrame, known: pl.DataFrame) -> None:
    had = known["extension"].unique()
    at = pl.lit(utc_now()).cast(INSTANT)
    since = pl.min_horizontal(pl.coalesce("changed_at", at), at)
    rows = begun.select(
        *_WHO,
        "name",
        pl.when(pl.col("extension").is_in(had.implode())).then(since).cast(INSTANT).alias("since"),
        pl.lit(None, INSTANT).alias("until"),
    )
    if rows.height:
        append(writer, extension_term, rows)
