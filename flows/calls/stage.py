"""Assemble: from canonical call legs to calls. A call is made anew whenever a leg or an event of it comes."""

from __future__ import annotations

import hashlib

import polars as pl

from config.telephony import Telephony, load_telephony
from flows.calls.assemble import Assembly, closed, put_together
from flows.calls.moments import named
from flows.calls.sessions import sessions
from flows.calls.twice import told_once
from flows.run import Run
from schemas.records import Cursor
from store import call_legs, calls, canonical, checkpoints
from store.engine import Reader

STAGE = "assemble"
ASSEMBLY_VERSION = 3  # rises with every change of what is assembled of equal legs
_LEG, _EVENT = "call_leg", "call_event"
_LINK = ["connection", "linked"]


def assemble(run: Run) -> bool:
    """Whether any call was assembled: those with new legs or events, or all where the rules changed."""
    rules = load_telephony(run.house.settings.config_dir)
    with run.house.store.read() as reader:
        before = checkpoints.get(reader, STAGE, "", "")
        now = _position(reader, rules)
        if now == before:
            return False
        since = None if before is None or not _continues(before, now) else before
        legs, fresh = _fresh(reader, since, rules)
        every = fresh.calls if since is None else _with_others(reader, fresh.calls)
        told = closed(told_once(every, rules))
        gone = _gone(reader, told, None if since is None else legs)
        agents = sessions(named(call_legs.agent_events(reader)))
    with run.house.store.write() as writer:
        written = calls.save(writer, told)
        calls.save_stages(writer, fresh.stages, fresh.calls["id"])
        calls.save_sessions(writer, agents)
        dropped = calls.remove(writer, gone)
        run.count(
            writer, STAGE, "", "call", legs=legs.height, calls=told.height,
            inserted=written.inserted, updated=written.updated, unchanged=written.unchanged,
            retired=dropped,
        )  # fmt: skip
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
    return True


def _fresh(reader: Reader, since: Cursor | None, rules: Telephony) -> tuple[pl.DataFrame, Assembly]:
    """The legs of calls that may have changed since (None: of all), and what they come to."""
    if since is None:
        legs = call_legs.legs(reader)
        return legs, put_together(legs, call_legs.events(reader), rules)
    seen = [int(since.value[name] or 0) for name in ("legs", "events")]
    links = call_legs.changed(reader, *seen)
    legs = call_legs.legs_of(reader, links)
    return legs, put_together(legs, call_legs.events_of(reader, links, legs), rules)


def _gone(reader: Reader, told: pl.DataFrame, legs: pl.DataFrame | None) -> pl.Series:
    """Stored calls that are no more: nothing tells of them, or they became part of another."""
    if legs is None:
        stored = calls.ids(reader)
    else:
        stored = calls.ids_of_links(reader, legs.select(_LINK).unique())
    return stored.filter(~stored.is_in(told["id"].implode()))


def _with_others(reader: Reader, fresh: pl.DataFrame) -> pl.DataFrame:
    """New calls with the older ones of their numbers, which they may close or be closed by."""
    phones = fresh["phone"].drop_nulls().unique().sort().to_list()
    numbers = fresh.filter(pl.col("phone").is_null())["number"].drop_nulls().unique().sort()
    stored = calls.of_numbers(reader, phones, numbers.to_list())
    return pl.concat([fresh, stored.join(fresh, on="id", how="anti")])


def _position(reader: Reader, rules: Telephony) -> Cursor:
    seen, _, removed = canonical.position(reader, _LEG).partition("-")
    heard, _, unheard = canonical.position(reader, _EVENT).partition("-")
    told = hashlib.sha256(rules.model_dump_json().encode()).hexdigest()[:16]
    return Cursor(
        {
            "legs": int(seen), "removed": int(removed), "events": int(heard), "unheard": int(unheard),
            "rules": told, "version": ASSEMBLY_VERSION,
        }
    )  # fmt: skip


def _continues(before: Cursor, now: Cursor) -> bool:
    """Whether legs and events were only added or changed since."""
    same = ("removed", "unheard", "rules", "version")
    return all(before.value.get(name) == now.value[name] for name in same)
