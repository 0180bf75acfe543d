"""Goods of two sources: some in both, some near each other, some whose names say too little."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from config.stock import shipped_stock
from dedup.trust import TrustOrder
from flows.catalogue.assemble import assembled
from flows.catalogue.offers import put_together
from flows.catalogue.read import read
from mappings.nomenclature import shipped
from mappings.nomenclature.taught import Dictionary, Word
from schemas.goods import GOOD_ACT, record_id
from store import Writer, canonical, goods
from store.versions import ACTIVATED, DICTIONARY
from tests.support.goods import MONDAY, canonical_items, customer_code, item, lot, price

GOOD = record_id("erp/items/1")
BOTH = "Лист г/к 10х1500х6000 Ст3сп5 ГОСТ 14637-89"
_ODD = (
    "Лист 20 ГОСТ 19903-2015 кл. 44", "Подшипник 6205", "Подшипник 180204", "Услуга доставки",
    "Труба проф 60*60 06.мар", "Автомат ВА47-29 3P 25А C MVA20-3-025-C",
)  # fmt: skip


def save_goods(writer: Writer, many: int = 60) -> None:
    """Sheets of many sizes in both sources, and odd names in one of them."""
    rows = [item("erp", "1", BOTH, code="НФ-1", article="A1", manufacturer="Северсталь")]
    rows += [item("onec", "1", "лист гк 10*1500*6000 ст.3сп5", code="УТ-7", unit="т", okei="168")]
    rows += [item("onec", "2", "Лист 10х1500х6000")]
    for n in range(many):
        name = f"Лист г/к {n % 90 + 11}х{1000 + n // 90}х6000 Ст3сп5"
        rows += [
            item("erp", str(100 + n), name, code=f"НФ-{n}"),
            item("onec", str(100 + n), name.upper()),
        ]
    rows += [item("onec", f"odd{n}", name) for n, name in enumerate(_ODD)]
    records = canonical_items(rows)
    canonical.save(writer, "item", records)
    order = TrustOrder({"code": ["erp", "onec"]}, {"erp": "erp", "onec": "onec"})
    acts = pl.DataFrame(schema=dict(GOOD_ACT))
    made = assembled(read(records, shipped()), acts, order, shipped())
    goods.save(writer, made.goods, made.members, made.groups)
    save_offers(writer, many)
    save_words(writer)


def save_offers(writer: Writer, many: int) -> None:
    """Prices of both sources, lots of which every second is short or old, and codes of two customers."""
    rows = {
        "item_price": [
            price(c, "1", amount, f"Прайс {c}", okei="168", vat="included")
            for c, amount in (("erp", "61000"), ("onec", "64500.5"))
        ],
        "item_stock": [lot("erp", "1", "2.5", "П-1", length="1.2", manager="Петрова", okei="168")],
        "item_code": [
            customer_code("erp", "1", str(n), f"МТР-{n}", name="ЛИСТ 10 СТ3") for n in range(1, 3)
        ],
    }
    for n in range(many):
        key, days = str(100 + n), timedelta(days=n % 800)
        rows["item_price"] += [
            price("erp", key, str(50_000 + n), okei="168"),
            price("onec", key, str(51_000 + n), okei="168"),
        ]
        rows["item_stock"].append(
            lot("erp", key, "3", f"П-{key}", received_on=MONDAY - days, okei="168", manager=f"Менеджер {n % 7}")
        )  # fmt: skip
    records = {entity: canonical_items(some, entity) for entity, some in rows.items()}
    for entity, frame in records.items():
        canonical.save(writer, entity, frame)
    homes, moment = goods.homes(writer), datetime.now(UTC)
    goods.save_offers(writer, put_together(homes, records, shipped_stock(), moment))


def save_words(writer: Writer) -> None:
    """A dictionary in force, and a proposal."""
    words = [
        Word(text="болванка", item_class="steel_round"),
        Word(text="20", item_class="steel_sheet", attribute="grade", value="20"),
    ]
    first = DICTIONARY.add(writer, _text(words), "anna", "Так пишут на складе")
    DICTIONARY.settle(writer, first, ACTIVATED, "boris")
    DICTIONARY.put_in_force(writer, first, "boris", "Так пишут на складе")
    more = Word(text="чушка", item_class="steel_round")
    DICTIONARY.add(writer, _text([*words[:1], more]), "anna", "Прайс-лист завода")


def _text(words: list[Word]) -> str:
    return Dictionary(words=words).model_dump_json(exclude_defaults=True)
