"""Bringing a store's tables to the version this program needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from store.engine import Store

_SCRIPTS = Path(__file__).parent / "migrations"


def _config(session: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = session
    return config


def upgrade(store: Store, revision: str = "head") -> None:
    """Bring the tables up to `revision` in one transaction; nothing happens if they are there."""
    with store.write() as writer:
        command.upgrade(_config(writer.session), revision)


def downgrade(store: Store, revision: str = "base") -> None:
    """Take the tables back to `revision`; rows that do not fit there are lost."""
    with store.write() as writer:
        command.downgrade(_config(writer.session), revision)


def version(store: Store) -> str | None:
    """The revision the database is at, None if it is empty."""
    with store.read() as reader:
        return MigrationContext.configure(reader.session).get_current_revision()


def newest() -> str:
    """The revision this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101  there is always a first migration
    return head
