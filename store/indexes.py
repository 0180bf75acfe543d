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


def drop_indexes(writer: Writer, table: Table) -> None:
    """Drop all indexes of a table; inside a transaction a rollback brings them back."""
    present = present_indexes(writer, table)
    for index in _declared(writer, table):
        if index.name in present:
            writer.session.execute(DropIndex(index))
