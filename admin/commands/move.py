"""`kanon sync`, `refresh`, `backfill`, `replay`, `schedule`: what moves data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter
from rich.markup import escape

from admin.account import account
from admin.commands.balance import print_run
from admin.commands.inspect import Json
from admin.commands.shell import err, house, language, out, say, show, split_stream
from admin.commands.terminal import TerminalProgress
from flows.backfill import backfill as run_backfill
from flows.house import House
from flows.look_ahead import rehearse
from flows.replay import replay as run_replay
from flows.sync import refresh as run_refresh
from flows.sync import settle
from flows.sync import sync as run_sync
from store import quarantine
from store.journal import Act, note


def sync(
    connection: str,
    *streams: str,
    dry_run: Annotated[bool, Parameter(negative="", help="Only show what would change.")] = False,
    limit: Annotated[
        int, Parameter(help="With --dry-run: read at most so many rows a stream.")
    ] = 10_000,
    sweep: Annotated[
        bool, Parameter(negative="", help="Also find records the source deleted.")
    ] = False,
    json: Json = False,
) -> int:
    """Read everything new of one source and carry it through to the change feed.

    Give STREAMS to read only those. A second run writes nothing; a killed one goes on where it was.
    """
    with house() as opened:
        if dry_run:
            show(rehearse(opened, connection, streams, limit), as_json=json)
            return 0
        with TerminalProgress(err) as progress:
            runs = [run_sync(opened, connection, streams=streams, progress=progress, sweep=sweep)]
            runs.append(settle(opened, progress=progress))
        for run_id in runs:
            print_run(opened, run_id, as_json=json)
    return 0


def refresh(
    *connections: str,
    sweep: Annotated[
        bool, Parameter(negative="", help="Also find records the sources deleted.")
    ] = False,
    json: Json = False,
) -> int:
    """Sync every source that is not paused, then match, merge and publish.

    A source that is down stops only itself: its run is red, the others go on, the next refresh
    recovers. Exit code 1 if any failed.
    """
    with house() as opened, TerminalProgress(err) as progress:
        outcomes = run_refresh(opened, connections=connections, progress=progress, sweep=sweep)
    with house() as opened:
        for outcome in outcomes:
            if outcome.run_id is not None:
                print_run(opened, outcome.run_id, as_json=json)
            if outcome.error is not None:
                err.print(
                    f"[bold red]✗[/] {outcome.connection}: {escape(outcome.error.for_user(language()))}",
                    soft_wrap=True,
                )
    return 1 if any(outcome.error for outcome in outcomes) else 0


def backfill(
    stream: str,
    *,
    since: Annotated[datetime, Parameter("--from", help="Beginning of the window, UTC.")],
    until: Annotated[
        datetime | None, Parameter("--to", help="End of the window, UTC; now by default.")
    ] = None,
) -> int:
    """Read a past window of CONNECTION.STREAM again, under a cursor of its own.

    The live cursor is not touched. The same window again goes on where it was cut off.
    """
    connection, name = split_stream(stream)
    end = until or datetime.now(UTC)
    with house() as opened, TerminalProgress(err) as progress:
        run_id = run_backfill(opened, connection, name, _utc(since), _utc(end), progress=progress)
        settle(opened, progress=progress)
    with house() as opened:
        print_run(opened, run_id, as_json=False)
    return 0


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def replay(
    *ids: int,
    connection: Annotated[str | None, Parameter(help="Only of this connection.")] = None,
    stream: Annotated[str | None, Parameter(help="Only of this stream.")] = None,
    reason: Annotated[str | None, Parameter(help="Only refused for this reason.")] = None,
) -> int:
    """Send quarantined records through mapping again, after the mapping or the source was mended.

    Give IDS of `kanon quarantine`, or choose by --connection, --stream, --reason; all open ones otherwise.
    """
    with house() as opened:
        chosen = list(ids)
        if not chosen:
            with opened.store.read() as reader:
                rows = quarantine.page(
                    reader,
                    limit=1_000_000,
                    state="open",
                    connection=connection,
                    stream=stream,
                    reason=reason,
                )
            chosen = rows["id"].to_list()
        done = run_replay(opened, chosen)
        if chosen:
            told = {"passed": done.passed, "refused": done.refused + done.waiting}
            named = ", ".join(map(str, chosen[:20]))
            _note(opened, Act(account(), "replayed", "quarantine", named, after=told))
        settle(opened)
    say(
        f"Прошло {done.passed}, снова отказ {done.refused}, ждут исправления в источнике {done.waiting}.",
        f"Passed {done.passed}, refused again {done.refused}, waiting for the source {done.waiting}.",
    )
    return 1 if done.refused else 0


def _note(opened: House, act: Act) -> None:
    with opened.store.write() as writer:
        note(writer, act)


def schedule() -> int:
    """Run the syncs on the schedules of their files, until Ctrl-C; with a Prefect server for its pages.

    With PREFECT_API_URL set that server is used, otherwise one is started on loopback.
    """
    from flows.deployments import serve_schedules

    with house() as opened:
        out.print("http://127.0.0.1:4200")
        serve_schedules(opened)
    return 0
