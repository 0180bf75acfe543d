"""What every command shares: the opened house, tables and JSON, streams by name."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from admin.commands.guard import err, language, out, say
from admin.commands.listing import listing
from config.logging import configure
from config.settings import Settings
from flows.house import House, open_house
from schemas.errors import ConfigError


@contextmanager
def house(*, create: bool = False) -> Iterator[House]:
    """The opened installation for the time of one command."""
    settings = Settings()
    configure(settings.log_level)
    opened = open_house(settings, create=create)
    # What is loaded now lives as long as the process: looking through it again for garbage, as bulk work
    # makes Python do every moment, costs a sixth of cleaning.
    gc.freeze()
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
    out.print(listing(rows, out.width, title))


def split_stream(name: str) -> tuple[str, str]:
    """`connection.stream` in two; ConfigError if there is no dot in it."""
    connection, dot, stream = name.partition(".")
    if not dot:
        raise ConfigError(
            f"Ожидалось ПОДКЛЮЧЕНИЕ.ПОТОК, а дано «{name}».",
            f"Expected CONNECTION.STREAM, got '{name}'.",
        )
    return connection, stream


__all__ = ["err", "house", "language", "out", "say", "show", "split_stream"]
