"""CSV as a grid of cells with the line each row ends on (RFC 4180, any delimiter)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from connectors.files.grid import Grid, GridRow
from connectors.files.texts import decoded
from schemas.errors import ContractBroken

DELIMITERS = ";,\t|"
SAMPLE_LINES = 50
LONGEST_CELL = 64 * 1024**2


def read_csv(data: bytes, encoding: str, delimiter: str, name: str) -> Grid:
    """All rows of the file; ContractBroken for wrong bytes or a quote that is never closed.

    A quote inside an unquoted cell is a character like any other: «ООО "Ромашка"» needs no doubling.
    """
    text = decoded(data, encoding, name)
    chosen = _delimiter(text) if delimiter == "auto" else delimiter
    rows = list(_rows(text, chosen, name))
    if (
        rows
        and any("\n" in (cell or "") for cell in rows[-1].cells)
        and not _ends_closed(text, rows[-1])
    ):
        start = rows[-1].number
        raise ContractBroken(
            f"{name}:{start}: кавычка открыта и не закрыта до конца файла. Закройте её или удвойте.",
            f"{name}:{start}: a quote is opened and never closed. Close it or double it.",
        )
    return Grid(name, "", rows)


def _rows(text: str, delimiter: str, name: str) -> Iterator[GridRow]:
    # The module's limit is global; a cell of a megabyte is legal here.
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    try:
        for cells in reader:
            yield GridRow(start, [cell or None for cell in cells])
            start = reader.line_num + 1
    except csv.Error as error:
        raise ContractBroken(
            f"{name}:{reader.line_num}: строка CSV не читается ({error}). Исправьте файл.",
            f"{name}:{reader.line_num}: the CSV row cannot be read ({error}). Mend the file.",
        ) from error


def _ends_closed(text: str, last: GridRow) -> bool:
    final = last.cells[-1]
    return text.rstrip("\r\n").endswith('"') or final is None or "\n" not in final


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines most evenly into the most cells."""
    lines = [line for line in text[:200_000].splitlines()[:SAMPLE_LINES] if line.strip()]
    if not lines:
        return ","

    def fitness(mark: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark))
        width, times = widths.most_common(1)[0]
        return (times if width > 1 else 0, width)

    return max(DELIMITERS, key=fitness)
