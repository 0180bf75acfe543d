"""One row of a call record, as the switch keeps it before it is written anywhere (handbook 5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Leg:
    """An attempt: from `src` to `dst` on two channels; without `answer` nobody took it. Local times."""

    src: str
    dst: str
    channel: str
    dstchannel: str
    app: str
    data: str
    start: datetime
    answer: datetime | None
    end: datetime
    disposition: str
    uniqueid: str
    linkedid: str
    sequence: int
    name: str = ""

    @property
    def duration(self) -> int:
        """Whole seconds from beginning to end."""
        return (self.end - self.start) // SECOND

    @property
    def billed(self) -> int:
        """Whole seconds from answer to end."""
        return (self.end - self.answer) // SECOND if self.answer else 0
