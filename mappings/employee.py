"""People of our own firm, their departments and groups, completed."""

from __future__ import annotations

import polars as pl

from mappings.finish import Finishing
from mappings.person import finish_person


def finish_employee(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame with the parts of a colleague's name; an account of whom nothing is known is refused.

    Directories have surname and given name on the card and the patronymic in the shown name only.
    """
    words = pl.col("name").cast(pl.String).str.split(" ").list.eval(
        pl.element().filter(pl.element() != "")
    )  # fmt: skip
    last, first = pl.col("last_name").cast(pl.String), pl.col("first_name").cast(pl.String)
    third = words.list.set_difference(pl.concat_list(last, first)).list.first()
    whole = (
        (words.list.len() == 3)
        & words.list.contains(last).fill_null(value=False)
        & words.list.contains(first).fill_null(value=False)
    )
    middle = pl.coalesce("middle_name", pl.when(whole).then(third)).alias("middle_name")
    return finish_person(frame.with_columns(middle), ask)


def finish_named(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame; a department or group without a name is refused."""
    return ask.refuse(frame, "name", "name_missing", pl.col("name").is_null())
