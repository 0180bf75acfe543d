"""Asterisk in the kit: a folder of rotated logs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connectors.asterisk import Asterisk, AsteriskSettings
from connectors.registry import validated
from tests.conformance.case import HARD_TEXTS, Case
from tests.conformance.folder_bench import IMPOSSIBLE, FolderBench

_BEGUN = datetime(2026, 11, 20, 8)  # noqa: DTZ001  the switch's own time


class LogBench(FolderBench):
    """Each file is a rotated log; a row's text stands in `userfield`."""

    stream = "cdr"

    def connector(self) -> Asterisk:
        wanted = {"path": str(self.folder), "patterns": ["*.txt"]}
        return Asterisk("a", validated(AsteriskSettings, "a", wanted))

    def _write(self, rows: dict[str, str | None], moment: float) -> list[str]:
        return [f"{key}|{key}|{key}" for key in super()._write(rows, moment)]

    def body(self, rows: dict[str, str | None]) -> bytes:
        return b"".join(_line(key, text or "") for key, text in rows.items())

    def texts(self) -> Sequence[str]:
        # One line is one record.
        return [text for text in HARD_TEXTS if "\n" not in text]


def _line(key: str, text: str) -> bytes:
    doubled = text.replace('"', '""')
    moment = f"{_BEGUN:%Y-%m-%d %H:%M:%S}"
    fields = f'"","8916","101","in","x","SIP/t-1","SIP/101-2","Dial","","{moment}",,"{moment}",0,0'
    return f'{fields},"BUSY","DOC","{key}","{doubled}","","{key}",{key}\n'.encode()


_GROWS = {"deletes_show_as_declared": "журнал только растёт / a log only grows"}
CASES = [Case("asterisk", "asterisk", LogBench, impossible={**IMPOSSIBLE, **_GROWS})]
