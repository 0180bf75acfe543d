"""Contacts: one person once, and only inside one legal entity (handbook 2.8)."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dedup.refs import REF

CONTACT = "contact_key"


def contact_keys(people: pl.DataFrame) -> pl.DataFrame:
    """`people` (with golden legal_entity_id) with `contact_key`: the smallest ref of the same person.

    Same person: the same full name, or the same e-mail and the same surname, at the same entity.
    A surname with initials alone is no proof (handbook 2.8), so a full name has a given name of more
    than one letter.
    """
    full = pl.col("first_name").str.len_chars() > 1
    name = pl.concat_str(
        ["last_name", "first_name", pl.col("middle_name").fill_null("")], separator=" "
    ).str.to_lowercase()
    by_name = _edges(people.filter(full), [pl.col("legal_entity_id"), name.alias("name_key")])
    mails = people.explode("emails").filter(pl.col("emails").is_not_null())
    by_mail = _edges(
        mails, [pl.col("legal_entity_id"), pl.col("emails"), pl.col("last_name").str.to_lowercase()]
    )
    return _components(people, pl.concat([by_name, by_mail]))


def _edges(people: pl.DataFrame, key: list[pl.Expr]) -> pl.DataFrame:
    """(ref, other): each record and the first one with the same, wholly present, key."""
    keyed = people.select(REF, *key).drop_nulls()
    names = [column for column in keyed.columns if column != REF]
    return keyed.select(REF, pl.col(REF).min().over(names).alias("other")).filter(
        pl.col(REF) != pl.col("other")
    )


def _components(people: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Connected components over refs; each is named by its smallest ref."""
    place = people.select(REF).with_row_index("place")
    ends = edges.join(place, on=REF).join(
        place.rename({REF: "other", "place": "other_place"}), on="other"
    )
    size = people.height
    if not size:
        return people.with_columns(pl.lit(None, dtype=pl.String).alias(CONTACT))
    graph = coo_array(
        (np.ones(ends.height), (ends["place"].to_numpy(), ends["other_place"].to_numpy())),
        shape=(size, size),
    )
    _, labels = connected_components(graph, directed=False)
    labelled = people.with_columns(pl.Series("label", labels, dtype=pl.Int64))
    return labelled.with_columns(pl.col(REF).min().over("label").alias(CONTACT)).drop("label")
