"""Errors as sentences and exit codes, and what is needed to say them: light, so that help is quick."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.markup import escape

from config.settings import Settings
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


def guarded(work: Callable[[], int | None]) -> int:
    """The exit code of `work`; a KanonError becomes its sentence on stderr and its own code."""
    try:
        return work() or 0
    except KanonError as error:
        err.print(f"[bold red]✗[/] {escape(error.for_user(language()))}", soft_wrap=True)
        if error.detail:
            err.print(f"  [dim]{escape(error.detail)}[/]", soft_wrap=True)
        return error.exit_code
    except KeyboardInterrupt:
        say("Прервано; сделанное сохранено.", "Interrupted; what was done is kept.")
        return 130
