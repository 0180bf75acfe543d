"""`kanon migrate`: carry a legacy base over, and prove it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.markup import escape

from admin.account import account
from admin.commands.inspect import Json
from admin.commands.shell import err, house, language, out, say, show
from admin.commands.terminal import TerminalProgress
from config.migration import Plan, dumped, load_plan
from config.settings import Settings
from flows.house import House
from flows.migrate import act as acts
from flows.migrate import estimate as estimates
from flows.migrate import profile as profiles
from flows.migrate import rehearse as rehearsals
from flows.migrate import run as runs
from flows.migrate import sources
from flows.migrate.drift import Drift, drift
from flows.migrate.layers import order
from flows.migrate.rollback import rollback
from flows.migrate.status import Status, status
from flows.migrate.threads import change as change_threads
from schemas.errors import ConfigError


def migrate_profile(
    what: str,
    *,
    plan: Annotated[Path, Parameter(help="File to write.")] = Path("plan.yaml"),
    connection: Annotated[
        str, Parameter(help="Name of the connection to be, for a path or an address.")
    ] = "legacy",
    name: Annotated[str, Parameter(help="Name of the migration.")] = "legacy",
    sample: Annotated[int, Parameter(help="Rows of a table to look at.")] = profiles.SAMPLE,
    seconds: Annotated[float, Parameter(help="Longest to look at one table.")] = profiles.SECONDS,
    save: Annotated[
        bool,
        Parameter(negative="", help="Also write the connection and drafts of its mappings."),
    ] = False,
    force: Annotated[bool, Parameter(negative="", help="Write over a plan that is there.")] = False,
    json: Json = False,
) -> int:
    """Look a legacy base over and propose what to carry: the answer is a plan, a file for git.

    WHAT is a connection, the address of a database (sqlite:///old.db, postgresql://host/base) or
    a folder of CSV, Excel and Parquet files. Nothing is loaded, and nothing at the source changes.
    """  # fmt: skip
    _refuse_to_overwrite(plan, force=force)
    settings = Settings()
    found = sources.found(settings, what, connection)
    made = profiles.profile(
        found.source,
        name,
        found.connection,
        sample=sample,
        seconds=seconds,
        language=language(),
        mapped=found.mapped,
    )
    plan.write_text(dumped(made), encoding="utf-8")
    show(_told(made), as_json=json)
    if json:
        return 0
    written = sources.save(settings, found, made) if save else []
    for file in (plan, *written):
        out.print(f"[green]✓[/] {file}", soft_wrap=True)
    carried = len(made.carried)
    say(
        f"Таблиц {len(made.tables)}, перенести предлагается {carried}. Прочтите план и положите его в git.",
        f"{len(made.tables)} tables, {carried} proposed to carry. Read the plan and keep it in git.",
    )
    return 0


def _refuse_to_overwrite(plan: Path, *, force: bool) -> None:
    if plan.exists() and not force:
        raise ConfigError(
            f"{plan} уже есть. Дайте другое имя (--plan) или перепишите его (--force).",
            f"{plan} is there already. Give another name (--plan) or write over it (--force).",
        )


def _told(plan: Plan) -> list[dict[str, object]]:
    return [
        {
            "table": table.name,
            "rows": table.rows,
            "looked_at": table.looked_at,
            "columns": len(table.columns),
            "filled": f"{sum(c.fill for c in table.columns.values()) / max(1, len(table.columns)):.0%}",
            "key": ", ".join(table.key),
            "last_use": table.last_use.isoformat() if table.last_use else None,
            "refers_to": ", ".join(
                f"{r.column}→{r.table}" + (f" ({r.orphans:.1%} ×)" if r.orphans else "")
                for r in table.references
            ),
            "carry": table.carry,
            "target": table.target,
            "why": table.why,
        }
        for table in plan.tables
    ]


def migrate_run(plan: Path, *, json: Json = False) -> int:
    """Carry a legacy base over as PLAN says: table by table, then identities over the whole base.

    Killed, paused or stopped, it goes on where it was when run again. After it has ended, running it again
    brings what is new at the source; nothing is added twice.
    """
    text = _text(plan)
    with house() as opened:
        with TerminalProgress(err) as progress:
            number = runs.run(opened, text, account(), progress)
        _show_status(opened, str(number), as_json=json)
    return 0


def migrate_resume(name: str, *, json: Json = False) -> int:
    """Go on with the migration NAME (or number) that was paused, stopped or killed."""
    with house() as opened:
        with TerminalProgress(err) as progress:
            number = runs.resume(opened, name, account(), progress)
        _show_status(opened, str(number), as_json=json)
    return 0


def migrate_pause(name: str, *, reason: Annotated[str, Parameter(help="Why it waits.")]) -> int:
    """Stop the migration NAME after the batch that is being read; what was read is kept."""
    with house() as opened:
        new = runs.pause(opened, name, reason, account())
    if new:
        say(
            f"Миграция {name} остановится после текущей партии. Продолжить: kanon migrate resume {name}.",
            f"Migration {name} stops after this batch. To go on: kanon migrate resume {name}.",
        )
    else:
        say(f"Источник миграции {name} уже на паузе.", f"The source of {name} was paused already.")
    return 0


def migrate_threads(name: str, threads: int) -> int:
    """Have THREADS tables of the migration NAME read at once, 0 for as many as its connection says.

    A run under way obeys as soon as a table is through, and begins more of them within a second.
    """
    with house() as opened, opened.store.write() as writer:
        row = change_threads(writer, name, threads or None)
    told = str(threads) if threads else "как у подключения"
    english = str(threads) if threads else "as many as the connection says"
    say(f"Миграция {row.name}: таблиц сразу {told}.", f"Migration {row.name}: {english} at once.")
    return 0


def migrate_status(name: str, *, json: Json = False) -> int:
    """Where the migration NAME (or number) stands: per table rows, rows a second, and until when."""
    with house() as opened:
        _show_status(opened, name, as_json=json)
    return 0


def _text(plan: Path) -> str:
    load_plan(plan)
    return plan.read_text(encoding="utf-8")


def _show_status(opened: House, name: str, *, as_json: bool) -> None:
    _show_lines(status(opened, name), as_json=as_json)


def _show_lines(found: Status, *, as_json: bool) -> None:
    row = found.migration
    rows = [
        {
            "table": line.table,
            "layer": line.layer,
            "state": line.state,
            "rows": line.rows,
            "read": line.read,
            "refused": line.quarantined,
            "rows_per_second": round(line.rate) if line.rate else None,
            "through_by": " – ".join(f"{one:%H:%M:%S}" for one in line.ends) if line.ends else None,
        }
        for line in found.lines
    ]
    show(rows, as_json=as_json, title=f"{row.name} № {row.id}: {row.state}")
    told = row.error_ru if language() == "ru" else row.error_en
    if told and not as_json:
        err.print(f"[bold red]✗[/] {escape(told)}", soft_wrap=True)


def migrate_plan(
    plan: Path,
    *,
    estimate: Annotated[
        bool, Parameter(negative="", help="Also measure samples, and tell how long it will take.")
    ] = False,
    json: Json = False,
) -> int:
    """Compare PLAN with its source as it is now, and tell in what order its tables are carried.

    Tables that refer to each other are carried together and named. With --estimate samples of each table
    are loaded into a store that is thrown away. Exit code 2 if the source is no more what the plan was
    made for.
    """
    made = load_plan(plan)
    with house() as opened:
        runs.refuse_unmapped(opened, made)
        changed = drift(made, opened.source(made.connection))
        told = estimates.estimate(opened, made) if estimate and not _grave(changed) else []
    found = order(made)
    rows = [_planned(made, layer, name) for layer, names in enumerate(found.layers, start=1) for name in names]  # fmt: skip
    show(rows, as_json=json)
    if told:
        show([_estimated(one) for one in told], as_json=json)
    for circle in found.circles:
        named = ", ".join(circle)
        say(
            f"Ссылаются друг на друга и идут вместе: {named}.",
            f"They refer to each other and go together: {named}.",
        )
    for one in changed:
        mark = "[bold red]✗[/]" if one.grave else "[yellow]•[/]"
        sentence = one.ru if language() == "ru" else one.en
        err.print(f"{mark} {escape(one.table)}: {escape(sentence)}", soft_wrap=True)
    if not changed:
        say("С профиля в источнике ничего не изменилось.", "Nothing changed since the profile.")
    return 2 if _grave(changed) else 0


def _grave(changed: Sequence[Drift]) -> bool:
    return any(one.grave for one in changed)


def _planned(plan: Plan, layer: int, name: str) -> dict[str, object]:
    table = plan.table(name)
    assert table is not None  # noqa: S101  the order is made of the plan's own tables
    named = sorted({one.table for one in table.references})
    return {
        "layer": layer,
        "table": name,
        "rows": table.rows,
        "target": table.target,
        "refers_to": ", ".join(named),
    }


def _estimated(one: estimates.Estimate) -> dict[str, object]:
    return {
        "table": one.table,
        "rows": one.rows,
        "measured_on": one.measured,
        "takes": _minutes(one.seconds),
        "between": f"{_minutes(one.low)} – {_minutes(one.high)}",
        "over_target": one.over,
    }


def _minutes(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def migrate_rehearse(plan: Path, *, json: Json = False) -> int:
    """Run PLAN into a store that is thrown away: the same run and its act, and nothing is kept.

    Exit code 6 if the act does not agree.
    """
    text = _text(plan)
    with house() as opened, TerminalProgress(err) as progress:
        done, lines = rehearsals.rehearse(opened, text, account(), progress)
    _show_lines(done, as_json=json)
    show([_act_row(line) for line in lines], as_json=json)
    if not json:
        say("Это была репетиция: ничего не сохранено.", "It was a rehearsal: nothing was kept.")
    return 0 if all(line.holds for line in lines) else 6


def migrate_act(
    name: str,
    *,
    source: Annotated[bool, Parameter(help="Read the source once more and compare.")] = True,
    sign: Annotated[
        Literal["handed", "accepted"] | None, Parameter(help="Sign the act as it is.")
    ] = None,
    json: Json = False,
) -> int:
    """The act of the migration NAME: per table what the source had and what became of it.

    Checksums of both sides are bisected to the keys that differ, sums are compared month by month. Its
    page is printed and signed by two people. Exit code 6 if it does not agree.
    """
    with house() as opened:
        number = runs.known(opened, name).id
        if sign is not None:
            acts.sign(opened.store, str(number), sign, account())
            say(f"Акт № {number} подписан.", f"Act {number} is signed.")
            return 0
        lines = acts.make(opened, number, again=source)
    show([_act_row(line) for line in lines], as_json=json)
    good = all(line.holds for line in lines)
    if not json:
        say(f"Акт: /migrations/{number}.", f"The act: /migrations/{number}.")
        if good:
            say("Сходится.", "It agrees.")
        else:
            say("Не сходится: подписывать нельзя.", "It does not agree and must not be signed.")
    return 0 if good else 6


def _act_row(line: acts.Line) -> dict[str, object]:
    both = line.compared
    periods = both.periods if both else ()
    return {
        "table": line.table,
        "source": line.source,
        **line.fates,
        "refused": line.refused,
        "off": line.off,
        "orphans": line.orphans,
        "differing": both.differing if both else None,
        "checksum": both.checksums[1] if both else None,
        "months": f"{sum(p.holds for p in periods)}/{len(periods)}",
    }


def migrate_rollback(name: str) -> int:
    """Take the migration NAME (or number) back as a whole: records are as they were before it.

    What landed stays, marked as withdrawn; ids nobody bears any more are retired, and the feed tells of it.
    """
    with house() as opened, TerminalProgress(err) as progress:
        number = rollback(opened, name, account(), progress)
    say(f"Миграция № {number} отозвана.", f"Migration {number} is withdrawn.")
    return 0
