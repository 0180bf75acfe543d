"""Call logs as they lie on a switch: they grow, are rotated, are cut in the middle, and hold strange bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from connectors.asterisk import Asterisk, AsteriskSettings
from connectors.registry import build
from schemas.errors import ConfigError
from schemas.records import KEY, Batch, Cursor
from simulators.telephony import working_day, write_master_csv
from simulators.telephony.master_csv import line

ROWS = working_day([f"8916000{n:04d}" for n in range(20)], 40).rows


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "cdr" / "Master.csv"


def source(log: Path, **settings: object) -> Asterisk:
    return Asterisk("a", AsteriskSettings(path=log.parent, **settings))  # type: ignore[arg-type]  # as from a file


def read(log: Path, cursor: Cursor | None = None, **settings: object) -> Iterator[Batch]:
    return source(log, **settings).read("cdr", cursor, datetime.now(UTC) + timedelta(seconds=1))


def keys(batches: Iterator[Batch]) -> list[str]:
    return [key for batch in batches for key in batch.rows[KEY]]


def test_only_what_was_added_is_read_again(log: Path) -> None:
    write_master_csv(ROWS[:10], log)
    first = list(read(log))
    write_master_csv(ROWS[10:14], log)
    assert len(keys(iter(first))) == 10
    assert keys(read(log, first[-1].cursor)) == [
        f"{r.uniqueid}|{r.linkedid}|{r.sequence}" for r in ROWS[10:14]
    ]


def test_a_rotated_log_is_known_by_its_first_line(log: Path) -> None:
    write_master_csv(ROWS[:10], log)
    cursor = list(read(log))[-1].cursor
    log.rename(log.with_name("Master.csv.1"))
    write_master_csv(ROWS[10:12], log)
    assert len(keys(read(log, cursor))) == 2


def test_a_log_begun_anew_in_the_same_file_is_read_from_its_beginning(log: Path) -> None:
    write_master_csv(ROWS[:10], log)
    cursor = list(read(log))[-1].cursor
    log.write_text(line(ROWS[0]) + "\n", encoding="utf-8")
    assert len(keys(read(log, cursor))) == 1


def test_half_a_line_waits_for_its_end(log: Path) -> None:
    write_master_csv(ROWS[:2], log)
    whole = line(ROWS[2]) + "\n"
    with log.open("a", encoding="utf-8") as file:
        file.write(whole[:40])
    first = list(read(log))
    assert len(keys(iter(first))) == 2
    with log.open("a", encoding="utf-8") as file:
        file.write(whole[40:])
    assert len(keys(read(log, first[-1].cursor))) == 1


def test_lines_that_are_no_calls_are_refused_with_their_numbers_and_the_rest_is_read(
    log: Path,
) -> None:
    write_master_csv(ROWS[:2], log)
    with log.open("ab") as file:
        file.write(b'garbage\n\n"unclosed\n')
        file.write(line(ROWS[2]).replace("8916", "\u00a5").encode("latin-1") + b"\n")
        file.write(line(ROWS[3]).replace('"20', '"xx').encode() + b"\n")
    [batch] = read(log)
    assert batch.rows.height == 3
    assert batch.rejects["value"].to_list() == ["Master.csv:3", "Master.csv:5", "Master.csv:7"]
    assert set(batch.rejects["reason"]) == {"line_unreadable"}
    assert "\\xa5" in str(batch.rows["src"][2]) + str(batch.rows["clid"][2]) + str(
        batch.rows["dst"][2]
    )


def test_rows_of_an_account_s_own_file_are_the_same_records(log: Path) -> None:
    write_master_csv(ROWS[:3], log)
    write_master_csv(ROWS[1:2], log.with_name("Master.csv.sales"))
    assert len(set(keys(read(log)))) == 3


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        ((), '"","1","2","c","x","SIP/1-1","","Dial","","{t}",,"{t}",0,0,"BUSY","D"'),
        ((), '"","1","2","c","x","SIP/1-1","","Dial","","{t}",,"{t}",0,0,"BUSY","D","9.1"'),
        ((), '"x","1","2","c","SIP/1-1","","Dial","","{t}",,"{t}",0,0,"BUSY","D","","9.1","",7'),
        (("start", "end", "src", "dst", "disposition"), '"{t}","{t}","1","2","BUSY"'),
    ],
)
def test_fields_are_known_by_their_number_or_as_told(
    log: Path, columns: tuple[str, ...], fields: str
) -> None:
    log.parent.mkdir()
    log.write_text(fields.format(t="2026-11-20 10:00:00") + "\n", encoding="utf-8")
    [batch] = read(log, columns=columns)
    row = batch.rows.select("src", "dst", "disposition", "@start", "@end").row(0)
    assert row == ("1", "2", "BUSY", "2026-11-20T07:00:00Z", "2026-11-20T07:00:00Z")


def test_times_are_of_the_zone_told(log: Path) -> None:
    write_master_csv(ROWS[:1], log)
    [batch] = read(log, zone="UTC")
    assert batch.rows["@start"][0] == f"{ROWS[0].start:%Y-%m-%dT%H:%M:%SZ}"


def test_a_long_log_comes_in_pieces_each_with_a_place_to_go_on(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.files.growing.PIECE", 1000)
    write_master_csv(ROWS, log)
    batches = list(read(log))
    assert len(batches) > 5
    for at, batch in enumerate(batches):
        assert keys(read(log, batch.cursor)) == keys(iter(batches[at + 1 :]))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"zone": "Mosvow"}, "zone"),
        ({"columns": ["src"]}, "must name dst"),
        ({"host": "x"}, "host"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        build("asterisk", "a", {"path": "x", **settings})


def test_check_tells_how_much_of_a_log_is_understood(log: Path) -> None:
    write_master_csv(ROWS[:5], log)
    [probe] = source(log).check()
    assert probe.ok
    assert "5 records" in probe.en
    log.write_text("date;number\n1;2\n", encoding="utf-8")
    [probe] = source(log).check()
    assert not probe.ok


def test_only_whole_calls_of_the_samples_own_columns_are_payload(log: Path) -> None:
    write_master_csv(ROWS[:1], log)
    [batch] = read(log)
    assert batch.rows.select(pl.col(pl.String).exclude("^[_@].*$")).width == 21
