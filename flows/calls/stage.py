"""Assemble: from canonical call legs to calls. A call is made anew whenever a leg of it comes."""

from __future__ import annotations

import hashlib

import polars as pl

from config.telephony import Telephony, load_telephony
from flows.calls.assemble import assembled, closed
from flows.run import Run
from schemas.records import Cursor
from store import calls, canonical, checkpoints
from store.engine import Reader

STAGE = "assemble"
ASSEMBLY_VERSION = 1  # rises with every change of what is assembled of equal legs
_LEG = "call_leg"


def assemble(run: Run) -> bool:
    """Whether any call was assembled: those with new legs, or all where the rules changed."""
    rules = load_telephony(run.house.settings.config_dir)
    with run.house.store.read() as reader:
        before = checkpoints.get(reader, STAGE, "", "")
        now = _position(reader, rules)
        if now == before:
            return False
        whole = before is None or not _continues(before, now)
        since = 0 if whole or before is None else int(before.value["legs"] or 0)
        legs = calls.legs(reader) if whole else calls.legs_of_changed(reader, since)
        fresh = assembled(legs, rules)
        told = closed(fresh if whole else _with_others(reader, fresh))
        gone = _gone(reader, told) if whole else told["id"].clear()
    with run.house.store.write() as writer:
        written = calls.save(writer, told)
        dropped = calls.remove(writer, gone)
        run.count(
            writer, STAGE, "", "call", legs=legs.height, calls=told.height,
            inserted=written.inserted, updated=written.updated, unchanged=written.unchanged,
            retired=dropped,
        )  # fmt: skip
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
    return True


def _gone(reader: Reader, told: pl.DataFrame) -> pl.Series:
    stored = calls.load(reader)["id"]
    return stored.filter(~stored.is_in(told["id"].implode()))


def _with_others(reader: Reader, fresh: pl.DataFrame) -> pl.DataFrame:
    """New calls with the older ones of their numbers, which they may close or be closed by."""
    phones = fresh["phone"].drop_nulls().unique().sort().to_list()
    numbers = fresh.filter(pl.col("phone").is_null())["number"].drop_nulls().unique().sort()
    stored = calls.of_numbers(reader, phones, numbers.to_list())
    return pl.concat([fresh, stored.join(fresh, on="id", how="anti")])


def _position(reader: Reader, rules: Telephony) -> Cursor:
    seen, _, removed = canonical.position(reader, _LEG).partition("-")
    told = hashlib.sha256(rules.model_dump_json().encode()).hexdigest()[:16]
    return Cursor(
        {"legs": int(seen), "removed": int(removed), "rules": told, "version": ASSEMBLY_VERSION}
    )


def _continues(before: Cursor, now: Cursor) -> bool:
    """Whether only legs were added or changed since."""
    return all(before.value.get(n) == now.value[n] for n in ("removed", "rules", "version"))
