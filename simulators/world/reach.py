"""Which records of a table no matcher can bring to their company: they share nothing but perhaps a name."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from simulators.world.labels import bit, carries

_NOT_OWN = ("placeholder_inn", "copied_requisites", "foreign_number_as_inn")


def with_unreachable(cards: pl.DataFrame) -> pl.Series:
    """The `kinds` of the cards, with `unreachable` where evidence leads to no other card of the company.

    Evidence is a number of the company (a misspelt INN still counts), a phone, a mailbox or an address
    that another of its cards has too. A card is unreachable if chains of evidence do not lead from it to
    the greatest group of its company's cards (the first on a tie).
    """
    groups = _groups(cards.select("entity", *_evidence()))
    placed = cards.select("entity", "kinds", group=groups)
    sizes = placed.group_by("entity", "group").agg(pl.len().alias("size"))
    greatest = (
        sizes.sort(["size", "group"], descending=[True, False])
        .unique("entity", keep="first", maintain_order=True)
        .select("entity", main="group")
    )
    placed = placed.join(greatest, on="entity", maintain_order="left")
    lost = pl.col("group") != pl.col("main")
    return placed.select(
        pl.when(lost).then(pl.col("kinds") | bit("unreachable")).otherwise("kinds").alias("kinds")
    ).to_series()


def _evidence() -> list[pl.Expr]:
    """Per kind of evidence: what tells its values apart within one company, null where there is none."""
    own = ~pl.any_horizontal(carries(label) for label in _NOT_OWN)
    own_number = own | carries("foreign_number_as_inn")
    moved = carries("old_address") | carries("kpp_relocation")
    line, cell = pl.col("phones").is_not_null(), _has_cell()
    place = pl.concat_str("street", "house", separator="|", ignore_nulls=True)
    return [
        pl.when(own_number & pl.col("inn").is_not_null()).then(carries(_NOT_OWN[2])).cast(pl.String).alias("inn"),
        pl.when(own & pl.col("ogrn").is_not_null()).then(pl.lit("own")).alias("ogrn"),
        pl.when(line).then("phone").alias("line"),
        pl.when(cell).then("mobile").alias("cell"),
        pl.when(pl.col("emails").is_not_null()).then("email").alias("mail"),
        pl.when(pl.col("address").is_not_null()).then(pl.when(moved).then(pl.lit("old")).otherwise(place)).alias("place"),
    ]  # fmt: skip


def _has_cell() -> pl.Expr:
    several = carries("two_phones_in_cell") | carries("contacts_reordered")
    return pl.col("phones").is_not_null() & several


def _groups(evidence: pl.DataFrame) -> pl.Series:
    """The connected group of each row: rows of one company with an equal piece of evidence are linked."""
    size, rows, columns, offset = evidence.height, [], [], evidence.height
    for name in evidence.columns[1:]:
        known = evidence.with_row_index("row").drop_nulls(name)
        pieces = known.select(pl.struct("entity", name).rank("dense")).to_series().to_numpy()
        rows.append(known["row"].to_numpy().astype(np.int64))
        columns.append(pieces.astype(np.int64) + offset)
        offset += int(pieces.max()) + 1 if len(pieces) else 0
    left, right = np.concatenate(rows), np.concatenate(columns)
    graph = coo_array(
        (np.ones(len(left), dtype=np.int8), (left, right)), shape=(offset + 1, offset + 1)
    )
    return pl.Series(connected_components(graph, directed=False)[1][:size].astype(np.int64))
