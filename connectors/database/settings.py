"""What an integration engineer sets to read the tables of a SQL database."""

from __future__ import annotations

from pydantic import Field, SecretStr

from connectors.registry import Settings


class DatabaseSettings(Settings):
    """Where the database is and which of its tables are read.

    `url` is an SQLAlchemy address; with a password in it, it is referred to (`env:LEGACY_URL`). `owner` is
    the schema the tables stand in. `tables` names those to read, all that have a key if it is empty.
    `keys` gives the columns that tell rows apart where the table declares no primary key.
    """

    url: SecretStr
    owner: str | None = None
    tables: tuple[str, ...] = ()
    keys: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    page_size: int = Field(default=20_000, ge=1)
    timeout: float = Field(default=600.0, gt=0)
