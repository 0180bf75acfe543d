"""Lines of a switch cut into fields by a layout; whether a line fits it at all."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from connectors.avaya.layout import Duration, Layout

LINE, STAMP, FITS = "line", "@received", "fits"
# What the listener writes before each line: when it came.
_STAMP = r"^(\d{8}T\d{6}\.\d{6})Z\t"
_DIGITS = {"hmmt": r"^[0-9][0-5][0-9]{2}$", "seconds": r"^[0-9]+$",
           "hmmss": r"^[0-9]+$", "h:mm:ss": r"^[0-9]+:[0-5][0-9]:[0-5][0-9]$"}  # fmt: skip
_CODES = {"digits": r"^[0-9A-Z]$", "letters": r"^[A-N]$"}
# The clock of the switch was changed during the call.
CHANGED = "9999"


def as_lines(raw: Sequence[bytes]) -> pl.DataFrame:
    """`line` (without NULs and breaks around it) and `@received` (null unless a listener wrote it)."""
    texts = b"\n".join(raw).decode(errors="backslashreplace").split("\n") if raw else []
    frame = pl.DataFrame({LINE: texts}, schema={LINE: pl.String()})
    line = pl.col(LINE).str.strip_chars_start("\x00\r")
    moment = line.str.extract(_STAMP).str.to_datetime(
        "%Y%m%dT%H%M%S%.6f", time_unit="us", time_zone="UTC"
    )
    bare = line.str.replace(_STAMP, "").str.strip_chars_start("\x00\r")
    return frame.select(bare.str.strip_chars_end(" \x00\r").alias(LINE), moment.alias(STAMP))


def cut(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """`frame` with the layout's fields as text (null where blank) and `fits`."""
    cells = _separated(layout) if layout.separator else _placed(layout)
    told = frame.with_columns(cells).with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in layout.columns
    )
    fits = pl.all_horizontal(*_shape(layout), *_values(layout))
    return told.with_columns(fits.fill_null(value=False).alias(FITS))


def _placed(layout: Layout) -> list[pl.Expr]:
    line = pl.col(LINE)
    return [
        pl.concat_str([line.str.slice(start, end - start) for start, end in parts])
        .str.strip_chars()
        .alias(name)
        for name, parts in layout.spans.items()
    ]


def _separated(layout: Layout) -> list[pl.Expr]:
    names = [entry.split()[0] for entry in layout.order] or list(layout.fields)
    parts = pl.col(LINE).str.split(layout.separator)
    return [
        parts.list.get(at, null_on_oob=True).str.strip_chars(' "').alias(name)
        for at, name in enumerate(names)
    ]


def _shape(layout: Layout) -> list[pl.Expr]:
    """Of the line as a whole: plain characters, no longer than told, blank where no field stands."""
    line = pl.col(LINE)
    plain = ~line.str.contains(r"[^\x20-\x7e]")
    if layout.separator:
        names = layout.order or layout.fields
        return [plain, line.str.count_matches(layout.separator, literal=True) == len(names) - 1]
    width = max(end for parts in layout.spans.values() for _, end in parts)
    blank = [
        line.str.slice(start, end - start).str.strip_chars_start(" ") == ""
        for start, end in _runs(layout.blanks)
    ]
    return [plain, line.str.len_bytes() <= max(width, _longest(layout)), *blank]


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Places that follow one another as half-open ranges."""
    runs: list[tuple[int, int]] = []
    for at in places:
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs


def _longest(layout: Layout) -> int:
    """Records of fixed positions may go on behind the last field that is told."""
    return 160 if layout.fields else 0


def _values(layout: Layout) -> list[pl.Expr]:
    """Of each field: no blank inside, times that are times, lengths that are lengths, one of two numbers."""
    names = layout.columns
    one_word = [
        ~pl.col(name).fill_null("").str.contains(" ", literal=True)
        for name in names
        if name not in ("acct-code", "auth-code") and not layout.separator
    ]
    checks = [_length_fits(name, layout) for name in ("dur", "sec-dur") if name in names]
    if "time" in names:
        checks.append(pl.col("time").str.to_time(layout.time, strict=False).is_not_null())
    if layout.dated:
        checks.append(pl.col("date").str.to_date(layout.date, strict=False).is_not_null())
    if "cond-code" in names:
        checks.append(pl.col("cond-code").str.contains(_CODES[layout.alphabet]))
    callers = [pl.col(name) for name in caller_fields(layout)]
    return [*one_word, *checks, pl.coalesce("dialed-num", *callers).is_not_null()]


def caller_fields(layout: Layout) -> list[str]:
    """The fields that may tell who called, best first."""
    return [name for name in ("calling-num", "clg-num/in-tac") if name in layout.columns]


def _length_fits(name: str, layout: Layout) -> pl.Expr:
    value = pl.col(name)
    return (value == CHANGED) | value.str.contains(_DIGITS[_written(name, layout)])


def _written(name: str, layout: Layout) -> Duration:
    return layout.dur if name == "dur" else layout.sec_dur


def seconds(layout: Layout) -> pl.Expr:
    """How long the call lasted, in seconds; null where the switch's clock was changed during it."""
    name = "sec-dur" if "sec-dur" in layout.columns else "dur"
    value, written = pl.col(name), _written(name, layout)
    if written == "hmmt":
        told = _number(value, 0, 1) * 3600 + _number(value, 1, 2) * 60 + _number(value, 3, 1) * 6
        return pl.when(value != CHANGED).then(told)
    if written == "seconds":
        return value.cast(pl.Int64, strict=False)
    digits = value.str.replace_all(":", "", literal=True).str.zfill(7)
    return _number(digits, 0, 3) * 3600 + _number(digits, 3, 2) * 60 + _number(digits, 5, 2)


def _number(value: pl.Expr, start: int, length: int) -> pl.Expr:
    return value.str.slice(start, length).cast(pl.Int64, strict=False)
