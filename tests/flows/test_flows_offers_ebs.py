"""Price lists, lots and customer items of Oracle EBS on their way to canonical records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import yaml

from flows.house import House
from flows.sync import sync
from simulators.ebs import build_ebs
from simulators.world import World
from store import Store, canonical
from tests.support.house import house_over

STREAMS = ["pricing_attributes", "on_hand", "customer_item_xrefs"]


@pytest.fixture
def house(sqlite_store: Store, tmp_path: Path) -> Iterator[House]:
    """A house whose `erp` tells prices, stock and codes, and whose `bare` tells none of them."""
    erp = build_ebs(World(seed=7, companies=20), tmp_path / "ebs.db")
    bare = {"url": erp.url, "orgs": list(erp.orgs), "master_org": erp.master_org}
    told = {
        "price_lists": list(erp.price_lists), "stock_orgs": list(erp.stock_orgs), "customer_items": True,
    }  # fmt: skip
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    for name, settings in (("erp", bare | told), ("bare", bare)):
        file = folder / f"{name}.yaml"
        file.write_text(yaml.safe_dump({"kind": "ebs", "settings": settings}), encoding="utf-8")
    own = tmp_path / "config" / "mappings" / "erp" / "on_hand.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("fields: {manager: lot.ATTRIBUTE1}\n", encoding="utf-8")
    opened = house_over(sqlite_store, tmp_path)
    yield opened
    opened.close()


def test_only_what_the_source_offers_is_read(house: House) -> None:
    assert set(STREAMS) <= set(house.mapped_streams("erp"))
    assert not set(STREAMS) & set(house.mapped_streams("bare"))
    assert "items" in house.mapped_streams("bare")


def test_prices_lots_and_codes_name_their_items_and_customers(house: House) -> None:
    sync(house, "erp", streams=STREAMS)
    with house.store.read() as reader:
        prices, stock, codes = (
            canonical.load(reader, f"item_{name}") for name in ("price", "stock", "code")
        )
    one = prices.row(by_predicate=pl.col("item_key") == "items:1000", named=True)
    assert (one["price_kind_name"], one["currency"], one["okei"]) == (
        "Прайс-лист завода",
        "RUB",
        "168",
    )
    assert 45_000 < float(one["amount"]) < 95_000
    assert one["valid_from"].isoformat() == "2024-12-31T21:00:00+00:00"
    lots = stock.filter(pl.col("lot").is_not_null())
    assert lots.height > 50
    assert lots["manager"].null_count() == lots["received_on"].null_count() == 0
    pipes = lots.filter(pl.col("length").is_not_null())
    assert set(pipes["length_okei"]) == {"006"}
    assert stock.filter(pl.col("lot").is_null())["warehouse"].unique().to_list() == ["ТОРГ"]
    assert codes["party_key"].str.starts_with("parties:").all()
    assert codes["code"].is_unique().all()
