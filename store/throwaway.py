"""A store beside the real one for a rehearsal: the same engine, and nothing of it is left."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from schemas.errors import Refused
from store.dbapi import Error as DriverError
from store.engine import Store, open_store
from store.migrate import upgrade


@contextmanager
def throw_away(store: Store) -> Iterator[Store]:
    """An empty, upgraded store: on SQLite a file of its own, on PostgreSQL a database of its own.

    It is gone at the end of the block, with what landed in it. A schema would not do: extensions stand in
    another one, and with that in its path the tables of the real store would be seen, too. Refused
    without the right to create a database.
    """
    with tempfile.TemporaryDirectory(prefix="kanon-rehearsal-") as folder:
        landing = Path(folder) / "landing"
        if not store.is_postgres:
            yield from _opened(f"sqlite:///{Path(folder) / 'kanon.db'}", landing)
            return
        name = f"kanon_rehearsal_{uuid.uuid4().hex[:12]}"
        _tell(store, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        try:
            url = store.url.set(database=name)
            yield from _opened(url.render_as_string(hide_password=False), landing)
        finally:
            _tell(store, f"DROP DATABASE {name} WITH (FORCE)")


def _opened(url: str, landing: Path) -> Iterator[Store]:
    store = open_store(url, landing)
    try:
        upgrade(store)
        yield store
    finally:
        store.close()


def _tell(store: Store, statement: str) -> None:
    """Run what no transaction may hold."""
    with closing(store.connect()) as connection:
        try:
            connection.run(statement)
        except DriverError as error:
            raise Refused(
                "Для репетиции нужна отдельная база, а создать её нельзя. Дайте право: ALTER ROLE … CREATEDB.",
                "A rehearsal needs a database of its own, which may not be created. Give the right: ALTER ROLE … CREATEDB.",
                detail=type(error).__name__,
            ) from None
