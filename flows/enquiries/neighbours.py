"""New enquiries linked with others of their senders, whose own links may change by them."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from config.enquiries import Enquiries
from flows.enquiries.same import KEYS, linked
from store import enquiries
from store.engine import Reader


def with_neighbours(
    reader: Reader, fresh: pl.DataFrame, stored: pl.DataFrame, rules: Enquiries
) -> pl.DataFrame:
    """`fresh`, linked, with those stored whose links they may change; `stored` is what `fresh` replaces."""
    replaced = pl.concat([fresh["id"], stored["id"]]).unique()
    near = _others(reader, pl.concat([fresh, stored]), replaced, rules)
    far = _others(reader, near, pl.concat([replaced, near["id"]]), rules)
    told = linked(pl.concat([fresh, near, far]).sort("id"), rules)
    return told.filter(~pl.col("id").is_in(far["id"].implode()))


def _others(reader: Reader, some: pl.DataFrame, known: pl.Series, rules: Enquiries) -> pl.DataFrame:
    """The stored enquiries of the same senders but those known, as far in time as requests are compared."""
    found = [some.clear()]
    around = timedelta(hours=rules.same_hours)
    for key in KEYS:
        own = some.filter(pl.col(key).is_not_null()).select(key, "began_at")
        if own.height:
            begun = own["began_at"].sort()
            values = own[key].unique().sort().to_list()
            since, until = begun[0] - around, begun[-1] + around
            found.append(enquiries.of_senders(reader, key, values, since, until))
    every = pl.concat(found).unique("id", maintain_order=True)
    return every.filter(~pl.col("id").is_in(known.implode()))
