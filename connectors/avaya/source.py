"""Call detail records of Communication Manager, from files it writes or from what it sent, as a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from connectors.avaya.clock import Clock
from connectors.avaya.records import Lines, Reading, parsed
from connectors.avaya.settings import AvayaSettings
from connectors.files.folder import Folder
from connectors.files.growing import Added, added
from schemas.errors import ConfigError, KanonError
from schemas.records import KEY, Batch, Cursor, Probe, Stream

CDR = "cdr"
_DATED = re.compile(r"(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!T)")


@dataclass(frozen=True, slots=True)
class Avaya:
    """A folder of call records: logs that grow, or what the listener wrote down."""

    name: str
    settings: AvayaSettings

    def check(self) -> list[Probe]:
        """Whether the folder can be listed and how many of the first lines fit the layout."""
        try:
            self._make_folder()
            logs = self._folder().files()
            first = next(self.read(CDR, None, datetime.now(UTC)), None)
        except KanonError as error:
            return [Probe(CDR, False, error.ru, error.en, error.detail)]
        found, refused = (first.rows.height, first.rejects.height) if first else (0, 0)
        ru = f"Журналов: {len(logs)}; в начале звонков {found}, непонятных строк {refused}."
        en = f"Logs: {len(logs)}; at their beginning {found} calls, {refused} lines not understood."
        if refused:
            ru += " Проверьте layout подключения (kanon layout ФАЙЛ); сами строки покажет kanon quarantine --rows."
            en += " Check `layout` of the connection (kanon layout FILE); kanon quarantine --rows shows the lines."
        return [Probe(CDR, found > 0 or not refused, ru, en)]

    def discover(self) -> list[Stream]:
        """One stream: call detail records."""
        return [Stream(CDR, (KEY,), "file")]

    def clock(self) -> datetime:
        """The clock of this machine; files have no other."""
        return datetime.now(UTC)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Records added to the logs after `cursor`, in the order of their lines."""
        if stream != CDR:
            raise ConfigError(
                f"Потока «{stream}» у Avaya нет. Есть: {CDR}.",
                f"Avaya has no stream '{stream}'. There is: {CDR}.",
            )
        one = self.settings
        how = Reading(one.read_by, one.date_order, one.tz)
        self._make_folder()
        for some in added(self._folder(), cursor, until):
            anchor = some.modified.astimezone(one.tz).date()
            clock = Clock.loads(some.note) or _of_name(some)
            lines = Lines(some.lines, some.first, some.name, clock, anchor)
            part, after = parsed(lines, how)
            yield Batch(CDR, part.rows, some.noted(str(after or "")), part.rejects)

    def _make_folder(self) -> None:
        """The listener makes its folder with the first line; before that there is just nothing."""
        if self.settings.live:
            self.settings.path.mkdir(parents=True, exist_ok=True)

    def _folder(self) -> Folder:
        return Folder(self.settings.path, self.settings.patterns)


def _of_name(some: Added) -> Clock | None:
    """The date in the name of a log, where the switch begins one each day."""
    found = _DATED.search(some.name)
    if found is None or some.first > 1:
        return None
    try:
        return Clock(date(*(int(part) for part in found.groups())))
    except ValueError:
        return None
