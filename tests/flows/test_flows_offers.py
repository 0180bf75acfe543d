"""Prices, stock and customers' codes put to goods: per one unit, side by side, short, old, whose to sell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.catalogue.offers import STAGE
from flows.house import House
from schemas.goods import good_columns, record_id
from schemas.offers import GoodCode, GoodHolder, GoodOffer, GoodPrice, GoodStock
from store import Store, canonical, checkpoints, runs
from store.tables import good_code, good_holder, good_offer, good_price, good_stock
from tests.support.goods import customer_code, item, lot, offer, price, take
from tests.support.house import house_over

ROUND = "Круг 40 ст45 ГОСТ 2590-2006"  # 9.865 kg a metre
ITEMS = [
    item("erp", "1", ROUND, okei="168"),
    item("onec", "7", "круг ф40 ст.45 гост 2590-2006", okei="006"),
    item("shop", "s", "Насос К 80-50-200", okei="796"),
]
NOW = datetime.now(UTC)
TABLES = (
    (good_price, GoodPrice), (good_stock, GoodStock), (good_code, GoodCode), (good_offer, GoodOffer),
    (good_holder, GoodHolder),
)  # fmt: skip


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    take(opened, ITEMS)
    yield opened
    opened.close()


def told(house: House) -> dict[str, pl.DataFrame]:
    """All tables as they must come out, whatever the way."""
    with house.store.read() as reader:
        return {
            table.name: reader.frame(table.select().order_by(table.c.id)).select(list(good_columns(model)))
            for table, model in TABLES
        }  # fmt: skip


def rows(house: House, table: str, *names: str) -> list[tuple[Any, ...]]:
    return told(house)[table].select(names).sort(names).rows()


def test_prices_by_tonne_and_by_metre_stand_per_one_tonne_and_the_least_wins(house: House) -> None:
    assert offer(
        house,
        item_price=[price("erp", "1", "60000"), price("onec", "7", "600"), price("shop", "s", "9")],
    )
    per_tonne = rows(house, "good_price", "connection", "per", "per_amount", "theoretical")
    assert per_tonne == [
        ("erp", "168", 60000.0, False),
        ("onec", "168", pytest.approx(60823, abs=2), True),
        ("shop", "796", 9.0, False),
    ]
    (one,) = told(house)["good_offer"].rows(named=True)
    assert (one["cheapest_connection"], one["lists"], one["spread"]) == ("erp", 2, 1)
    assert one["good_id"] in {record_id("erp/items/1"), record_id("onec/items/7")}


def test_a_unit_nobody_knows_is_not_taken_for_the_usual_one(house: House) -> None:
    strange = price("erp", "1", "5000", unit="бухта", issues=["okei:unit_unknown"])
    offer(house, item_price=[strange, price("onec", "7", "6000", unit="упак", factor="10")])
    assert rows(house, "good_price", "connection", "amount", "unit", "per") == [
        ("erp", "5000", None, None),
        ("onec", "600", "006", "168"),
    ]
    assert told(house)["good_offer"].is_empty()


def test_a_price_ends_where_the_next_one_begins_and_a_turn_is_waited_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    last, soon = NOW - timedelta(days=30), NOW + timedelta(days=30)
    offer(
        house,
        item_price=[
            price("erp", "1", "50000", valid_from=last), price("erp", "1", "70000", valid_from=soon),
            price("onec", "7", "600"),
        ],
    )  # fmt: skip
    ends = dict(told(house)["good_price"].select("amount", "valid_to").rows())
    assert ends == {"50000": soon, "70000": None, "600": None}
    assert told(house)["good_offer"]["cheapest"][0] == 50000
    assert not offer(house)
    monkeypatch.setattr("flows.catalogue.offers.utc_now", lambda: soon)
    assert offer(house)
    assert told(house)["good_offer"]["dearest"][0] == 70000
    assert not offer(house)


def test_prices_of_other_currencies_and_without_vat_are_not_compared(house: House) -> None:
    offer(
        house,
        item_price=[
            price("erp", "1", "700", currency="USD"), price("onec", "7", "600", vat="excluded"),
            price("erp", "1", "60000", "Розничная", vat="included"), price("erp", "1", "0", "Акция"),
        ],
    )  # fmt: skip
    assert told(house)["good_price"].height == 4
    assert told(house)["good_offer"].is_empty()


def test_lots_are_short_by_their_class_or_old_by_their_day_and_weigh_what_they_weigh(
    house: House,
) -> None:
    year = NOW - timedelta(days=400)
    offer(
        house,
        item_stock=[
            lot("erp", "1", "0.5", "A-1", length="1500", length_okei="003", received_on=NOW, manager="Петрова"),
            lot("onec", "7", "100", "B-2", length="6", received_on=year, manager="Петрова"),
            lot("onec", "7", "12", "B-3", length="6", received_on=NOW),
            lot("onec", "7", "5"), lot("shop", "s", "-3", "C", received_on=year),
        ],
    )  # fmt: skip
    found = told(house)["good_stock"].sort("lot", "key", nulls_last=True)
    by_lot = {one["lot"]: one for one in found.to_dicts()}
    assert (by_lot["A-1"]["length"], by_lot["A-1"]["short"], by_lot["A-1"]["measured"]) == (
        1.5,
        True,
        500,
    )
    assert by_lot["A-1"]["short_under"] == 2  # of the class, not the usual three metres
    assert (by_lot["B-2"]["short"], by_lot["B-2"]["measured"]) == (False, pytest.approx(986.46))
    assert by_lot["B-2"]["illiquid_from"] == year.replace(microsecond=year.microsecond) + timedelta(
        days=365
    )
    assert by_lot["B-3"]["illiquid_from"] > NOW
    assert (by_lot[None]["illiquid_from"], by_lot["C"]["illiquid_from"]) == (None, None)
    assert rows(house, "good_holder", "manager", "measure", "lots", "measured") == [
        (None, "166", 1, pytest.approx(118.375)),
        ("Петрова", "166", 2, pytest.approx(1486.46)),
    ]


def test_the_thresholds_of_the_installation_judge_anew(house: House) -> None:
    offer(house, item_stock=[lot("onec", "7", "12", "B", length="4", received_on=NOW)])
    assert not told(house)["good_stock"]["short"][0]
    house.settings.config_dir.mkdir(exist_ok=True)
    (house.settings.config_dir / "stock.yaml").write_text(
        "version: 1\nold_days: 30\nshort_length: 5\n", encoding="utf-8"
    )
    assert offer(house)
    assert told(house)["good_stock"]["short"][0]


def test_what_is_of_no_good_waits_and_every_record_is_accounted_for(house: House) -> None:
    offer(house, item_price=[price("erp", "1", "5"), price("erp", "later", "6")])
    assert rows(house, "good_price", "amount") == [("5",)]
    with house.store.read() as reader:
        last = int(runs.page(reader, limit=1)["id"][0])
        lines = {line.stream: (line.given, line.holds) for line in runs.balance(reader, last)}
    assert lines["item_price"] == (2, True)
    take(house, [item("erp", "later", "Услуга")])
    assert offer(house)
    assert len(rows(house, "good_price", "amount")) == 2


def test_offers_that_come_by_portions_end_as_those_that_came_at_once(house: House) -> None:
    offer(house, item_price=[price("erp", "1", "5"), price("onec", "7", "6")])
    offer(
        house,
        item_price=[price("erp", "1", "7"), price("onec", "7", "6", deleted=True)],
        item_stock=[lot("erp", "1", "4", "A"), lot("erp", "1", "5", "B")],
        item_code=[customer_code("erp", "1", "42", "АБ 7"), customer_code("erp", "1", "43", "X")],
    )
    gone = pl.DataFrame({"connection": ["erp"], "stream": ["codes"], "key": ["1/43"]})
    with house.store.write() as writer:
        canonical.remove(writer, "item_code", gone)
    assert offer(house)
    assert not offer(house)
    by_portions = told(house)
    assert rows(house, "good_code", "party_stream", "party_key", "code", "code_key") == [
        ("parties", "42", "АБ 7", "аб7")
    ]
    assert [by_portions["good_price"]["amount"].to_list(), by_portions["good_stock"].height] == [
        ["7"],
        2,
    ]
    with house.store.write() as writer:
        checkpoints.forget(writer, STAGE, "", "")
    assert offer(house)
    for name, frame in told(house).items():
        assert frame.equals(by_portions[name]), name
