"""Files in the kit: a folder of CSV files."""

from __future__ import annotations

import csv
import io

from connectors.files import Files, FilesSettings
from connectors.registry import validated
from tests.conformance.case import Case
from tests.conformance.folder_bench import IMPOSSIBLE, FolderBench


class CsvBench(FolderBench):
    """A file cannot say that a row is deleted."""

    stream = "rows"

    def connector(self) -> Files:
        layout = {"patterns": ["*.txt"], "format": "csv", "key": ["ключ"], "delimiter": ";"}
        wanted = {"path": str(self.folder), "streams": {self.stream: layout}}
        return Files("f", validated(FilesSettings, "f", wanted))

    def body(self, rows: dict[str, str | None]) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";").writerows([("ключ", "имя"), *rows.items()])
        return out.getvalue().encode()


CASES = [
    Case(
        "files",
        "files",
        CsvBench,
        impossible={
            **IMPOSSIBLE,
            "deletes_show_as_declared": "удаление в файле не видно / a file shows no deletion",
        },
    )
]
