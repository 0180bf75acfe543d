"""Which units each source knows, and under which keys."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from simulators.world.cards import make_cards, repeated
from simulators.world.chance import chance, uuids
from simulators.world.labels import bit, carries

# Share of all units that a source has at all, and of those the share entered twice by hand.
COVERAGE: Mapping[str, float] = {"ebs": 0.78, "onec": 0.60, "commerceml": 0.25, "files": 0.165}
ENTERED_TWICE = 0.02


def source_cards(units: pl.DataFrame, seed: int, source: str) -> pl.DataFrame:
    """The cards of one source with its `key` column (text), in the order the source entered them."""
    drawn = chance(seed, source + "/coverage").random(units.height)
    known = np.flatnonzero(drawn < COVERAGE[source])
    twice = np.flatnonzero(drawn < COVERAGE[source] * ENTERED_TWICE)
    cards = make_cards(units[pl.Series(np.concatenate([known, twice]))], seed, source)
    second = pl.int_range(cards.height) >= len(known)
    cards = cards.with_columns(
        kinds=pl.when(second).then(pl.col("kinds") | bit("near_duplicate")).otherwise("kinds")
    )
    cards = repeated(cards, seed, source)
    return _KEYED[source](cards, seed)


def _ebs(cards: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Parties and, under them, the branches that are only sites: `party_id`, `site_use_id`, `key`."""
    cards = cards.with_row_index("row")
    party = cards.filter(
        (pl.col("role") == "head") & ~carries("exact_duplicate") & ~carries("near_duplicate")
    )
    owner = party.select("entity", owner_row="row")
    cards = cards.join(owner, on="entity", how="left", maintain_order="left")
    apart = pl.Series(chance(seed, "ebs/apart").random(cards.height) < 0.2)
    branch = pl.col("role") == "branch"
    site_only = branch & pl.col("owner_row").is_not_null() & ~apart & ~carries("exact_duplicate")
    cards = cards.with_columns(site_only=site_only, row=pl.col("row").cast(pl.Int64))
    holder = pl.when("site_only").then(pl.col("owner_row").cast(pl.Int64)).otherwise("row")
    own_party = branch & ~pl.col("site_only")
    return cards.with_columns(
        kinds=pl.when(own_party).then(pl.col("kinds") | bit("branch_as_party")).otherwise("kinds"),
        party_id=100_000 + holder * 3,
        site_use_id=500_000 + pl.col("row") * 2,
        key=(100_000 + pl.col("row") * 3).cast(pl.String),
    )


def _onec(cards: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Counterparties: `key` is Ref_Key, `head_key` the card of the head office or the card itself."""
    cards = cards.with_columns(key=uuids(seed, "onec/key", cards.height))
    heads = cards.filter(pl.col("role") == "head").unique(
        "entity", keep="first", maintain_order=True
    )
    cards = cards.join(
        heads.select("entity", head="key"), on="entity", how="left", maintain_order="left"
    )
    own = pl.col("role") == "head"
    return cards.with_columns(
        head_key=pl.when(own).then("key").otherwise(pl.col("head").fill_null("key"))
    ).drop("head")


def _commerceml(cards: pl.DataFrame, seed: int) -> pl.DataFrame:
    return cards.with_columns(key=uuids(seed, "commerceml/key", cards.height))


def _files(cards: pl.DataFrame, _: int) -> pl.DataFrame:
    return cards.with_columns(
        key="К-" + (pl.int_range(cards.height) + 1).cast(pl.String).str.zfill(5)
    )


_KEYED = {"ebs": _ebs, "onec": _onec, "commerceml": _commerceml, "files": _files}
