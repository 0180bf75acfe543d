"""Call records of Communication Manager as they come: any layout, dates now and then, strange bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.avaya import Avaya
from connectors.avaya.clock import Clock
from connectors.avaya.codes import code
from connectors.avaya.cutting import as_lines, cut
from connectors.avaya.layout import Layout, presets
from connectors.avaya.records import Lines, Reading, parsed
from connectors.registry import build
from schemas.errors import ConfigError
from schemas.records import KEY, Batch, Cursor

SHORT = {"order": ["time 4", "space 1", "dur 4", "space 1", "cond-code 1", "space 1",
                   "dialed-num 11", "space 1", "calling-num 11"]}  # fmt: skip


def source(folder: Path, **told: object) -> Avaya:
    made = build("avaya", "a", {"path": folder, "layout": SHORT, "zone": "UTC", **told})
    assert isinstance(made, Avaya)
    return made


def read(folder: Path, cursor: Cursor | None = None, **told: object) -> Iterator[Batch]:
    until = datetime.now(UTC) + timedelta(seconds=1)
    return source(folder, **told).read("cdr", cursor, until)


def call(time: str, dur: str = "0010", code: str = "9", to: str = "2014", by: str = "") -> str:
    return f"{time} {dur} {code} {to:>11} {by or '89165550101':>11}"


def write(folder: Path, *lines: str, name: str = "cdr.log", mode: str = "a") -> None:
    with (folder / name).open(mode, encoding="latin-1", newline="") as file:
        file.writelines(f"{line}\r\n" for line in lines)


def hhmm(minute: int) -> str:
    return f"{minute // 60:02}{minute % 60:02}"


def ends(batches: Iterator[Batch]) -> list[str]:
    return [end[:16] for batch in batches for end in batch.rows["@end"]]


@pytest.mark.parametrize("name", list(presets()))
def test_every_preset_reads_its_own_examples_and_refuses_those_of_others(name: str) -> None:
    layout = presets()[name]
    assert layout.examples
    for example in layout.examples:
        [row] = fields(example.line, layout)
        told = {
            column: value for column, value in row.items() if column in layout.columns and value
        }
        assert told == dict(example.is_)
        assert row["fits"]
    strange = [
        one.line
        for other, its in presets().items()
        for one in its.examples
        if not alike(other, name)
    ]
    assert not any(row["fits"] for line in strange for row in fields(line, layout))


def fields(line: str, layout: Layout) -> list[dict[str, str]]:
    return cut(as_lines([line.encode()]), layout).to_dicts()


def alike(one: str, other: str) -> bool:
    """Layouts that differ only in what follows the first fields, or in what a short record leaves blank."""
    kin = ({"expanded", "int-isdn"}, {"teleseer", "isdn-teleseer"})
    return one == other or any({one, other} <= some for some in kin)


def test_dates_come_from_date_records_and_years_from_the_time_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, "1230", call("0915"), call("2359"), "1231", call("0010"), "0101", call("0001"))
    year = datetime.now(UTC).year
    found = ends(read(tmp_path))
    before = year if f"{year}-12-30" == found[0][:10] else year - 1
    assert found == [
        f"{before}-12-30T09:15", f"{before}-12-30T23:59", f"{before}-12-31T00:10",
        f"{before + 1}-01-01T00:01",
    ]  # fmt: skip


def test_midnight_with_late_records_a_lost_date_record_and_calls_out_of_order() -> None:
    raw = ["23:50 20/11", call("2358"), "00:00 21/11", call("0001"), call("2359"), call("0003"),
           call("0002"), call("1300"), call("2350"), call("0004")]  # fmt: skip
    found = told(raw, "day_first")
    assert found == [
        "20T23:58", "21T00:01", "20T23:59", "21T00:03", "21T00:02", "21T13:00", "21T23:50", "22T00:04",
    ]  # fmt: skip


def told(raw: list[str], order: str, clock: Clock | None = None) -> list[str]:
    part, _ = parse(raw, order, clock)
    return [end[8:16] for end in part["@end"]]


def parse(
    raw: list[str], order: str = "month_first", clock: Clock | None = None
) -> tuple[pl.DataFrame, Clock | None]:
    how = Reading(Layout.model_validate(SHORT), order, ZoneInfo("UTC"))  # type: ignore[arg-type]  # as from a file
    lines = Lines(
        [line.encode("latin-1") for line in raw],
        1,
        "x",
        clock,
        datetime(2026, 11, 21).date(),  # noqa: DTZ001  a day
    )
    part, after = parsed(lines, how)
    return part.rows, after


def test_a_call_that_ends_after_midnight_belongs_to_the_day_of_its_end() -> None:
    rows, _ = parse(["1121", call("0005", "0200")])
    assert rows.select("@start", "@end").row(0) == ("2026-11-20T23:45:00Z", "2026-11-21T00:05:00Z")


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_where_a_log_is_cut_changes_nothing(data: st.DataObject) -> None:
    """A log read in two pieces at any place, or line by line, tells the calls it tells at once."""
    minutes = data.draw(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1420)), min_size=1, max_size=10).map(
            sorted
        )
    )
    raw, day = ["1119"], 0
    for minute in minutes:
        while minute[0] > day:
            day += 1
            raw.append(f"00:00 11/{19 + day}")
        raw.append(call(hhmm(minute[1]), by=str(89165550000 + len(raw))))
    whole, last = parse(raw)
    pieces, clock = [], None
    place = data.draw(st.integers(1, len(raw)))
    for piece in (raw[:place], *([line] for line in raw[place:])):
        rows, clock = parse(piece, clock=clock)
        pieces.append(rows)
    assert pl.concat(pieces).equals(whole)
    assert clock == last
    truth = [f"{19 + day}T{hhmm(at)[:2]}:{hhmm(at)[2:]}" for day, at in minutes]
    assert [end[8:16] for end in whole["@end"]] == truth


def test_nuls_and_breaks_around_a_line_are_nothing(tmp_path: Path) -> None:
    bytes_ = b"\0\0\x001121\r\n\0\0\0" + call("0915").encode() + b"\r\n\0\0\0\r\n"
    (tmp_path / "cdr.log").write_bytes(bytes_)
    [batch] = read(tmp_path)
    assert (batch.rows.height, batch.rejects.height) == (1, 0)


def test_what_is_no_call_is_refused_with_its_line_and_its_reason(tmp_path: Path) -> None:
    write(
        tmp_path, call("0900"), "1121", call("0915"), "GARBAGE \xa5 0915", call("2561"),
        call("0916", "9999"), call("0917", "0070")[:9], call("0918", to="20 14"), call("0919"),
        "3021", call("0920"),
    )  # fmt: skip
    [batch] = read(tmp_path)
    assert [end[11:16] for end in batch.rows["@end"]] == ["09:15", "09:19"]
    refused = sorted(batch.rejects.select("reason", "value").rows(), key=lambda row: row[1])
    assert refused == [
        ("date_unknown", "cdr.log:1"), ("date_record_odd", "cdr.log:10"), ("date_unknown", "cdr.log:11"),
        ("layout_misfit", "cdr.log:4"), ("layout_misfit", "cdr.log:5"), ("length_unknown", "cdr.log:6"),
        ("layout_misfit", "cdr.log:7"), ("layout_misfit", "cdr.log:8"),
    ]  # fmt: skip
    assert batch.rejects["payload"].str.contains(r"\\xa5|¥").sum() == 1


def test_a_date_in_the_name_of_the_file_will_do(tmp_path: Path) -> None:
    write(tmp_path, call("0915"), call("2359"), call("0001"), name="cdr_20261120.txt")
    assert ends(read(tmp_path)) == ["2026-11-20T09:15", "2026-11-20T23:59", "2026-11-21T00:01"]


def test_only_what_was_added_is_read_and_the_date_is_remembered(tmp_path: Path) -> None:
    write(tmp_path, "1120", call("0915"))
    first = list(read(tmp_path))
    write(tmp_path, "nothing of a call")
    second = list(read(tmp_path, first[-1].cursor))
    write(tmp_path, call("1000"))
    again = list(read(tmp_path, second[-1].cursor))
    assert [end[5:] for end in ends(iter(again))] == ["11-20T10:00"]
    assert list(read(tmp_path, again[-1].cursor)) == []


def test_what_the_listener_wrote_tells_when_it_came(tmp_path: Path) -> None:
    stamp = "20261121T000500.000001Z\t"
    write(
        tmp_path,
        stamp + "\0" + call("2359"),
        stamp + call("0004"),
        stamp + "1121",
        stamp + call("0005"),
    )
    [batch] = read(tmp_path)
    assert [end[8:16] for end in batch.rows["@end"]] == ["20T23:59", "21T00:04", "21T00:05"]
    assert set(batch.rows["@received"]) == {"2026-11-21T00:05:00.000001Z"}
    assert batch.rows["line"][0] == call("2359")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (call("0915", "0123"), {"@seconds": "738", "@outcome": "answered", "@start": "09:02:42", "@answer": "09:02:42"}),
        (call("0915", "0005", "G"), {"@outcome": "answered", "@start": "09:14:30", "@answer": "09:15:00"}),
        (call("0915", "0005", "H"), {"@outcome": "no_answer", "@trunk": ":", "@to": "2014"}),
        (call("0915", "0000", "I"), {"@outcome": "busy"}),
        (call("0915", "0000", "E"), {"@outcome": "failed"}),
        (call("0915", "0000", "7", "89165550101", "2014"), {"@outcome": "no_answer", "@from": "2014", "@way": "outbound"}),
        (call("0915", "0010", "7", "89165550101", "2014"), {"@outcome": "answered", "@trunk": ":"}),
        (call("0915", "9599", "4"), {"@seconds": "35994", "@code": "4"}),
    ],
)  # fmt: skip
def test_condition_codes(line: str, says: Mapping[str, str]) -> None:
    rows, _ = parse(["1121", line])
    row = rows.row(0, named=True)
    found = {name: row[name] for name in says}
    assert {n: v[11:19] if n in ("@start", "@answer") else v for n, v in found.items()} == says


def test_letters_are_another_alphabet() -> None:
    lsu = presets()["lsu"]
    assert lsu.alphabet == "letters"
    frame = pl.DataFrame({"cond-code": ["A", "D", "E", "G", "H", "I", "L", "N"]})
    assert frame.select(code(lsu)).to_series().to_list() == list("146789CE")


def test_a_line_that_came_twice_is_one_record(tmp_path: Path) -> None:
    write(tmp_path, "1120", call("0915"), call("0915"), name="one")
    write(tmp_path, "11:30 11/20", call("0915"), name="two")
    keys = [key for batch in read(tmp_path) for key in batch.rows[KEY]]
    assert len(set(keys)) == 1


def test_separated_records_with_names_above_them(tmp_path: Path) -> None:
    layout = {
        "order": ["date", "time", "sec-dur", "cond-code", "dialed-num", "calling-num"],
        "separator": "|", "header": True, "date": "%m/%d/%y", "time": "%H:%M:%S",
    }  # fmt: skip
    write(tmp_path, "date|time|s|cond|to|by", "11/20/26|09:15:02|83|9|2014|89165550101", "1|2|3")
    [batch] = read(tmp_path, layout=layout)
    assert batch.rows.select("@start", "@end", "@caller").row(0) == (
        "2026-11-20T09:13:39Z", "2026-11-20T09:15:02Z", "89165550101",
    )  # fmt: skip
    assert batch.rejects["value"].to_list() == ["cdr.log:3"]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"layout": "expandd"}, "expanded"),
        ({"layout": {"order": ["time 4"]}}, "dialed-num"),
        ({"layout": {"order": ["dialed-num x", "dur 4"]}}, "no length"),
        ({"layout": {"fields": {"dialed-num": "5-9", "dur": "9-12"}}}, "one position"),
        ({"layout": {"fields": {"dialed-num": "9-5", "dur": "10-12"}}}, "no positions"),
        ({"zone": "Mosvow"}, "zone"),
        ({"peers": ["10.0.0"]}, "peers"),
        ({"listen": "port"}, "listen"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, told: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        source(tmp_path, **told)


def test_check_tells_how_much_of_a_log_is_understood(tmp_path: Path) -> None:
    write(tmp_path, "1120", call("0915"))
    [probe] = source(tmp_path).check()
    assert probe.ok
    assert "1 calls" in probe.en
    write(tmp_path, "nothing of a call", mode="w")
    [probe] = source(tmp_path).check()
    assert not probe.ok
