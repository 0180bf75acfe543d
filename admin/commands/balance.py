"""The balance sheet of a run in the terminal."""

from __future__ import annotations

import json
import sys

from rich.table import Table

from admin.commands.shell import language, out
from flows.house import House
from store import runs

# stage → its whole and its parts, in the order people read them
_COLUMNS = (
    "received",
    "read",
    "landed",
    "unchanged",
    "canonical",
    "linked",
    "quarantined",
    "ignored",
    "parked",
)
_TITLES = {
    "received": "получено", "read": "взято", "landed": "принято", "unchanged": "без изменений",
    "canonical": "канонических", "linked": "связано", "quarantined": "в карантине",
    "ignored": "пропущено", "parked": "ждут владельца",
}  # fmt: skip
_STATES = {
    "succeeded": "[green]сходится[/]",
    "failed": "[red]ошибка[/]",
    "unbalanced": "[red]не сходится[/]",
    "running": "идёт",
    "cancelled": "остановлен",
}


def print_run(house: House, run_id: int, *, as_json: bool) -> None:
    """State, balance sheet and error of one run; one JSON object with `as_json`."""
    with house.store.read() as reader:
        run = runs.get(reader, run_id)
        counts = runs.counts(reader, run_id)
        lines = runs.balance(reader, run_id)
    if run is None:
        return
    numbers = {
        (r["stage"], r["connection"], r["stream"], r["name"]): r["value"]
        for r in counts.iter_rows(named=True)
    }
    if as_json:
        body = {"run": run_id, "flow": run.flow, "connection": run.connection, "state": run.state}
        sheet = [{**_line(line, numbers), "difference": line.given - line.found} for line in lines]
        sys.stdout.write(json.dumps({**body, "balance": sheet}, ensure_ascii=False) + "\n")
        return
    russian = language() == "ru"
    state = _STATES.get(run.state, run.state) if russian else run.state
    out.print(f"[bold]{run.flow} {run.connection}[/] #{run_id}: {state}")
    if run.error_ru:
        out.print(f"  {run.error_ru if russian else run.error_en}", soft_wrap=True)
    if lines:
        out.print(_table(lines, numbers, russian))


def _line(line: runs.Line, numbers: dict[tuple[str, str, str, str], int]) -> dict[str, object]:
    place = (line.stage, line.connection, line.stream)
    found = {name: numbers[(*place, name)] for name in _COLUMNS if (*place, name) in numbers}
    return {"stage": line.stage, "connection": line.connection, "stream": line.stream, **found}


def _table(
    lines: list[runs.Line], numbers: dict[tuple[str, str, str, str], int], russian: bool
) -> Table:
    used = [
        n for n in _COLUMNS if any((x.stage, x.connection, x.stream, n) in numbers for x in lines)
    ]
    table = Table(header_style="bold")
    table.add_column("этап" if russian else "stage")
    table.add_column("поток" if russian else "stream")
    for name in used:
        table.add_column(_TITLES[name] if russian else name, justify="right")
    table.add_column("разница" if russian else "difference", justify="right")
    for line in lines:
        values = [numbers.get((line.stage, line.connection, line.stream, name)) for name in used]
        difference = line.given - line.found
        table.add_row(
            line.stage,
            ".".join(part for part in (line.connection, line.stream) if part),
            *("" if v is None else f"{v:,}".replace(",", "\u00a0") for v in values),
            f"[red]{difference}[/]" if difference else "0",
        )
    return table
