"""What every command shares: the opened house, tables and JSON, errors as sentences, exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table

from config.logging import configure
from config.settings import Settings
from flows.house import House, open_house
from schemas.errors import KanonError, Language

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

EXIT_CODES = """Exit codes: 0 done, 1 some records or sources failed, 2 configuration, 3 source down,
4 refused by the source, 5 batch unusable, 6 run does not balance, 7 held by another run, 70 our bug."""


def language() -> Language:
    """The language of messages."""
    return Settings().language


def say(ru: str, en: str) -> None:
    """Print a sentence in the user's language."""
    out.print(ru if language() == "ru" else en)


@contextmanager
def house(*, create: bool = False) -> Iterator[House]:
    """The opened installation for the time of one command."""
    settings = Settings()
    configure(settings.log_level)
    opened = open_house(settings, create=create)
    try:
        yield opened
    finally:
        opened.close()


def show(
    rows: Sequence[Mapping[str, Any]],
    *,
    as_json: bool,
    title: str = "",
    empty: tuple[str, str] = ("", ""),
) -> None:
    """Rows as a table for people or as JSON lines for scripts; nothing found is said in words."""
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(dict(row), ensure_ascii=False, default=str) + "\n")
        return
    if not rows:
        say(*empty)
        return
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for name in rows[0]:
        number = all(isinstance(row[name], int | float | None) for row in rows)
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    out.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u00a0")
    return str(value)


def guarded(work: Callable[[], int | None]) -> int:
    """The exit code of `work`; a KanonError becomes its sentence on stderr and its own code."""
    try:
        return work() or 0
    except KanonError as error:
        err.print(f"[bold red]✗[/] {error.for_user(language())}", soft_wrap=True)
        if error.detail:
            err.print(f"  [dim]{error.detail}[/]", soft_wrap=True)
        return error.exit_code
    except KeyboardInterrupt:
        say("Прервано; сделанное сохранено.", "Interrupted; what was done is kept.")
        return 130


def split_stream(name: str) -> tuple[str, str]:
    """`connection.stream` in two; ConfigError if there is no dot in it."""
    from schemas.errors import ConfigError

    connection, dot, stream = name.partition(".")
    if not dot:
        raise ConfigError(
            f"Ожидалось ПОДКЛЮЧЕНИЕ.ПОТОК, а дано «{name}».",
            f"Expected CONNECTION.STREAM, got '{name}'.",
        )
    return connection, stream
