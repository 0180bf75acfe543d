"""Contact points and addresses completed: the value in normal form, the place told from the text."""

from __future__ import annotations

import polars as pl

from mappings.finish import Finishing
from mappings.functions.addresses import address_parts

_BY_KIND = {"phone": "phone", "fax": "phone", "email": "email"}


def finish_contact_point(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame with `value` made of `raw` by the rule of its kind; no value, no record.

    A text with an @ is an e-mail and one with a scheme or `www` a site, whatever the source calls it.
    """
    raw = pl.coalesce("raw", "value").str.strip_chars()
    kind = (
        pl.when(raw.str.contains("@", literal=True))
        .then(pl.lit("email"))
        .when(raw.str.contains(r"(?i)^(https?://|www\.)"))
        .then(pl.lit("web"))
        .otherwise(pl.coalesce("kind", pl.lit("phone")))
    )
    nothing = pl.lit(None, pl.String).alias("value")
    frame = frame.with_columns(raw.alias("raw"), kind.alias("kind"), nothing)
    for function in ("phone", "email"):
        kinds = [name for name, rule in _BY_KIND.items() if rule == function]
        mine = pl.when(pl.col("kind").is_in(kinds)).then("raw")
        frame = frame.with_columns(pl.col("value").alias("#value"), mine.alias("#mine"))
        frame = frame.with_columns(pl.col("#mine").alias(">value"))
        frame = ask.cleaned(frame, "value", function, pl.col("#mine"))
        frame = frame.with_columns(pl.coalesce("value", "#value").alias("value"))
    site = pl.when(pl.col("kind") == "web").then(pl.col("raw").str.to_lowercase())
    frame = frame.with_columns(
        pl.coalesce("value", site).alias("value"), pl.col("raw").alias(">value")
    ).drop("#value", "#mine")
    unreached = pl.col("value").is_null() & pl.col("?value").is_null() & pl.col("!value").is_null()
    return ask.refuse(frame, "value", "contact_missing", unreached)


def finish_address(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame with postal code, region and match key read from the text where not mapped."""
    frame = frame.with_columns(address_parts(pl.col("text")).alias("#parts"))
    parts = pl.col("#parts").struct
    frame = frame.with_columns(
        pl.coalesce(name, parts.field(name)).alias(name)
        for name in ("postal_code", "region", "address_key")
    ).drop("#parts")
    blank = pl.col("text").is_null() & pl.col("!text").is_null()
    return ask.refuse(frame, "text", "address_missing", blank)
