"""SMDR of an IP Office: segments of one call follow one another, whatever the portions they come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from config.telephony import Telephony
from connectors.avaya.ipoffice.source import IpOffice
from connectors.registry import build
from flows.calls.assemble import assembled
from mappings.load import load_mapping
from schemas.errors import ConfigError
from schemas.records import Cursor
from tests.samples.real_house import SAMPLES, need_samples

# A call for 1205 held, then transferred to 1210; one lost; one to voice mail; one out; one among ourselves.
LINES = (
    "2026/11/20 09:00:00,00:01:00,12,89165550101,I,1205,2000,,0,1001,1,E1205,Anna,T9001,Line 1,5,0,,,,,,,,,,,,,",
    "2026/11/20 09:05:00,00:00:00,18,89165550102,I,1205,2000,,0,1002,0,E1205,Anna,T9002,Line 2,0,0,,,,,,,,,,,,,",
    "2026/11/20 09:00:00,00:02:00,8,89165550101,I,1210,1210,,0,1001,0,E1210,Boris,T9001,Line 1,0,0,,,,,,,,,,,,,",
    "2026/11/20 09:06:00,00:00:30,0,89165550103,I,1205,2000,,0,1003,0,V9501,VM Channel 1,T9001,Line 1,0,0,,,,,,,,,,,,,",
    "2026/11/20 09:07:00,00:00:40,6,1205,O,89165550104,989165550104,SALES,0,1004,0,E1205,Anna,T9001,Line 1,0,0,,,,,,,,,,,,,",
    "2026/11/20 09:08:00,00:00:20,3,1205,O,1210,1210,,1,1005,0,E1205,Anna,E1210,Boris,0,0,,,,,,,,,,,,,",
)


def source(path: Path, **told: object) -> IpOffice:
    made = build("ipoffice", "o", {"path": path, "zone": "UTC", **told})
    assert isinstance(made, IpOffice)
    return made


def read(
    path: Path, cursor: Cursor | None = None, **told: object
) -> tuple[pl.DataFrame, pl.DataFrame, Cursor | None]:
    until = datetime.now(UTC) + timedelta(seconds=1)
    [batch] = source(path, **told).read("smdr", cursor, until)
    return batch.rows, batch.rejects, batch.cursor


def calls_of(rows: pl.DataFrame) -> dict[str, dict[str, object]]:
    placed = rows.with_columns(
        pl.lit(1, pl.Int64).alias("_landing_id"), pl.int_range(pl.len()).alias("_landing_row")
    )
    mapped = load_mapping("ipoffice", "smdr").apply(placed, connection="o")
    assert mapped.rejects.is_empty()
    found = assembled(mapped.records, Telephony())
    return {str(row["linked"]).partition("|")[0]: row for row in found.iter_rows(named=True)}


def test_calls_are_told_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "smdr.csv").write_text("\r\n".join([*LINES, ""]), encoding="utf-8")
    rows, rejects, _ = read(tmp_path)
    assert rejects.is_empty()
    found = calls_of(rows)
    names = ("direction", "number", "operator", "employee", "wait_s", "missed", "hold_s")
    told = {call: tuple(row[name] for name in names) for call, row in found.items()}
    assert told == {
        "1001": ("inbound", "89165550101", "1205", "1210", 12, None, 5),
        "1002": ("inbound", "89165550102", None, None, 18, "no_answer", None),
        "1003": ("inbound", "89165550103", None, None, 30, "abandoned_in_ivr", None),
        "1004": ("outbound", "89165550104", "1205", "1205", 6, None, None),
        "1005": ("internal", None, "1210", "1210", 3, None, None),
    }
    ends = rows.filter(pl.col("Call ID") == "1001")["@end"].to_list()
    assert ends == ["2026-11-20T09:01:17Z", "2026-11-20T09:03:25Z"]


@pytest.mark.parametrize("at", range(1, len(LINES)))
def test_where_the_log_is_cut_changes_nothing(tmp_path: Path, at: int) -> None:
    log = tmp_path / "smdr.csv"
    log.write_text("\n".join([*LINES, ""]), encoding="utf-8")
    whole, _, _ = read(tmp_path)
    log.write_text("\n".join([*LINES[:at], ""]), encoding="utf-8")
    first, _, cursor = read(tmp_path)
    with log.open("a", encoding="utf-8") as file:
        file.write("\n".join([*LINES[at:], ""]))
    rest, _, _ = read(tmp_path, cursor)
    assert pl.concat([first, rest]).equals(whole)


def test_what_is_no_record_waits_with_its_line(tmp_path: Path) -> None:
    odd = (
        LINES[0].replace("00:01:00", "one minute"),
        LINES[0].replace(",I,", ",X,"),
        "1,2,3",
        LINES[0] + "," * 9,
    )
    (tmp_path / "smdr.csv").write_text("\n".join([*odd, LINES[1], ""]), encoding="utf-8")
    rows, rejects, _ = read(tmp_path)
    assert rows.height == 1
    assert rejects["value"].to_list() == [f"smdr.csv:{n}" for n in (1, 2, 3, 4)]
    with pytest.raises(ConfigError, match="Call ID"):
        source(tmp_path, columns=["Call Start"])


@need_samples
def test_a_record_with_names_above_it_that_others_wrote_down() -> None:
    names = (
        "Call Start", "Connected Time", "Ring Time", "Caller", "Direction", "Called Number",
        "Dialled Number", "Account", "Is Internal", "Call ID", "Continuation", "Party1Device",
        "Party1Name", "Party2Device", "Party2Name", "Hold Time", "Park Time", "Unique Call ID",
    )  # fmt: skip
    file = SAMPLES / "avaya" / "author_made" / "smdr_ipo-r11.csv"
    rows, rejects, _ = read(file, columns=names, start="%d/%m/%Y %H:%M:%S")
    assert (rows.height, rejects.height) == (6, 0)
    found = calls_of(rows)
    assert (found["10001"]["employee"], found["10001"]["wait_s"], found["10002"]["missed"]) == (
        "1205", 12, "no_answer",
    )  # fmt: skip
