"""Records by ref: in one order, in whatever portions and order they came."""

from __future__ import annotations

import polars as pl

from dedup.refs import REF, with_ref

RECORDS = pl.DataFrame(
    {
        "connection": ["ebs", "crm", "crm", "ebs"],
        "stream": ["parties"] * 4,
        "key": ["2", "10", "9", "1"],
        "phones": [["+73430000001"], [], None, ["+73430000002", "+73430000003"]],
    }
)


def test_records_are_ordered_by_ref() -> None:
    found = with_ref(RECORDS)
    assert found[REF].to_list() == [
        "crm/parties/10",
        "crm/parties/9",
        "ebs/parties/1",
        "ebs/parties/2",
    ]
    assert found["phones"].to_list() == [
        [],
        None,
        ["+73430000002", "+73430000003"],
        ["+73430000001"],
    ]


def test_records_in_portions_are_ordered_as_all_at_once() -> None:
    portions = pl.concat([RECORDS[:1], RECORDS[3:], RECORDS[1:3]], rechunk=False)
    assert portions.n_chunks() > 1
    found = with_ref(portions)
    assert found.equals(with_ref(RECORDS))
    assert found.n_chunks() == 1
