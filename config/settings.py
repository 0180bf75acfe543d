"""Where this installation keeps its things; each setting is a `KANON_*` environment variable."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.errors import Language


class Settings(BaseSettings):
    """Paths, database and language of one installation; defaults give one folder and one SQLite file."""

    model_config = SettingsConfigDict(env_prefix="KANON_", extra="ignore")

    home: Path = Field(Path("var"), description="Folder of everything this installation writes")
    config: Path | None = Field(
        None, description="Folder with connections/ and mappings/; home/config"
    )
    database: str = Field("", description="SQLAlchemy URL; a SQLite file in home by default")
    landing: Path | str | None = Field(
        None,
        description="Folder of the verbatim payloads, or object storage (s3://bucket/prefix); home/landing",
    )
    language: Language = Field("ru", description="Language of messages: ru or en")
    log_level: str = Field("INFO", description="Level of the log on stderr")
    mappers: int | None = Field(
        None,
        ge=0,
        description="Processes that map a large load, the one that stores it among them; one per two cores (of letters per core), 3 at most",
    )
    body_limit: int = Field(
        1_000_000, ge=1000, description="Most bytes a request to the API or the UI may carry"
    )
    calls_a_minute: int = Field(
        3000,
        ge=0,
        description="Calls to the API one token may make within a minute; 0 for any number",
    )
    second_factor: bool = Field(
        False, description="Administrators of the hub's own must have a second factor switched on"
    )
    webhook_hosts: str = Field(
        "",
        description="Hosts of the own network that webhooks may be sent to, separated by commas; others must be public",
    )
    hosts: str = Field(
        "", description="Names the UI answers to besides this machine's own, separated by commas"
    )

    dask: str = Field(
        "",
        description="Scheduler of a Dask cluster (tcp://host:8786) whose workers match; this process by default",
    )
    prefect: str = Field(
        "", description="Address of Prefect's pages, to be linked from sources and runs"
    )

    @property
    def host_names(self) -> tuple[str, ...]:
        """The names of `hosts`."""
        return _listed(self.hosts)

    @property
    def webhook_host_names(self) -> tuple[str, ...]:
        """The names of `webhook_hosts`."""
        return _listed(self.webhook_hosts.lower())

    @property
    def config_dir(self) -> Path:
        """The folder of connection, mapping and trust files."""
        return self.config or self.home / "config"

    @property
    def landing_dir(self) -> str:
        """The folder of landed Parquet files, or the address of it."""
        return str(self.landing or self.home / "landing")

    @property
    def cache_dir(self) -> Path:
        """The folder of what can be fetched again."""
        return self.home / "cache"

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the store."""
        return self.database or f"sqlite:///{self.home / 'kanon.db'}"


def _listed(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())
