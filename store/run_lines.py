"""The lines of a run: what it said of its work, stage by stage; of each run its newest, of the newest runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import polars as pl
from sqlalchemy import delete, select

from store.bulk import append
from store.engine import Reader, Writer
from store.tables import run_line
from store.views.paging import dicts

Act = Literal["begin", "advance", "end", "said"]
Level = Literal["info", "warning", "error"]
LINES, RUNS = 500, 2_000
_L = run_line.c
_TEXTS = dict.fromkeys(("level", "stage", "what", "act"), pl.String())
_SCHEMA = {
    "n": pl.Int64(), "at": pl.Datetime("us", "UTC"), **_TEXTS, "rows": pl.Int64(), "said": pl.String(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a stage begins on something, `rows` more are done, it is through with it, or a sentence of the log."""

    n: int
    at: datetime
    level: Level
    stage: str
    what: str
    act: Act
    rows: int | None = None
    said: str | None = None


def add(writer: Writer, run_id: int, lines: Sequence[Line]) -> None:
    """Keep some lines of a run; its oldest beyond `LINES` go, and all of runs long past."""
    if not lines:
        return
    rows = pl.DataFrame([asdict(one) for one in lines[-LINES:]], schema=_SCHEMA)
    append(writer, run_line, rows.with_columns(run_id=pl.lit(run_id, pl.Int64)))
    last = lines[-1].n
    writer.execute(delete(run_line).where(_L.run_id == run_id, _L.n <= last - LINES))
    if lines[0].n == 1:
        writer.execute(delete(run_line).where(_L.run_id <= run_id - RUNS))


def newest(
    reader: Reader, run_id: int, limit: int = LINES, *, trouble: bool = False
) -> list[dict[str, Any]]:
    """The last lines of a run, newest first; with `trouble` only those that are more than information."""
    wanted = select(run_line).where(_L.run_id == run_id)
    if trouble:
        wanted = wanted.where(_L.level != "info")
    return dicts(reader, wanted.order_by(_L.n.desc()).limit(limit))
