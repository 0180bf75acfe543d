"""`kanon alerts` and `kanon source`: who is told of trouble, and sources that are to wait."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from admin.account import account
from admin.commands.inspect import Json
from admin.commands.shell import err, house, language, out, say, show
from flows import alerts, attend
from store import attention


def alerts_check() -> int:
    """Look for trouble and tell what is new or over, as alerts.yaml says; nothing is told twice.

    Runs end with it by themselves. For what comes without a run, such as a source that is late, call it
    every few minutes from cron; `kanon schedule` does so by itself.
    """
    with house() as opened:
        done = alerts.attend(opened)
    if done is None:
        say(
            "Оповещения не настроены: нет файла alerts.yaml.",
            "Alerts are not set up: there is no alerts.yaml.",
        )
        return 0
    quiet = ("; тихие часы, скажем позже", "; quiet hours, told later") if done.quiet else ("", "")
    say(
        f"Происшествий {done.present}, сообщено о новых {done.told}, о прошедших {done.recovered}{quiet[0]}.",
        f"Troubles {done.present}, told of {done.told} new and {done.recovered} over{quiet[1]}.",
    )
    return 0


def alerts_test() -> int:
    """Send a test message by every way that alerts.yaml sets up."""
    with house() as opened:
        sent = alerts.test(opened)
    for name, error in sent:
        if error is None:
            out.print(f"[green]✓[/] {name}")
        else:
            err.print(f"[bold red]✗[/] {name}: {error.for_user(language())}", soft_wrap=True)
    return 1 if any(error for _, error in sent) else 0


def source_pause(
    connection: str, *, reason: Annotated[str, Parameter(help="Why; its page shows it.")]
) -> int:
    """Keep a source from being read, by schedule or by hand, until it is resumed."""
    with house() as opened:
        new = attend.pause(opened, connection, reason, account())
    if new:
        say(f"Источник {connection} на паузе.", f"Source {connection} is paused.")
    else:
        say(f"Источник {connection} уже на паузе.", f"Source {connection} was paused already.")
    return 0


def source_resume(connection: str) -> int:
    """Let a source be read again."""
    with house() as opened:
        attend.resume(opened, connection)
    say(f"Источник {connection} снова читается.", f"Source {connection} is read again.")
    return 0


def source_paused(*, json: Json = False) -> int:
    """The sources that are paused: since when, by whom and why."""
    with house() as opened, opened.store.read() as reader:
        found = attention.pauses(reader).values()
    rows = [
        {"connection": p.connection, "since": f"{p.created_at:%Y-%m-%d %H:%M}", "by": p.author, "reason": p.reason}
        for p in found
    ]  # fmt: skip
    show(rows, as_json=json, empty=("На паузе нет ни одного источника.", "No source is paused."))
    return 0
