"""Switches of Avaya in the kit: folders of call logs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connectors.avaya.ipoffice.segments import Form, segments
from connectors.avaya.ipoffice.settings import IpOfficeSettings
from connectors.avaya.ipoffice.source import IpOffice
from connectors.avaya.records import Lines, Reading, parsed
from connectors.avaya.settings import AvayaSettings
from connectors.avaya.source import Avaya
from connectors.registry import validated
from schemas.records import KEY
from tests.conformance.case import HARD_TEXTS, Case
from tests.conformance.folder_bench import IMPOSSIBLE, FolderBench

_LAYOUT = {"order": ["date 6", "time 4", "dur 4", "cond-code 1", "dialed-num 11", "acct-code 16"]}
_DAY = datetime(2026, 11, 20).date()  # noqa: DTZ001  the switch's own time


class RecordBench(FolderBench):
    """Each file is a log; a row's text stands in the account code."""

    stream = "cdr"

    def connector(self) -> Avaya:
        return Avaya("a", self._settings())

    def _settings(self) -> AvayaSettings:
        wanted = {"path": str(self.folder), "patterns": ["*.txt"], "layout": _LAYOUT}
        return validated(AvayaSettings, "a", wanted)

    def _write(self, rows: dict[str, str | None], moment: float) -> list[str]:
        super()._write(rows, moment)
        told = self._settings()
        how = Reading(told.read_by, told.date_order, told.tz)
        part, _ = parsed(Lines(self.body(rows).splitlines(), 1, "x", None, _DAY), how)
        return part.rows[KEY].to_list()

    def body(self, rows: dict[str, str | None]) -> bytes:
        return b"".join(_line(key, text or "") for key, text in rows.items())

    def texts(self) -> Sequence[str]:
        # A switch writes plain characters, no more of them than the field is long.
        return ["Z" * 16, "*#0", "A 1/B-2", '"quoted"']


def _line(key: str, text: str) -> bytes:
    return f"112026081500109{key:>11}{text:>16}\r\n".encode()


class SegmentBench(FolderBench):
    """Each file is a log of SMDR records; a row's text stands in the name of a party."""

    stream = "smdr"

    def connector(self) -> IpOffice:
        wanted = {"path": str(self.folder), "patterns": ["*.txt"]}
        return IpOffice("a", validated(IpOfficeSettings, "a", wanted))

    def _write(self, rows: dict[str, str | None], moment: float) -> list[str]:
        super()._write(rows, moment)
        told = IpOfficeSettings(path=self.folder)
        form = Form(told.columns, told.start, told.tz)
        part, _ = segments(self.body(rows).splitlines(), 1, "x", form, "")
        return part.rows[KEY].to_list()

    def body(self, rows: dict[str, str | None]) -> bytes:
        return b"".join(_segment(key, text or "") for key, text in rows.items())

    def texts(self) -> Sequence[str]:
        # One line is one record, and a comma ends a field.
        return [text for text in HARD_TEXTS if not set(text) & set("\n\0,")] + [
            "ООО «Ромашка» ё 漢字 🙂"
        ]


def _segment(key: str, text: str) -> bytes:
    return f"2026/11/20 08:15:00,00:01:00,5,8916,I,101,101,,0,{key},0,E101,{text},T9001,L,0,0\r\n".encode()


_GROWS = {"deletes_show_as_declared": "журнал только растёт / a log only grows"}
CASES = [
    Case("avaya", "avaya", RecordBench, impossible={**IMPOSSIBLE, **_GROWS}),
    Case("ipoffice", "ipoffice", SegmentBench, impossible={**IMPOSSIBLE, **_GROWS}),
]
