"""CSV as a grid of cells with the line each row ends on (RFC 4180, any delimiter)."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from connectors.files.grid import Grid, GridRow
from connectors.files.texts import decoded
from schemas.errors import ContractBroken

DELIMITERS = ";,\t|"
SAMPLE_LINES = 50
LONGEST_CELL = 64 * 1024**2
BREAK = re.compile(r"[\r\n]")


def read_csv(
    data: bytes, encoding: str, delimiter: str, name: str, *, lenient: bool = False
) -> Grid:
    """All rows of the file; ContractBroken, with the line, for wrong bytes or an unclosed quote.

    A quote inside an unquoted cell is a character like any other: «ООО "Ромашка"» needs no doubling.
    A quote that opens a cell must be closed at a delimiter or at the end of a line. One that is closed
    by a stray quote of a later record is known by the whole records it swallowed. `lenient` is that of `decoded`.
    """
    # The module's limit is global; a cell of a megabyte is legal here.
    csv.field_size_limit(LONGEST_CELL)
    text = decoded(data, encoding, name, lenient=lenient)
    chosen = _delimiter(text) if delimiter == "auto" else delimiter
    rows = list(_rows(text, chosen, name))
    _refuse_swallowed(rows, text, chosen, name)
    return Grid(name, "", rows)


def _rows(text: str, delimiter: str, name: str) -> Iterator[GridRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield GridRow(start, [cell or None for cell in cells])
            start = reader.line_num + 1
    except csv.Error as error:
        raise _unclosed(name, start, str(error)) from error


def _refuse_swallowed(rows: list[GridRow], text: str, delimiter: str, name: str) -> None:
    """ContractBroken if every line of a row of several lines is a whole record by itself."""
    broad = [row for row in rows if any(BREAK.search(cell or "") for cell in row.cells)]
    if not broad:
        return
    width = Counter(len(row.cells) for row in rows).most_common(1)[0][0]
    lines = list(io.StringIO(text, newline=""))
    following = {row.number: after.number for row, after in pairwise(rows)}
    for row in broad:
        own = lines[row.number - 1 : following.get(row.number, len(lines) + 1) - 1]
        if _are_records([line for line in own if line.strip()], delimiter, width):
            raise _unclosed(name, row.number, f"{len(own)} records in one row")


def _are_records(lines: list[str], delimiter: str, width: int) -> bool:
    cells = list(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))
    if any(len(row) != width for row in cells):
        return False
    # Two cells are too few to tell a record from a sentence: its number has to stand there too.
    return width > 2 or (width == 2 and all(row[0].strip().isdigit() for row in cells))


def _unclosed(name: str, line: int, detail: str) -> ContractBroken:
    return ContractBroken(
        f"{name}:{line}: кавычка открыта и не закрыта там, где кончается ячейка. Закройте её или удвойте;"
        " переносы строк внутри ячейки замените пробелами.",
        f"{name}:{line}: a quote is opened and not closed where the cell ends. Close it or double it;"
        " replace line breaks inside a cell by spaces.",
        detail=detail,
    )


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
