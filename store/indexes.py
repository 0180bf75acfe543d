"""Which indexes a table has, and making those it should have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Index, Table, text
from sqlalchemy.schema import CreateIndex, DropIndex

if TYPE_CHECKING:
    from store.engine import Reader, Writer

_POSTGRES = (
    "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :t"
)
_SQLITE = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :t"


def present_indexes(reader: Reader, table: Table) -> set[str]:
    """Names of the indexes a table has now."""
    found = text(_POSTGRES if reader.is_postgres else _SQLITE)
    return {row[0] for row in reader.session.execute(found, {"t": table.name})}


def _declared(reader: Reader, table: Table) -> list[Index]:
    chosen = [
        i
        for i in table.indexes
        if reader.is_postgres or i.dialect_options["postgresql"]["using"] != "gin"
    ]
    return sorted(chosen, key=lambda index: str(index.name))


def ensure_indexes(writer: Writer, table: Table) -> list[str]:
    """Create the indexes a table should have and lacks; their names."""
    present = present_indexes(writer, table)
    missing = [index for index in _declared(writer, table) if index.name not in present]
    for index in missing:
        writer.session.execute(CreateIndex(index))
    return [str(index.name) for index in missing]


def count_values(writer: Writer, table: Table) -> None:
    """Tell PostgreSQL's planner what the indexed columns of a table hold, which it else learns a minute later.

    Until then it takes a freshly filled table for a small one and reads it through for every row it joins.
    """
    columns = {column.name for index in table.indexes for column in index.columns}
    if writer.is_postgres and columns:
        quote = writer.session.dialect.identifier_preparer.quote
        listed = ", ".join(map(quote, sorted(columns)))
        writer.session.execute(text(f"ANALYZE {quote(table.name)} ({listed})"))


def drop_indexes(writer: Writer, table: Table) -> None:
    """Drop all indexes of a table; inside a transaction a rollback brings them back."""
    present = present_indexes(writer, table)
    for index in _declared(writer, table):
        if index.name in present:
            writer.session.execute(DropIndex(index))
