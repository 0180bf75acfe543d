"""Offers: from canonical prices, stock and customers' codes to what is told of goods. Put together anew."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

from config.stock import Stock, load_stock
from flows.catalogue.prices import comparisons, prices, turns_at
from flows.catalogue.stage import STAGE as CATALOGUE
from flows.catalogue.stock import holders, stock
from flows.catalogue.units import placed, weighed
from flows.house import House
from flows.run import Run
from schemas.entities import columns
from schemas.goods import good_columns
from schemas.offers import GoodCode, code_key
from schemas.records import Cursor
from store import canonical, checkpoints, goods
from store.clock import utc_now
from store.engine import Reader, Writer

STAGE = "offers"
OFFERS_VERSION = 1  # rises with every change of what is assembled of equal records
PRICE, STOCK, CODE = _ENTITIES = ("item_price", "item_stock", "item_code")
_DUE = "due"
Frames = Mapping[str, pl.DataFrame]


def offers(run: Run) -> bool:
    """Whether anything was put together: where records, goods or thresholds changed, or a price turned."""
    moment = utc_now()
    with run.house.store.read() as reader:
        before = checkpoints.get(reader, STAGE, "", "")
        now = _position(run.house, reader)
        if _holds(before, now, moment):
            return False
        records = _records(reader)
        made = _made(reader, records, load_stock(run.house.settings.config_dir), moment)
    with run.house.store.write() as writer:
        written = goods.save_offers(writer, made)
        for (entity, found), frame, (told, dropped) in zip(
            records.items(), made, written, strict=False
        ):
            run.count(
                writer, STAGE, "", entity, read=found.height, placed=frame.height,
                parked=found.height - frame.height, inserted=told.inserted, updated=told.updated,
                unchanged=told.unchanged, retired=dropped,
            )  # fmt: skip
        due = turns_at(made[0], moment)
        position = Cursor({**now.value, _DUE: due.isoformat() if due else None})
        checkpoints.put(writer, STAGE, "", "", position, run_id=run.id)
    return True


def offers_again(house: House, writer: Writer) -> None:
    """Put them together anew in the caller's transaction, as after a person's decision on goods."""
    if checkpoints.get(writer, STAGE, "", "") is not None:
        rules = load_stock(house.settings.config_dir)
        goods.save_offers(writer, _made(writer, _records(writer), rules, utc_now()))


def _records(reader: Reader) -> Frames:
    """The living records of each entity, in key order."""
    read = {entity: canonical.load(reader, entity, list(columns(entity))) for entity in _ENTITIES}
    return {entity: frame.filter(~pl.col("deleted")) for entity, frame in read.items()}


def _made(
    reader: Reader, records: Frames, rules: Stock, moment: datetime
) -> Sequence[pl.DataFrame]:
    return put_together(goods.homes(reader), records, rules, moment)


def put_together(
    homes: pl.DataFrame, records: Frames, rules: Stock, moment: datetime
) -> Sequence[pl.DataFrame]:
    """All of `records` (by entity) told of their goods, in the order `store.goods.save_offers` takes.

    `homes` are those of `store.goods`.
    """
    known = weighed(homes)
    cost, stored = prices(records[PRICE], known), stock(records[STOCK], known, rules)
    compared = comparisons(cost, homes, moment)
    return cost, stored, _codes(records[CODE], known), compared, holders(stored)


def _codes(records: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """One row (`GoodCode`) per customer's code of an item that is in a good."""
    told = placed(records.filter(~pl.col("deleted")), homes)
    party = pl.col("party_key")
    away = party.str.contains(":", literal=True)
    each = told.with_columns(
        pl.col("connection").alias("party_connection"),
        pl.when(away).then(party.str.extract("^([^:]*):")).otherwise("stream").alias("party_stream"),
        pl.when(away).then(party.str.extract("(?s)^[^:]*:(.*)$")).otherwise(party).alias("party_key"),
        code_key(pl.col("code")).alias("code_key"),
    )  # fmt: skip
    return each.select(pl.col(name).cast(kind) for name, kind in good_columns(GoodCode).items())


def _position(house: House, reader: Reader) -> Cursor:
    catalogue = checkpoints.get(reader, CATALOGUE, "", "")
    rules = load_stock(house.settings.config_dir).model_dump_json()
    return Cursor(
        {
            **{entity: canonical.position(reader, entity) for entity in _ENTITIES},
            "goods": "" if catalogue is None else _print(catalogue.dumps()), "acts": goods.acted(reader),
            "rules": _print(rules), "version": OFFERS_VERSION,
        }
    )  # fmt: skip


def _print(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _holds(before: Cursor | None, now: Cursor, moment: datetime) -> bool:
    """Whether what was put together before is what would be now."""
    if before is None:
        return not any(str(now.value[entity]).partition("-")[0].strip("0") for entity in _ENTITIES)
    due = before.value.get(_DUE)
    same = {name: value for name, value in before.value.items() if name != _DUE} == dict(now.value)
    return same and (due is None or moment < datetime.fromisoformat(str(due)))
