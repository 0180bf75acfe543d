"""Assemble: from canonical call legs to calls. A call is made anew whenever a leg or an event of it comes."""

from __future__ import annotations

import hashlib

import polars as pl

from config.telephony import Telephony, load_telephony
from config.working_time import WorkingTime, load_working_time
from flows.calls.assemble import Assembly, closed, put_together
from flows.calls.hours import told_off_hours
from flows.calls.moments import named
from flows.calls.sessions import sessions
from flows.calls.twice import UCID, told_once
from flows.run import Run
from schemas.records import Cursor
from store import call_legs, calls, canonical, checkpoints
from store.engine import Reader

STAGE = "assemble"
ASSEMBLY_VERSION = 4  # rises with every change of what is assembled of equal legs
_LEG, _EVENT = "call_leg", "call_event"
_LINK = ["connection", "linked"]
_NAMES = ["phone", "number", "linked"]


def assemble(run: Run) -> bool:
    """Whether any call was assembled: those with new legs or events, or all where the rules changed."""
    folder = run.house.settings.config_dir
    rules, time = load_telephony(folder), load_working_time(folder)
    with run.house.store.read() as reader:
        before = checkpoints.get(reader, STAGE, "", "")
        now = _position(reader, rules, time)
        if now == before:
            return False
        since = None if before is None or not _continues(before, now) else before
        legs, fresh, links = _fresh(reader, since, rules)
        fresh = Assembly(told_off_hours(fresh.calls, rules, time), fresh.stages)
        gone = _gone(reader, fresh.calls, links)
        every = fresh.calls if since is None else _with_others(reader, fresh.calls, gone, rules)
        told = closed(told_once(every, rules))
        agents = sessions(named(call_legs.agent_events(reader)))
    with run.house.store.write() as writer:
        written = calls.save(writer, told)
        calls.save_stages(writer, fresh.stages, fresh.calls["id"])
        calls.save_sessions(writer, agents)
        dropped = calls.remove(writer, gone["id"])
        run.count(
            writer, STAGE, "", "call", legs=legs.height, calls=told.height,
            inserted=written.inserted, updated=written.updated, unchanged=written.unchanged,
            retired=dropped,
        )  # fmt: skip
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
    return True


def _fresh(
    reader: Reader, since: Cursor | None, rules: Telephony
) -> tuple[pl.DataFrame, Assembly, pl.DataFrame | None]:
    """The legs of calls that may have changed since (None: of all), what they come to, and those calls' links."""
    if since is None:
        legs = call_legs.legs(reader)
        return legs, put_together(legs, call_legs.events(reader), rules), None
    seen = [int(since.value[name] or 0) for name in ("legs", "events")]
    links = call_legs.changed(reader, *seen)
    legs = call_legs.legs_of(reader, links)
    told = put_together(legs, call_legs.events_of(reader, links, legs), rules)
    return legs, told, pl.concat([links.select(_LINK), legs.select(_LINK)]).unique()


def _gone(reader: Reader, fresh: pl.DataFrame, links: pl.DataFrame | None) -> pl.DataFrame:
    """id, phone, number and link of stored calls that are no more: nothing tells of them, or they became part of another."""
    stored = calls.numbers(reader) if links is None else calls.numbers_of(reader, links)
    return stored.join(fresh, on="id", how="anti")


def _with_others(
    reader: Reader, fresh: pl.DataFrame, gone: pl.DataFrame, rules: Telephony
) -> pl.DataFrame:
    """New calls with the older ones of their numbers, which they may close or be closed by.

    So may those that are gone have done. A call that another source tells by the same universal id may bear
    another number, whose calls are looked at then too.
    """
    through = sorted({*rules.told_twice, *rules.told_twice.values()})
    found, ask = fresh, pl.concat([fresh.select(_NAMES), gone.select(_NAMES)])
    known = pl.concat([fresh.select("id"), gone.select("id")])
    while ask.height:
        stored = calls.beside(reader, ask["phone"], _nameless(ask), _ucids(ask), through)
        more = stored.join(known, on="id", how="anti")
        found = pl.concat([found, more])
        known = pl.concat([known, more.select("id")])
        # The numbers of all others were asked about already.
        ask = more.select(_NAMES).filter(pl.col("linked").str.contains(UCID))
    return found


def _nameless(calls_: pl.DataFrame) -> pl.Series:
    return calls_.filter(pl.col("phone").is_null())["number"]


def _ucids(calls_: pl.DataFrame) -> pl.Series:
    return calls_.filter(pl.col("linked").str.contains(UCID))["linked"]


def _position(reader: Reader, rules: Telephony, time: WorkingTime) -> Cursor:
    seen, _, removed = canonical.position(reader, _LEG).partition("-")
    heard, _, unheard = canonical.position(reader, _EVENT).partition("-")
    both = rules.model_dump_json() + time.model_dump_json()
    told = hashlib.sha256(both.encode()).hexdigest()[:16]
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
