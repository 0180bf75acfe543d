"""The balance sheet of a run in the terminal: one line per stream, from the source to the links."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

import polars as pl
from rich import box
from rich.table import Table

from admin.commands.shell import language, out
from flows.house import House
from schemas.errors import ConfigError
from store import runs

Numbers = Mapping[tuple[str, str], int]
# (heading in Russian, heading in English, the counts it adds up)
_COLUMNS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("получено", "received", (("extract", "received"),)),
    ("принято", "landed", (("extract", "landed"),)),
    ("равны", "equal", (("extract", "unchanged"),)),
    ("записей", "records", (("match", "read"), ("offers", "read"))),
    ("канон", "mapped", (("map", "canonical"),)),
    ("связано", "linked", (("match", "linked"), ("offers", "placed"))),
    ("отказ", "refused", (("extract", "quarantined"), ("map", "quarantined"))),
    ("мимо", "ignored", (("map", "ignored"),)),
    ("ждут", "parked", (("match", "parked"), ("offers", "parked"))),
)
_STATES = {
    "succeeded": ("сходится", "balances", "green"),
    "failed": ("ошибка", "failed", "red"),
    "unbalanced": ("не сходится", "does not balance", "red"),
    "running": ("идёт", "running", "yellow"),
    "cancelled": ("остановлен", "stopped", "yellow"),
}


def print_run(house: House, run_id: int, *, as_json: bool) -> None:
    """State, balance sheet and error of one run; one JSON object with `as_json`."""
    with house.store.read() as reader:
        run = runs.get(reader, run_id)
        counts = runs.counts(reader, run_id)
        lines = runs.balance(reader, run_id)
    if run is None:
        raise ConfigError(
            f"Запуска {run_id} нет. Список: kanon runs.",
            f"There is no run {run_id}. List them with kanon runs.",
        )
    if as_json:
        _print_json(run_id, run, counts, lines)
        return
    russian = language() == "ru"
    ru, en, colour = _STATES.get(run.state, (run.state, run.state, "default"))
    out.print(
        f"[bold]{run.flow} {run.connection}[/] #{run_id}: [{colour}]{ru if russian else en}[/]"
    )
    if run.error_ru:
        out.print(f"  {run.error_ru if russian else run.error_en}", soft_wrap=True)
    if lines:
        out.print(_table(counts, lines, russian=russian))


def _print_json(run_id: int, run: object, counts: pl.DataFrame, lines: list[runs.Line]) -> None:
    body = {name: getattr(run, name) for name in ("flow", "connection", "state")}
    sheet = [
        {
            "stage": line.stage,
            "stream": line.stream,
            "given": line.given,
            "found": line.found,
            "difference": line.given - line.found,
        }
        for line in lines
    ]
    written = {"run": run_id, **body, "balance": sheet, "counts": counts.to_dicts()}
    sys.stdout.write(json.dumps(written, ensure_ascii=False) + "\n")


def _table(counts: pl.DataFrame, lines: list[runs.Line], *, russian: bool) -> Table:
    streams = _by_stream(counts)
    off: dict[str, int] = {}
    for line in lines:
        off[line.stream] = off.get(line.stream, 0) + abs(line.given - line.found)
    used = [
        column
        for column in _COLUMNS
        if any(numbers.get(place) for numbers in streams.values() for place in column[2])
    ]
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column("поток" if russian else "stream", no_wrap=True, min_width=24)
    for ru, en, _ in used:
        table.add_column(ru if russian else en, justify="right")
    table.add_column("Δ", justify="right")
    for stream, numbers in streams.items():
        if stream in off:
            cells = [_cell(numbers, places) for _, _, places in used]
            table.add_row(stream, *cells, f"[red]{off[stream]}[/]" if off[stream] else "0")
    return table


def _by_stream(counts: pl.DataFrame) -> dict[str, dict[tuple[str, str], int]]:
    streams: dict[str, dict[tuple[str, str], int]] = {}
    for row in counts.sort("stream").iter_rows(named=True):
        streams.setdefault(row["stream"], {})[row["stage"], row["name"]] = row["value"]
    return streams


def _cell(numbers: Numbers, places: tuple[tuple[str, str], ...]) -> str:
    found = [numbers[place] for place in places if place in numbers]
    return f"{sum(found):,}".replace(",", "\u00a0") if found else ""
