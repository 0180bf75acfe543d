"""Lines that an Avaya really sent, told by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from config.telephony import Telephony
from connectors.avaya.profile import proposed
from connectors.avaya.source import Avaya
from connectors.registry import build
from flows.calls.assemble import assembled
from mappings.load import load_mapping
from schemas.records import Batch
from tests.samples.real_house import SAMPLES, need_samples

pytestmark = need_samples

REAL = "cm_customized_81col_masked.txt"
# As the form of that switch had it: fields and lengths.
ORDER = (
    "cond-code 1", "space 1", "date 6", "space 1", "time 4", "space 1", "sec-dur 5", "space 1",
    "code-dial 4", "code-used 4", "dialed-num 18", "space 1", "clg-num/in-tac 10", "space 1",
    "acct-code 10", "out-crt-id 3", "space 1", "in-crt-id 3", "space 1", "in-trk-code 4", "space 1",
)  # fmt: skip
LAYOUT = {"order": ORDER, "date": "%d%m%y", "sec-dur": "hmmss"}
WRITTEN = {
    "cm_customized.txt": {
        "order": ["date", "time", "sec-dur", "cond-code", "dialed-num", "calling-num", "ext",
                  "in-trk-code", "out-trk", "ucid", "disposition"],
        "separator": "|", "header": True, "date": "%m/%d/%y", "time": "%H:%M:%S",
    },
    "cm_expanded.txt": {
        "fields": {"date": "1-8", "time": "10-14", "dur": "16-23", "cond-code": "25",
                   "code-dial": "27-30", "code-used": "32-35", "dialed-num": "37-50",
                   "calling-num": "52-65", "ext": "67-70", "in-trk-code": "72-75", "out-trk": "77-80",
                   "ucid": "82-101"},
        "date": "%m/%d/%y", "time": "%H:%M", "dur": "h:mm:ss",
    },
    "cm_unformatted.txt": {
        "fields": {"time": "2-5", "dur": "7-10", "cond-code": "12", "code-dial": "14-17",
                   "code-used": "19-22", "dialed-num": "24-37", "calling-num": "39-52", "ext": "60-75"},
    },
}  # fmt: skip


def batch_of(name: str, layout: object, **told: object) -> Batch:
    source = build("avaya", "a", {"path": SAMPLES / "avaya" / name, "layout": layout, **told})
    assert isinstance(source, Avaya)
    [batch] = source.read("cdr", None, datetime.now(UTC))
    return batch


def calls_of(batch: Batch) -> pl.DataFrame:
    rows = batch.rows.with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    mapped = load_mapping("avaya", "cdr").apply(rows, connection="a")
    assert mapped.rejects.is_empty()
    return assembled(mapped.records, Telephony(internal="[0-9]{3,5}"))


def test_all_lines_of_a_real_switch_land_and_become_calls() -> None:
    batch = batch_of(REAL, LAYOUT)
    assert (batch.rows.height, batch.rejects.height) == (62, 0)
    found = calls_of(batch)
    assert found.height == 62
    assert dict(found["direction"].value_counts().rows()) == {
        "inbound": 34,
        "outbound": 27,
        "internal": 1,
    }
    assert found["talk_s"].sum() == batch.rows["@seconds"].cast(pl.Int64).sum()


@pytest.mark.parametrize(
    ("ended", "number", "direction", "employee", "talk", "trunk"),
    [
        # 9 160320 1422 00119 ... 8020 0346441982 ... 063 #908: in through circuit 63, 1:19 of talk.
        ("11:22", "0346441982", "inbound", "8020", 79, "#908:063"),
        # 7 160320 1423 00405 #996 0506756710 8051 ... 03: out, 4:05.
        ("11:23", "0506756710", "outbound", "8051", 245, "#996:03"),
        # 9 160320 1424 00738 #901 4039 113139 ... 03 005 #903: in and out again, 7:38.
        ("11:24", "113139", "inbound", "4039", 458, "#903:005"),
        # 7 160320 1425 00008 0#908 725790 4452 66: a city number, eight seconds.
        ("11:25", "725790", "outbound", "4452", 8, "#908:66"),
    ],
)
def test_who_spoke_with_whom_and_how_long(
    ended: str, number: str, direction: str, employee: str, talk: int, trunk: str
) -> None:
    batch = batch_of(REAL, LAYOUT)
    found = calls_of(batch).filter(pl.col("number") == number).row(0, named=True)
    told = (found["direction"], found["employee"], found["talk_s"], f"{found['ended_at']:%H:%M}")
    assert told == (direction, employee, talk, ended)
    [line] = batch.rows.filter(pl.col("line").str.contains(number))["@trunk"]
    assert line == trunk


@pytest.mark.parametrize(("name", "calls"), [("cm_customized.txt", 4), ("cm_expanded.txt", 5)])
def test_layouts_that_others_wrote_down_are_read_as_told(name: str, calls: int) -> None:
    batch = batch_of(f"author_made/{name}", WRITTEN[name], zone="UTC")
    assert (batch.rows.height, batch.rejects.height) == (calls, 0)
    first = batch.rows.sort("@end").row(0, named=True)
    assert (first["@seconds"], first["dialed-num"], first["ucid"]) == (
        "83", "84951234567", "00001001234567890123",
    )  # fmt: skip


def test_records_without_a_date_wait_for_one() -> None:
    batch = batch_of("author_made/cm_unformatted.txt", WRITTEN["cm_unformatted.txt"])
    assert batch.rows.is_empty()
    assert batch.rejects["reason"].to_list() == ["date_unknown"] * 4


def test_the_layout_of_a_real_switch_is_found_from_its_lines() -> None:
    found = proposed((SAMPLES / "avaya" / REAL).read_bytes().split(b"\n"))
    assert found is not None
    assert (found.fit, found.lines, found.date_order) == (1.0, 62, "day_first")
    assert (found.layout.date, found.layout.sec_dur) == ("%d%m%y", "hmmss")
    ends = {one.name: one.last for one in found.evidence}
    assert ends == {
        "cond-code": 1, "date": 8, "time": 13, "sec-dur": 19, "code-dial": 24, "code-used": 28,
        "dialed-num": 46, "clg-num/in-tac": 57, "field-66": 68, "out-crt-id": 71, "in-crt-id": 75,
        "in-trk-code": 80,
    }  # fmt: skip
    by_hand, by_itself = (
        batch_of(REAL, layout).rows.select("@start", "@end", "@caller", "dialed-num", "@outcome")
        for layout in (LAYOUT, found.layout.model_dump(by_alias=True, exclude_defaults=True))
    )
    assert by_hand.equals(by_itself)
