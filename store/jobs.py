"""Work that people sent into the background: what it is about, whether it still goes, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, insert, select, update

from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import job

RUNNING, DONE, FAILED, LOST = "running", "succeeded", "failed", "lost"
# A process tells that its work is alive this often; one that has not for so long is gone.
EVERY, SILENT = timedelta(seconds=10), timedelta(seconds=60)
_C = job.c


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work; `result` is what it came to, `lost` if its process ended before it did."""

    id: int
    kind: str
    about: str | None
    author: str
    state: str
    result: Mapping[str, Any]
    error_ru: str | None
    error_en: str | None
    created_at: datetime
    finished_at: datetime | None


def start(writer: Writer, kind: str, about: str | None, author: str) -> int:
    """Note that work begins; its number."""
    number, now = writer.next("job"), utc_now()
    told = {"kind": kind, "about": about, "author": author, "state": RUNNING}
    writer.execute(insert(job).values(id=number, **told, created_at=now, alive_at=now))
    return number


def alive(writer: Writer, number: int) -> None:
    """Tell that the work still goes."""
    writer.execute(update(job).where(_C.id == number).values(alive_at=utc_now()))


def finish(
    writer: Writer, number: int, result: Mapping[str, Any] | None, error: tuple[str, str] | None = None
) -> None:  # fmt: skip
    """Note what the work came to, or the sentence (ru, en) of what went wrong."""
    ru, en = error or (None, None)
    told = {"state": FAILED if error else DONE, "error_ru": ru, "error_en": en}
    text = None if result is None else json.dumps(result, ensure_ascii=False, default=str)
    writer.execute(
        update(job).where(_C.id == number).values(result=text, finished_at=utc_now(), **told)
    )


def of(reader: Reader, number: int) -> Job | None:
    """The work of a number."""
    return _first(reader, select(job).where(_C.id == number))


def last(reader: Reader, kind: str, about: str) -> Job | None:
    """The newest work of a kind about something."""
    wanted = select(job).where(_C.kind == kind, _C.about == about)
    return _first(reader, wanted.order_by(_C.id.desc()))


def _first(reader: Reader, wanted: Select[Any]) -> Job | None:
    rows = reader.rows(wanted.limit(1))
    if not rows:
        return None
    told = dict(rows[0]._mapping)
    gone = told["state"] == RUNNING and utc_now() - told.pop("alive_at") > SILENT
    told.pop("alive_at", None)
    result = json.loads(told.pop("result") or "{}")
    return Job(**{**told, "result": result, "state": LOST if gone else told["state"]})
