"""Catalogue: from canonical items to goods. Only names that changed are read; the rest is put together anew."""

from __future__ import annotations

import hashlib
import json

import polars as pl

from dedup.trust import TrustOrder
from flows.catalogue.assemble import Catalogue, assembled, nothing
from flows.catalogue.dictionary import grammar_of, print_of
from flows.catalogue.read import READ, RECORD, read
from flows.house import House
from flows.run import Run
from schemas.records import Cursor
from store import canonical, checkpoints, goods
from store.bulk import Written
from store.engine import Reader, Writer

STAGE = "catalogue"
CATALOGUE_VERSION = 3  # rises with every change of what is assembled of equal items
_ITEM = "item"
_KEY = ["connection", "stream", "key"]


def catalogue(run: Run) -> bool:
    """Whether any good was assembled: where items, decisions, the trust order or the grammar changed."""
    with run.house.store.read() as reader:
        before = checkpoints.get(reader, STAGE, "", "")
        now = _position(run.house, reader)
        if now == before:
            return False
        members = _members(run.house, reader, before, now)
        made = _made(run.house, reader, members)
    with run.house.store.write() as writer:
        written, dropped = _save(writer, made)
        run.count(
            writer, STAGE, "", "good", records=members.height, goods=made.goods.height,
            inserted=written.inserted, updated=written.updated, unchanged=written.unchanged,
            retired=dropped,
        )  # fmt: skip
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
    return True


def again(house: House, writer: Writer) -> None:
    """Put the records together anew in the caller's transaction, as after a person's decision."""
    _save(writer, _made(house, writer, goods.members(writer).drop("good_id")))


def _made(house: House, reader: Reader, members: pl.DataFrame) -> Catalogue:
    if members.is_empty():
        return nothing()
    return assembled(members, goods.acts(reader), house.trust, grammar_of(house, reader))


def _save(writer: Writer, made: Catalogue) -> tuple[Written, int]:
    return goods.save(writer, made.goods, made.members, made.groups)


def _members(house: House, reader: Reader, before: Cursor | None, now: Cursor) -> pl.DataFrame:
    """Every living record as it is read: those that changed are read now, all if the grammar did."""
    whole = before is None or not _continues(before, now)
    since = 0 if whole or before is None else int(before.value["items"] or 0)
    columns = [*RECORD, "deleted"]
    changed = canonical.load(reader, _ITEM, columns, since_seq=since)
    fresh = _read(house, reader, changed)
    if whole:
        return fresh
    kept = goods.members(reader).select(READ).join(changed, on=_KEY, how="anti")
    if before is not None and before.value["removed"] != now.value["removed"]:
        kept = kept.join(canonical.load(reader, _ITEM, _KEY), on=_KEY, how="semi")
    return pl.concat([kept, fresh])


def _read(house: House, reader: Reader, records: pl.DataFrame) -> pl.DataFrame:
    """The grammar is opened only where there is something to read by it."""
    if records.is_empty():
        return nothing().members.select(READ)
    return read(records, grammar_of(house, reader))


def _position(house: House, reader: Reader) -> Cursor:
    seen, _, removed = canonical.position(reader, _ITEM).partition("-")
    return Cursor(
        {
            "items": int(seen), "removed": int(removed), "acts": goods.acted(reader),
            "grammar": print_of(house, reader), "trust": _print(house.trust),
            "version": CATALOGUE_VERSION,
        }
    )  # fmt: skip


def _print(trust: TrustOrder) -> str:
    told = json.dumps([dict(trust.by_field), dict(trust.by_connection)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _continues(before: Cursor, now: Cursor) -> bool:
    """Whether what was read of a name would be read again."""
    return all(before.value.get(name) == now.value[name] for name in ("grammar", "version"))
