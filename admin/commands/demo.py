"""`kanon demo`: six messy systems become one clean customer base, on data nobody has to bring."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.markup import escape

from admin.commands.balance import print_run
from admin.commands.demo_config import write_config
from admin.commands.demo_result import print_result
from admin.commands.serve import serve_house
from admin.commands.shell import err, house, language, out, say
from admin.commands.terminal import TerminalProgress
from flows.house import House
from flows.sync import refresh
from schemas.errors import ConfigError
from simulators.demo import Demo, start_demo

MARK = ".kanon-demo"


def demo(
    *,
    serve: Annotated[bool, Parameter(help="Serve the UI afterwards, until Ctrl-C.")] = True,
    companies: Annotated[int, Parameter(help="Companies in the made-up world.")] = 10_000,
    seed: Annotated[int, Parameter(help="Another seed, another world.")] = 2026,
    folder: Annotated[Path, Parameter(help="Where the demo lives; emptied first.")] = Path(
        "var/demo"
    ),
    port: Annotated[int, Parameter(help="Port of the UI.")] = 8600,
) -> int:
    """Load Oracle EBS, 1C, CommerceML, a spreadsheet, a switch and a mailbox of one made-up world.

    Starts simulators of the six systems, reads them, cleans and matches the records, and prints the
    balance sheets, what was quarantined and why, and precision and recall against the world's truth.
    Then refreshes twice more: once with nothing changed, once with three records changed in 1C.
    """
    started = time.monotonic()
    _empty(folder)
    os.environ["KANON_HOME"] = str(folder)
    os.environ.pop("KANON_DATABASE", None)
    say(
        "Строю мир компаний и поднимаю симуляторы…",
        "Building the world and starting the simulators…",
    )
    with start_demo(folder / "sources", seed=seed, companies=companies) as world:
        write_config(folder, world)
        with house(create=True) as opened:
            failed = _tell(opened, world)
            seconds = time.monotonic() - started
            say(f"Готово за {seconds:.0f} с.", f"Done in {seconds:.0f} s.")
            if serve:
                address = f"http://127.0.0.1:{port}"
                say(f"Интерфейс: {address}  (Ctrl-C — стоп)", f"UI: {address}  (Ctrl-C stops)")
                serve_house(opened, port, environment="demo")
    return failed


def _empty(folder: Path) -> None:
    """Make the demo's folder anew; a folder that is not the demo's own is left alone."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise ConfigError(
                f"В папке {folder} лежит не демонстрация: укажите другую через --folder.",
                f"The folder {folder} holds something else: give another one by --folder.",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def _tell(opened: House, world: Demo) -> int:
    failed = _refresh(opened, sheets=True)
    print_result(opened, world)
    out.rule("Обновление без изменений" if language() == "ru" else "Refresh with nothing changed")
    failed += _refresh(opened, sheets=False)
    out.rule("Три записи изменены в 1С" if language() == "ru" else "Three records changed in 1C")
    world.change_onec(3)
    failed += _refresh(opened, sheets=False)
    return 1 if failed else 0


def _refresh(opened: House, *, sheets: bool) -> int:
    with TerminalProgress(err) as progress:
        outcomes = refresh(opened, progress=progress if sheets else None)
    for outcome in outcomes:
        if outcome.error is not None:
            err.print(
                f"[bold red]✗[/] {outcome.connection}: {escape(outcome.error.for_user(language()))}"
            )
        elif sheets and outcome.run_id is not None:
            print_run(opened, outcome.run_id, as_json=False)
    if not sheets:
        _print_written(opened, [outcome.run_id for outcome in outcomes if outcome.run_id])
    return sum(outcome.error is not None for outcome in outcomes)


def _print_written(opened: House, run_ids: list[int]) -> None:
    from store import runs

    total: dict[str, int] = {}
    with opened.store.read() as reader:
        for run_id in run_ids:
            for row in runs.counts(reader, run_id).iter_rows(named=True):
                total[row["name"]] = total.get(row["name"], 0) + row["value"]
    landed, published = total.get("landed", 0), total.get("published", 0)
    written = landed + published + total.get("inserted", 0) + total.get("updated", 0)
    say(
        f"Прочитано {total.get('received', 0)}, записано строк {written}: принято {landed}, в ленту {published}.",
        f"Read {total.get('received', 0)}, rows written {written}: landed {landed}, published {published}.",
    )
