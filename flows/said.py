"""What a run says while it works: shown where it always was, and kept with the run for whoever looks at its page."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from config.logging import redact
from flows.progress import Progress
from store import run_lines
from store.clock import utc_now
from store.engine import Writer
from store.run_lines import Act, Level, Line

_LONGEST = 500
# Of these an entry of the log is made up besides what it says.
_FRAME = frozenset({"event", "level", "timestamp"})


@dataclass
class Said:
    """A `Progress` that hands everything on to `shown` and keeps it as lines until `save`; for many threads."""

    shown: Progress
    _lines: list[Line] = field(default_factory=list)
    _n: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, stage: str, what: str, total: int | None) -> None:
        """A stage starts on `what`."""
        self.shown.begin(stage, what, total)
        self._add("info", stage, what, "begin", total)

    def advance(self, stage: str, what: str, rows: int) -> None:
        """`rows` more are done; what is not yet saved of the same is one line with it."""
        self.shown.advance(stage, what, rows)
        self._add("info", stage, what, "advance", rows)

    def end(self, stage: str, what: str, summary: str) -> None:
        """The stage is through with `what`."""
        self.shown.end(stage, what, summary)
        self._add("info", stage, what, "end", said=summary)

    def hear(self, entry: Mapping[str, Any]) -> None:
        """An entry of the log that was written while the run worked."""
        level: Level = "warning" if entry.get("level") == "warning" else "error"
        more = (f"{name}={value}" for name, value in entry.items() if name not in _FRAME)
        told = redact(" · ".join([str(entry.get("event", "")), *more]))
        self._add(level, "", "", "said", said=told.replace("\0", "")[:_LONGEST])

    def _add(
        self, level: Level, stage: str, what: str, act: Act, rows: int | None = None, said: str | None = None
    ) -> None:  # fmt: skip
        with self._lock:
            last = self._lines[-1] if self._lines else None
            if (
                act == "advance"
                and last
                and (last.act, last.stage, last.what) == (act, stage, what)
            ):
                both = (last.rows or 0) + (rows or 0)
                self._lines[-1] = replace(last, rows=both, at=utc_now())
                return
            self._n += 1
            self._lines.append(Line(self._n, utc_now(), level, stage, what, act, rows, said))

    def taken(self) -> list[Line]:
        """The lines that are not saved yet; give them back by `put_back` if they could not be."""
        with self._lock:
            lines, self._lines = self._lines, []
        return lines

    def put_back(self, lines: list[Line]) -> None:
        """Lines that could not be saved come first again."""
        with self._lock:
            self._lines = lines + self._lines

    def save(self, writer: Writer, run_id: int) -> None:
        """Keep what was said since the last time, in the transaction of `writer`."""
        run_lines.add(writer, run_id, self.taken())
