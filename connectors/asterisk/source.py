"""Call detail records an Asterisk writes into files, as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.asterisk.cdr import Layout, parsed
from connectors.asterisk.growing import added
from connectors.asterisk.settings import AsteriskSettings
from connectors.files.folder import Folder
from schemas.errors import ConfigError, KanonError
from schemas.records import KEY, Batch, Cursor, Probe, Stream

CDR = "cdr"


@dataclass(frozen=True, slots=True)
class Asterisk:
    """The folder of cdr_csv (or cdr_custom): a log that grows and is rotated."""

    name: str
    settings: AsteriskSettings

    def check(self) -> list[Probe]:
        """Whether the folder can be listed and how many of the first lines are call records."""
        try:
            logs = self._folder().files()
            first = next(self.read(CDR, None, datetime.now(UTC)), None)
        except KanonError as error:
            return [Probe(CDR, False, error.ru, error.en, error.detail)]
        found, refused = (first.rows.height, first.rejects.height) if first else (0, 0)
        ru = f"Журналов: {len(logs)}; в начале звонков {found}, непонятных строк {refused}."
        en = f"Logs: {len(logs)}; at their beginning {found} calls, {refused} lines not understood."
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
                f"Потока «{stream}» у Asterisk нет. Есть: {CDR}.",
                f"Asterisk has no stream '{stream}'. There is: {CDR}.",
            )
        layout = Layout(self.settings.columns, self.settings.tz)
        for some in added(self._folder(), cursor, until):
            part = parsed(some.lines, some.first, some.name, layout)
            yield Batch(CDR, part.rows, some.cursor, part.rejects)

    def _folder(self) -> Folder:
        return Folder(self.settings.path, self.settings.patterns)
