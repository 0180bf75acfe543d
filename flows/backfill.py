"""Backfill: read a past window again, under a cursor of its own that never touches the live one."""

from __future__ import annotations

from datetime import datetime

from connectors.base import Seekable
from flows.extract import Window
from flows.house import House
from flows.progress import Progress
from flows.sync import sync
from schemas.errors import ConfigError


def backfill(
    house: House,
    connection: str,
    stream: str,
    since: datetime,
    until: datetime,
    *,
    progress: Progress | None = None,
) -> int:
    """Read everything `stream` changed in [since, until]; the id of the run.

    Interrupted and started again with the same window, it goes on where it was.
    """
    if until <= since:
        raise ConfigError(
            "Конец окна раньше начала: проверьте --from и --to.",
            "The window ends before it begins: check --from and --to.",
        )
    source = house.source(connection)
    if not isinstance(source, Seekable):
        raise ConfigError(
            f"Источник {connection} не умеет читать с даты; перечитайте поток целиком.",
            f"Source {connection} cannot begin at a date; read the stream anew instead.",
        )
    window = Window(
        name=f"backfill:{since.isoformat()}..{until.isoformat()}",
        start=source.cursor_at(stream, since),
        until=until,
    )
    return sync(house, connection, streams=[stream], progress=progress, windows={stream: window})
