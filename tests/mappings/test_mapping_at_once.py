"""A row mapped alone is the row of the batch: one mapping, whether its rows are few or many."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mappings.at_once import TROUBLE
from mappings.load import load_mapping
from schemas.errors import RecordRejected
from schemas.records import KEY
from schemas.rowwise.passes import FEW
from simulators.world import World

HEADINGS = {
    "name": "Наименование", "full_name": "Полное наименование", "inn": "ИНН", "kpp": "КПП",
    "ogrn": "ОГРН", "address": "Адрес", "phones": "Телефон", "emails": "E-mail",
}  # fmt: skip
TYPED = {"address": "legal_address"}


def _rows(names: dict[str, str], count: int) -> pl.DataFrame:
    told = World(seed=7, companies=count).flat(count).rename(names)
    key = pl.concat_str("source", "source_id", separator=":").alias(KEY)
    return told.drop("updated_at").with_columns(key)


@pytest.mark.parametrize(
    ("kind", "stream", "names"),
    [("files", "counterparties", HEADINGS), ("hub", "parties", TYPED)],
)
def test_rows_by_twos_are_mapped_as_all_together(
    kind: str, stream: str, names: dict[str, str]
) -> None:
    mapping = load_mapping(kind, stream)
    rows = _rows(names, 3 * FEW)
    every = mapping.apply(rows, "bench")
    few = [mapping.apply(rows.slice(start, 2), "bench") for start in range(0, rows.height, 2)]
    for part in ("records", "rejects", "ignored"):
        assert_frame_equal(pl.concat([getattr(one, part) for one in few]), getattr(every, part))
    assert every.records.height > FEW
    assert TROUBLE not in every.records.columns


def test_a_row_that_is_refused_alone_tells_why() -> None:
    mapping = load_mapping("hub", "parties")
    found = mapping.apply_one({KEY: "typed", "name": "ООО «Ромашка»", "inn": "7707083894"})
    assert isinstance(found, RecordRejected)
    assert (found.reason, found.field) == ("inn_checksum", "inn")


def test_signs_that_only_polars_knows_are_mapped_the_same() -> None:
    mapping = load_mapping("files", "counterparties")
    odd = [
        "ООО\u00a0«Ёлка\u200b»",
        "ＯＯＯ «Ｔｅｓｔ»",
        "İSTANBUL ĞIDA",
        "ЗАО ”Ж‑Д”",
        "\x1fООО Фирма\n",
    ]
    rows = pl.DataFrame({KEY: [str(n) for n in range(len(odd))], "Наименование": odd})
    many = pl.concat([rows] * FEW)
    alone = pl.concat([mapping.apply(rows[n]).records for n in range(len(odd))])
    assert_frame_equal(alone, mapping.apply(many).records.head(len(odd)))
