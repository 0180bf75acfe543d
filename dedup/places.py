"""What an address says beside its house: the town, and the premises inside the house."""

from __future__ import annotations

import polars as pl

from schemas.patterns import extracted
from schemas.rows import picked
from schemas.rowwise.passes import Passes

_TOWN_TYPE = (
    r"г|гор|город|пгт|рп|гп|кп|п|пос|поселок|посёлок|городской (?:поселок|посёлок)|рабочий (?:поселок|посёлок)"
    r"|с|село|дер|деревня|ст-ца|станица|х|хутор|аул|массив"
)  # fmt: skip
_TOWN_FIRST = rf"^(?:{_TOWN_TYPE})(?:\.\s*|\s+)(\p{{L}}[\p{{L}} \-]+)$"
_TOWN_LAST = rf"^(\p{{L}}[\p{{L}} \-]+)\s+(?:{_TOWN_TYPE})\.?$"
_TOWN_IN_KEY = r"^([^|]+\|[^|]+)\|"
_PREMISES = (
    r"(?:^|[ ,.])(?:офис|оф|помещение|помещ|пом|комната|комн|ком|квартира|кв|кабинет|каб)"
    r"\.? *(?:№ *)?(\d.*|\p{L}{1,2} *-? *\d.*)$"
)
_AFTER_HOUSE = r"\d[^|]*-(\d+)[^|]*\|[^|]*$"
_TEXT = Passes([pl.coalesce("legal_address", "actual_address").str.to_lowercase()])


def _rooms() -> list[pl.Expr]:
    """Of what is told behind «office» and such: its first number or that of the address key; the second."""
    told = pl.col("told")
    joined = told.str.replace_all(r"(\d) ?- ?(\p{L})|(\p{L}) ?- ?(\d)", "${1}${2}${3}${4}")
    numbers = joined.str.extract_all(r"\d+\p{L}?\b|\b\p{L}\d+|\d+")
    office, room = (numbers.list.get(n, null_on_oob=True) for n in (0, 1))
    return [pl.coalesce(office, "after").alias("office"), room.alias("room")]


_ROOMS = Passes(_rooms())


def towns(parties: pl.DataFrame) -> pl.Series:
    """«region|town» of each address: of its key, else of the last part of its text that names a town.

    >>> told = pl.DataFrame({"address_key": ["78|петергоф|ленина|5|", None, None], "region": "78",
    ...     "legal_address": [None, "ГОРОД САНКТ-ПЕТЕРБУРГ, ГОРОД ПЕТЕРГОФ", "Пушкина"],
    ...     "actual_address": None}, schema_overrides={"actual_address": pl.String})
    >>> towns(told).to_list()
    ['78|петергоф', '78|петергоф', None]
    """
    keyed = extracted(parties["address_key"], _TOWN_IN_KEY)
    if not keyed.null_count():
        return keyed
    open_ = (keyed.is_null() & parties["region"].is_not_null()).arg_true()
    if not len(open_):
        return keyed
    named = parties[open_].select(
        "region", text=pl.coalesce("legal_address", "actual_address").str.to_lowercase()
    )
    parts = named.with_row_index("at").with_columns(pl.col("text").str.split(",")).explode("text")
    part = parts["text"].str.strip_chars()
    name = parts.with_columns(
        name=pl.coalesce(pl.lit(part.str.extract(p, 1)) for p in (_TOWN_FIRST, _TOWN_LAST))
    )
    last = (
        name.drop_nulls("name")
        .group_by("at", maintain_order=True)
        .agg(
            pl.concat_str(pl.col("region").last(), pl.col("name").last(), separator="|").alias(
                "town"
            )
        )
    )
    found = pl.repeat(None, named.height, dtype=pl.String, eager=True).scatter(
        last["at"], last["town"]
    )
    return keyed.scatter(open_, found)


def premises(parties: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """The number of office, premises or flat of each address, and that of a room in it; null if none.

    >>> told = pl.DataFrame({"address_key": [None, "74|магнитогорск|мира|36-103|", None],
    ...     "legal_address": ["ул. Мира, д. 5, пом. 3-н, комн. 9", None, "ул. Мира, д. 5"],
    ...     "actual_address": None}, schema_overrides={"actual_address": pl.String})
    >>> [found.to_list() for found in premises(told)]
    [['3н', '103', None], ['9', None, None]]
    """
    told = extracted(picked(parties, _TEXT).to_series(), _PREMISES)
    after = extracted(parties["address_key"], _AFTER_HOUSE)
    if told.null_count() == len(told):
        return after, told
    found = picked(pl.DataFrame([told.alias("told"), after.alias("after")]), _ROOMS)
    return found["office"], found["room"]
