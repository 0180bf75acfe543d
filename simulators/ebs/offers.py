"""Price list, on-hand quantities with lots, and customer items of the simulated EBS (handbook 3.4)."""

from __future__ import annotations

from datetime import date

import polars as pl

from simulators.ebs.rows import Tables
from simulators.ebs.trade import MASTER, PLANTS, UOM
from simulators.world import World
from simulators.world.offers import build_codes, build_lots, listed

PRICE_LIST = 9001
_WHEN = "2024-02-01 09:00:00"
_STAMPS = {"LAST_UPDATE_DATE": pl.lit(_WHEN), "CREATION_DATE": pl.lit(_WHEN)}
_UNCOUNTED = ("Электротехника", "Насосы")


def price_tables(world: World) -> Tables:
    """One price list of all goods, its name in RU and US."""
    lines = world.items.join(
        listed(world.items, world.seed, "ebs"), on="item", maintain_order="left"
    )
    head = pl.DataFrame({"LIST_HEADER_ID": [PRICE_LIST]}).with_columns(**_STAMPS)
    names = {"RU": "Прайс-лист завода", "US": "List of the plant"}
    number = pl.col("item").cast(pl.Int64)
    return {
        "QP_LIST_HEADERS_B": head.with_columns(
            LIST_TYPE_CODE=pl.lit("PRL"), CURRENCY_CODE=pl.lit("RUB"), ACTIVE_FLAG=pl.lit("Y")
        ),
        "QP_LIST_HEADERS_TL": pl.concat(
            [head.with_columns(LANGUAGE=pl.lit(one), NAME=pl.lit(name)) for one, name in names.items()]
        ),
        "QP_LIST_LINES": lines.select(
            LIST_LINE_ID=number + 91_000, LIST_HEADER_ID=pl.lit(PRICE_LIST), LIST_LINE_TYPE_CODE=pl.lit("PLL"),
            ARITHMETIC_OPERATOR=pl.lit("UNIT_PRICE"), OPERAND="amount",
            START_DATE_ACTIVE=pl.lit("2025-01-01 00:00:00"), **_STAMPS,
        ),
        "QP_PRICING_ATTRIBUTES": lines.select(
            PRICING_ATTRIBUTE_ID=number + 92_000, LIST_LINE_ID=number + 91_000, LIST_HEADER_ID=pl.lit(PRICE_LIST),
            PRODUCT_ATTRIBUTE_CONTEXT=pl.lit("ITEM"), PRODUCT_ATTRIBUTE=pl.lit("PRICING_ATTRIBUTE1"),
            PRODUCT_ATTR_VALUE=(number + 1000).cast(pl.String), PRODUCT_UOM_CODE=pl.col("unit").replace(UOM),
            **_STAMPS,
        ),
    }  # fmt: skip


def stock_tables(world: World, today: date) -> Tables:
    """Lots of the first plant; what is counted by the piece lies without lots in the second."""
    lots = build_lots(world.items, world.seed, "ebs", today).with_row_index("n")
    place = {"INVENTORY_ITEM_ID": pl.col("item") + 1000, "ORGANIZATION_ID": pl.lit(PLANTS[0])}
    received = pl.col("received").dt.strftime("%Y-%m-%d 00:00:00")
    on_hand = lots.select(
        ONHAND_QUANTITIES_ID=pl.col("n").cast(pl.Int64) + 60_000, **place, LOT_NUMBER="lot",
        SUBINVENTORY_CODE=pl.lit("ГОТПРОД"), DATE_RECEIVED=received, TRANSACTION_QUANTITY="quantity",
        TRANSACTION_UOM_CODE=pl.col("unit").replace(UOM), **_STAMPS,
    )  # fmt: skip
    pieces = world.items.filter(pl.col("group").is_in(_UNCOUNTED)).select(
        ONHAND_QUANTITIES_ID=pl.col("item") + 70_000, INVENTORY_ITEM_ID=pl.col("item") + 1000,
        ORGANIZATION_ID=pl.lit(PLANTS[1]), SUBINVENTORY_CODE=pl.lit("ТОРГ"),
        TRANSACTION_QUANTITY=(pl.col("item") * 13 % 40).cast(pl.Float64),
        TRANSACTION_UOM_CODE=pl.col("unit").replace(UOM), **_STAMPS,
    )  # fmt: skip
    told = lots.select(
        **place, LOT_NUMBER="lot", LENGTH="length", LENGTH_UOM=pl.lit("MTR"), ORIGINATION_DATE=received,
        ATTRIBUTE1="manager", **_STAMPS,
    )  # fmt: skip
    return {
        "MTL_ONHAND_QUANTITIES_DETAIL": pl.concat([on_hand, pieces], how="diagonal"),
        "MTL_LOT_NUMBERS": told,
    }


def code_tables(world: World, cards: pl.DataFrame) -> Tables:
    """What some accounts call some goods."""
    accounts = cards.filter(~pl.col("site_only"))["account"]
    codes = build_codes(world.items, accounts, world.seed).with_row_index("n")
    number = pl.col("n").cast(pl.Int64) + 80_000
    return {
        "MTL_CUSTOMER_ITEMS": codes.select(
            CUSTOMER_ITEM_ID=number, CUSTOMER_ID="customer", CUSTOMER_ITEM_NUMBER="code",
            CUSTOMER_ITEM_DESC="name", ITEM_DEFINITION_LEVEL=pl.lit("1"), INACTIVE_FLAG=pl.lit("N"), **_STAMPS,
        ),
        "MTL_CUSTOMER_ITEM_XREFS": codes.select(
            CUSTOMER_ITEM_ID=number, INVENTORY_ITEM_ID=pl.col("item") + 1000,
            MASTER_ORGANIZATION_ID=pl.lit(MASTER), PREFERENCE_NUMBER=pl.lit("1"), INACTIVE_FLAG=pl.lit("N"),
            **_STAMPS,
        ),
    }  # fmt: skip
