"""Items and orders of the simulated EBS (handbook 3.4, 3.5): items once per organization, split lines."""

from __future__ import annotations

import polars as pl

from simulators.ebs.rows import Tables, stamp
from simulators.world import World
from simulators.world.chance import whole

MASTER, PLANTS = 204, (205, 206)
UOM = {"т": "TNE", "м": "MTR", "шт": "PCE"}
_WHEN = "2024-02-01 09:00:00"


def item_tables(world: World) -> Tables:
    """MTL_SYSTEM_ITEMS_B of the master organization and two plants; names in RU and US."""
    items = world.items.select(
        INVENTORY_ITEM_ID=pl.col("item") + 1000,
        SEGMENT1="code",
        ITEM_TYPE="group",
        INVENTORY_ITEM_STATUS_CODE=pl.lit("Active"),
        PRIMARY_UOM_CODE=pl.col("unit").replace(UOM),
        CUSTOMER_ORDER_ENABLED_FLAG=pl.lit("Y"),
        LAST_UPDATE_DATE=pl.lit(_WHEN),
        CREATION_DATE=pl.lit(_WHEN),
        name="name",
    )
    everywhere = pl.concat(
        [items.with_columns(ORGANIZATION_ID=pl.lit(org)) for org in (MASTER, *PLANTS)]
    )
    names = [everywhere.select(
        "INVENTORY_ITEM_ID", "ORGANIZATION_ID", "LAST_UPDATE_DATE", "CREATION_DATE",
        LANGUAGE=pl.lit(language), DESCRIPTION="name",
    ) for language in ("RU", "US")]  # fmt: skip
    return {"MTL_SYSTEM_ITEMS_B": everywhere.drop("name"), "MTL_SYSTEM_ITEMS_TL": pl.concat(names)}


def order_tables(world: World, cards: pl.DataFrame) -> Tables:
    """Orders of the accounts with their lines; a part shipment splits the line in two."""
    sites = cards.select(customer="site_use_id", account="account", org="org")
    orders, lines = world.orders("ebs", cards["site_use_id"])
    orders = orders.join(sites, on="customer", how="left", maintain_order="left").with_columns(
        when=stamp("at")
    )
    status = pl.Series(["ENTERED", "BOOKED", "CLOSED", "CANCELLED"]).gather(
        whole(world.seed, "ebs/status", orders.height, 0, 4)
    )
    orders = orders.with_columns(status=status)
    headers = orders.select(
        HEADER_ID=pl.col("order") + 30_000, ORDER_NUMBER=(pl.col("order") + 1).cast(pl.String), ORG_ID="org",
        ORDER_TYPE_ID=pl.lit(1001), FLOW_STATUS_CODE="status", OPEN_FLAG=_flag(~pl.col("status").is_in(["CLOSED", "CANCELLED"])),
        BOOKED_FLAG=_flag(pl.col("status") != "ENTERED"), CANCELLED_FLAG=_flag(pl.col("status") == "CANCELLED"),
        SOLD_TO_ORG_ID="account", INVOICE_TO_ORG_ID="customer", ORDERED_DATE="when",
        TRANSACTIONAL_CURR_CODE=pl.lit("RUB"), LAST_UPDATE_DATE="when", CREATION_DATE="when",
    )  # fmt: skip
    return {"OE_ORDER_HEADERS_ALL": headers, "OE_ORDER_LINES_ALL": _lines(lines, orders)}


def _flag(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("Y")).otherwise(pl.lit("N"))


def _lines(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    known = lines.join(
        orders.select("order", "when", "status", "org"),
        on="order",
        how="left",
        maintain_order="left",
    )
    known = known.with_row_index("n")
    split = (pl.col("status") == "BOOKED") & (pl.col("quantity") > 10)
    shipped = pl.when(split).then(pl.col("quantity") // 2).otherwise("quantity")
    first = known.select(
        LINE_ID=pl.col("n").cast(pl.Int64) * 2 + 50_000, HEADER_ID=pl.col("order") + 30_000, ORG_ID="org",
        LINE_NUMBER=pl.col("line").cast(pl.String), SHIPMENT_NUMBER=pl.lit("1"), LINE_CATEGORY_CODE=pl.lit("ORDER"),
        INVENTORY_ITEM_ID=pl.col("item") + 1000, ORDERED_QUANTITY=shipped.cast(pl.Float64),
        ORDER_QUANTITY_UOM=pl.col("unit").replace(UOM), UNIT_SELLING_PRICE="price", FLOW_STATUS_CODE="status",
        LAST_UPDATE_DATE="when", CREATION_DATE="when", split=split, rest=(pl.col("quantity") - shipped).cast(pl.Float64),
    )  # fmt: skip
    second = first.filter("split").with_columns(
        SPLIT_FROM_LINE_ID="LINE_ID",
        LINE_ID=pl.col("LINE_ID") + 1,
        SHIPMENT_NUMBER=pl.lit("2"),
        ORDERED_QUANTITY="rest",
    )
    return pl.concat([first, second], how="diagonal").drop("split", "rest")
