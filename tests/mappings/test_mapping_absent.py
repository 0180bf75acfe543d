"""A column that the source does not bring is answered like one that is always blank."""

from __future__ import annotations

import polars as pl
import pytest

from mappings import load_mapping

ROWS = pl.DataFrame({"Наименование": ['ООО "Ромашка"', "ИП Иванов А.С.", None]})
ABSENT = ["ИНН", "КПП", "ОГРН", "ОКПО", "Страна", "Адрес", "Телефон", "E-mail"]


@pytest.mark.parametrize("blank", [None, "  "])
def test_absent_and_blank_columns_give_the_same_records(blank: str | None) -> None:
    mapping = load_mapping("files", "counterparties")
    keyed = ROWS.with_row_index("_key").with_columns(pl.col("_key").cast(pl.String))
    filled = keyed.with_columns(pl.lit(blank, pl.String).alias(name) for name in ABSENT)
    without, with_blanks = mapping.apply(keyed, "c"), mapping.apply(filled, "c")
    assert without.records.equals(with_blanks.records)
    assert without.rejects.drop("payload").equals(with_blanks.rejects.drop("payload"))
    assert without.records.height == 2
