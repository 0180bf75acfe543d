"""The world: companies with their units, how every source writes them down, and the truth about it."""

from __future__ import annotations

from functools import cached_property

import polars as pl

from simulators.world.entities import build_entities
from simulators.world.flat import flat_cards
from simulators.world.goods import build_items, build_orders
from simulators.world.labels import names
from simulators.world.reach import with_unreachable
from simulators.world.sources import source_cards
from simulators.world.units import build_units

STREAMS = {
    "ebs": "parties",
    "onec": "Catalog_Контрагенты",
    "commerceml": "counterparties",
    "files": "counterparties",
}
FLAT = (
    "source",
    "source_id",
    "name",
    "full_name",
    "inn",
    "kpp",
    "ogrn",
    "address",
    "phones",
    "emails",
    "updated_at",
)
TRUTH = ("source", "stream", "key", "legal_entity", "unit", "kinds")


class World:
    """`companies` legal entities drawn from `seed`: the same two numbers give the same bytes.

    Requisites are valid by checksum unless a record is labelled otherwise; people, phones and mailboxes
    are invented (company mail stands under the reserved domain `.example`).
    """

    def __init__(self, seed: int = 1, companies: int = 10_000) -> None:
        self.seed = seed
        self.companies = companies
        self._cards: dict[str, pl.DataFrame] = {}

    @cached_property
    def entities(self) -> pl.DataFrame:
        """One row per legal entity."""
        return build_entities(self.companies, self.seed)

    @cached_property
    def units(self) -> pl.DataFrame:
        """One row per unit: head offices, then branches."""
        return build_units(self.entities, self.seed)

    @cached_property
    def items(self) -> pl.DataFrame:
        """Goods the companies trade in."""
        return build_items(self.seed)

    def cards(self, source: str) -> pl.DataFrame:
        """How `source` (ebs, onec, commerceml, files) writes down the units it knows; KeyError if unknown."""
        if source not in self._cards:
            self._cards[source] = source_cards(self.units, self.seed, source)
        return self._cards[source]

    def orders(self, source: str, keys: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """(orders, their lines) of the customers with the given keys, about one order per two customers."""
        return build_orders(self.items, keys, self.seed, source)

    def flat(self, rows: int) -> pl.DataFrame:
        """`rows` counterparty records of all sources in one table, the columns of `FLAT`; text as typed."""
        return self._flat(rows).select(FLAT)

    def flat_truth(self, rows: int) -> pl.DataFrame:
        """The truth about `flat(rows)`, row by row: the columns of `TRUTH`."""
        cards = self._flat(rows).with_columns(kinds=with_unreachable(self._flat(rows)))
        return _truth(cards.rename({"source_id": "key"}), pl.col("source"))

    def _flat(self, rows: int) -> pl.DataFrame:
        name = f"flat/{rows}"
        if name not in self._cards:
            self._cards[name] = flat_cards(self.units, self.seed, rows)
        return self._cards[name]

    def truth(self) -> pl.DataFrame:
        """What every record of every source really is: (source, stream, key) → legal entity and unit.

        In EBS a head office is a row of `parties`, and every unit also a row of `site_uses`.
        """
        parts = [_truth(cards, pl.lit(source)) for source, cards in self._placed()]
        return pl.concat(parts)

    def _placed(self) -> list[tuple[str, pl.DataFrame]]:
        ebs = self.cards("ebs")
        sites = ebs.with_columns(
            key=pl.col("site_use_id").cast(pl.String), stream=pl.lit("site_uses")
        )
        parties = ebs.filter(~pl.col("site_only"))
        return [
            ("ebs", parties),
            ("ebs", sites),
            *((name, self.cards(name)) for name in STREAMS if name != "ebs"),
        ]


def _truth(cards: pl.DataFrame, source: pl.Expr) -> pl.DataFrame:
    if "stream" not in cards.columns:
        cards = cards.with_columns(stream=source.replace_strict(STREAMS, return_dtype=pl.String))
    return cards.select(
        source=source, stream="stream", key="key", legal_entity="entity", unit="unit", kinds=names()
    )
