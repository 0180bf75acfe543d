"""Connections: one YAML file each, what to read, how often and how much failure to bear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from config.secrets import plain_secrets, resolve
from schemas.errors import ConfigError
from schemas.yaml_source import Sourced, read_yaml, validate

HUB = "hub"
PARTIES = "parties"
ENQUIRIES = "enquiries"


class Breaker(BaseModel):
    """When to stop a run that only produces rejects."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int = Field(
        1000, ge=1, description="Least number of rejected rows before the share counts"
    )
    share: float = Field(0.5, gt=0, le=1, description="Share of rejected rows that stops the run")


class Connection(BaseModel):
    """One source system: `kind` names the connector, `settings` are checked by it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
    kind: str
    settings: dict[str, Any] = Field(default_factory=dict)
    streams: list[str] = Field(default_factory=list, description="Streams to read; all mapped ones")
    trust: str = Field(
        "", description="Name of this source in the trust order; the kind by default"
    )
    schedule: str = Field("", description="Cron line in the zone below; empty: only by hand")
    sweep_schedule: str = Field(
        "",
        description="Cron line of the syncs that also compare all keys, to find records the source "
        "deleted without a word; once a night is usual. Empty: only by hand",
    )
    zone: str = Field("Europe/Moscow", description="Zone of the schedules")
    concurrency: int = Field(1, ge=1, le=16, description="Streams read at once")
    retries: int = Field(3, ge=0, le=20, description="Attempts after a source that is down")
    breaker: Breaker = Breaker()
    paused: bool = False
    file: str = Field("", exclude=True)

    @property
    def trusted_as(self) -> str:
        """The name under which the trust order knows this source."""
        return self.trust or self.kind

    def open_settings(self) -> dict[str, Any]:
        """The settings with secrets filled in; for the connector only, never for a log or a page."""
        resolved: dict[str, Any] = resolve(self.settings, file=self.file)
        return resolved


# What people and systems create in the hub itself: it needs no file and is read from nowhere.
BUILTIN: Mapping[str, Connection] = MappingProxyType({HUB: Connection(name=HUB, kind=HUB)})


def load_connections(folder: Path) -> dict[str, Connection]:
    """Every connection of `folder`/connections by name; ConfigError names file, line and cure."""
    files = sorted((folder / "connections").glob("*.y*ml"))
    loaded: dict[str, Connection] = {}
    for file in files:
        connection = _load(file)
        if connection.name == HUB:
            raise ConfigError(
                f"имя «{HUB}» занято записями, заведёнными в самом хабе: дайте другое.",
                f"the name '{HUB}' belongs to the records created in the hub itself: give another.",
                file=str(file),
            )
        if connection.name in loaded:
            raise ConfigError(
                f"имя «{connection.name}» уже занято файлом {loaded[connection.name].file}: дайте другое.",
                f"the name '{connection.name}' is taken by {loaded[connection.name].file}: give another.",
                file=str(file),
            )
        loaded[connection.name] = connection
    return loaded


def at_its_line(
    connection: Connection, place: Sequence[str | int], error: ConfigError
) -> ConfigError:
    """A fault of a connection's settings with the file and the line of the setting at `place`."""
    if not connection.file:
        return error
    return read_yaml(Path(connection.file)).error(("settings", *place), error.ru, error.en)


def _load(file: Path) -> Connection:
    source = read_yaml(file)
    if not isinstance(source.data, dict):
        raise source.error(
            (), "ожидались настройки подключения.", "expected the settings of a connection."
        )
    source.data.setdefault("name", file.stem)
    source.data["file"] = str(file)
    connection = validate(source, Connection)
    _refuse_plain_secrets(source, connection)
    return connection


def _refuse_plain_secrets(source: Sourced, connection: Connection) -> None:
    for place in plain_secrets(connection.settings):
        raise source.error(
            ("settings", *place.split(".")),
            f"секрет «{place}» записан открыто: дайте ссылку env:ИМЯ или file:ПУТЬ.",
            f"the secret '{place}' stands in the open: refer to it by env:NAME or file:PATH.",
        )


def the_connection(connections: Mapping[str, Connection], name: str) -> Connection:
    """The connection called `name`; ConfigError lists the known ones."""
    if name not in connections:
        known = ", ".join(sorted(connections)) or "—"
        raise ConfigError(
            f"Нет подключения «{name}». Есть: {known}.",
            f"There is no connection '{name}'. Known: {known}.",
        )
    return connections[name]
