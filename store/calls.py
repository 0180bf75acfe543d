"""Calls, written by difference: what is assembled equal is not written again."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import Table, select

from schemas.calls import call_columns, session_columns, stage_columns
from schemas.content import content_hash
from store.assembled import save_assembled
from store.bulk import Written, compare, delete_keys, insert_new, update_changed
from store.by_ref import of_values
from store.engine import Reader, Writer
from store.tables import agent_session, call, call_stage

_COLUMNS = [call.c[name] for name in call_columns()]
_NUMBERS = ("id", "phone", "number", "linked")


def save(writer: Writer, calls: pl.DataFrame) -> Written:
    """Store calls (`call_columns()`) that are new or differ; a changed one's version grows by 1."""
    return save_assembled(writer, call, calls, call_columns())


def save_stages(writer: Writer, stages: pl.DataFrame, of: pl.Series) -> Written:
    """Store the stages of the calls `of` by difference; those they no longer have go."""
    known = of_values(writer, select(call_stage.c.id), call_stage.c.call, of.to_list())["id"]
    gone = known.filter(~known.is_in(stages["id"].implode()))
    delete_keys(writer, call_stage, pl.DataFrame({"id": gone}))
    return _plain(writer, call_stage, stages)


def save_sessions(writer: Writer, sessions: pl.DataFrame) -> Written:
    """Store all sessions of agents by difference; those that are no more go."""
    known = writer.frame(select(agent_session.c.id))["id"]
    gone = known.filter(~known.is_in(sessions["id"].implode()))
    delete_keys(writer, agent_session, pl.DataFrame({"id": gone}))
    return _plain(writer, agent_session, sessions)


def _plain(writer: Writer, table: Table, rows: pl.DataFrame) -> Written:
    content = [name for name in rows.columns if name != "id"]
    hashed = rows.with_columns(content_hash(rows.schema, content).alias("hash"))
    delta = compare(writer, table, hashed, ["id"])
    if delta.new.height:
        insert_new(writer, table, delta.new)
    if delta.changed.height:
        update_changed(writer, table, delta.changed, ["id"], {})
    return Written(delta.new.height, delta.changed.height, delta.unchanged)


def remove(writer: Writer, ids: pl.Series) -> int:
    """Drop calls none of whose legs is left; how many."""
    stages = of_values(writer, select(call_stage.c.id), call_stage.c.call, ids.to_list())
    delete_keys(writer, call_stage, stages)
    return delete_keys(writer, call, pl.DataFrame({"id": ids}))


def load(reader: Reader) -> pl.DataFrame:
    """Every call, in the order of ids."""
    return reader.frame(select(*_COLUMNS).order_by(call.c.id))


def beside(
    reader: Reader,
    phones: pl.Series,
    numbers: pl.Series,
    linked: pl.Series,
    through: Sequence[str],
) -> pl.DataFrame:
    """The calls with any of these phones, those without a phone with any of these numbers, and others by link.

    Those came `through` one of these connections and have one of these links.
    """
    bare = select(*_COLUMNS)
    asked = (
        (bare, call.c.phone, phones),
        (bare.where(call.c.phone.is_(None)), call.c.number, numbers),
        (bare.where(call.c.connection.in_(list(through))), call.c.linked, linked),
    )
    found = [
        of_values(reader, query, column, values.drop_nulls().unique().sort().to_list())
        for query, column, values in asked
    ]
    return pl.concat(found).unique("id", maintain_order=True)


def numbers(reader: Reader) -> pl.DataFrame:
    """id, phone, number and link of every call."""
    return reader.frame(select(*(call.c[name] for name in _NUMBERS)))


def numbers_of(reader: Reader, links: pl.DataFrame) -> pl.DataFrame:
    """id, phone, number and link of the stored calls of some `connection` and `linked`."""
    names = links["linked"].drop_nulls().unique().sort().to_list()
    wanted = select(*(call.c[name] for name in (*_NUMBERS, "connection")))
    found = of_values(reader, wanted, call.c.linked, names)
    return found.join(links, on=["connection", "linked"], how="semi").select(_NUMBERS)


def stages(reader: Reader) -> pl.DataFrame:
    """Every stage, in the order of ids."""
    wanted = [call_stage.c[name] for name in stage_columns()]
    return reader.frame(select(*wanted).order_by(call_stage.c.id))


def sessions(reader: Reader) -> pl.DataFrame:
    """Every session of an agent, in the order of ids."""
    wanted = [agent_session.c[name] for name in session_columns()]
    return reader.frame(select(*wanted).order_by(agent_session.c.id))
