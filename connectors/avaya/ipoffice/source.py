"""SMDR records of an IP Office, from files or from what it sent, as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.avaya.ipoffice.segments import Form, segments
from connectors.avaya.ipoffice.settings import IpOfficeSettings
from connectors.files.folder import Folder
from connectors.files.growing import added
from schemas.errors import ConfigError, KanonError
from schemas.records import KEY, Batch, Cursor, Probe, Stream

SMDR = "smdr"


@dataclass(frozen=True, slots=True)
class IpOffice:
    """A folder of SMDR records: logs that grow, or what the listener wrote down."""

    name: str
    settings: IpOfficeSettings

    def check(self) -> list[Probe]:
        """Whether the folder can be listed and how many of the first lines are records."""
        try:
            first = next(self.read(SMDR, None, datetime.now(UTC)), None)
        except KanonError as error:
            return [Probe(SMDR, False, error.ru, error.en, error.detail)]
        found, refused = (first.rows.height, first.rejects.height) if first else (0, 0)
        ru = f"В начале записей {found}, непонятных строк {refused}."
        en = f"At the beginning {found} records, {refused} lines not understood."
        if refused:
            ru += " Проверьте columns и start подключения; сами строки покажет kanon quarantine --rows."
            en += " Check `columns` and `start` of the connection; kanon quarantine --rows shows the lines."
        return [Probe(SMDR, found > 0 or not refused, ru, en)]

    def discover(self) -> list[Stream]:
        """One stream: segments of calls."""
        return [Stream(SMDR, (KEY,), "file")]

    def clock(self) -> datetime:
        """The clock of this machine; files have no other."""
        return datetime.now(UTC)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Segments added to the logs after `cursor`, in the order of their lines."""
        if stream != SMDR:
            raise ConfigError(
                f"Потока «{stream}» у IP Office нет. Есть: {SMDR}.",
                f"IP Office has no stream '{stream}'. There is: {SMDR}.",
            )
        one = self.settings
        if one.live:
            one.path.mkdir(parents=True, exist_ok=True)
        form = Form(one.columns, one.start, one.tz)
        for some in added(Folder(one.path, one.patterns), cursor, until):
            part, carry = segments(some.lines, some.first, some.name, form, some.note)
            yield Batch(SMDR, part.rows, some.noted(carry), part.rejects)
