"""One installation, opened: settings, store, connections, trust. Every flow starts from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.connections import (
    BUILTIN,
    Connection,
    at_its_line,
    load_connections,
    the_connection,
)
from config.settings import Settings
from config.trust import Trust, load_trust
from connectors.base import Source
from connectors.registry import SettingsUnfit, build
from dedup.team import Team
from dedup.trust import TrustOrder
from flows.team import team_at
from mappings.compile import CompiledMapping
from mappings.load import load_mapping, shipped_streams
from schemas.errors import ConfigError
from store.engine import Store, open_store
from store.migrate import newest, upgrade, version


@dataclass(frozen=True)
class House:
    """What a flow may use; close it when done."""

    settings: Settings
    store: Store
    connections: Mapping[str, Connection]
    trust_rules: Trust
    team_at: Callable[[str], Team] = team_at

    def connection(self, name: str) -> Connection:
        """The connection called `name`; ConfigError lists the known ones."""
        return BUILTIN.get(name) or the_connection(self.connections, name)

    def source(self, name: str) -> Source:
        """The connector of a connection, ready to read; ConfigError names file and line of a wrong setting."""
        connection = self.connection(name)
        try:
            return build(connection.kind, connection.name, connection.open_settings())
        except SettingsUnfit as error:
            raise at_its_line(connection, error.place, error) from None

    def mapping(self, name: str, stream: str) -> CompiledMapping:
        """The compiled mapping of a stream, with the installation's override merged in."""
        kind = self.connection(name).kind
        return load_mapping(kind, stream, override=self._override(name, stream))

    def _override(self, name: str, stream: str) -> Path | None:
        file = self.settings.config_dir / "mappings" / name / f"{stream}.yaml"
        return file if file.exists() else None

    def mapped_streams(self, name: str) -> list[str]:
        """The streams of a connection that become canonical records: configured, else all shipped.

        Of those that not every source has, only what this one offers.
        """
        connection = self.connection(name)
        shipped = shipped_streams(connection.kind)
        wanted = connection.streams or shipped
        own = {stream for stream in wanted if self._override(name, stream)}
        mapped = [stream for stream in wanted if stream in shipped or stream in own]
        optional = {
            s for s in mapped if s not in connection.streams and self.mapping(name, s).spec.optional
        }
        if optional:
            offered = self.source(name).discover()
            optional -= {s.name for s in offered} | {c for s in offered for c in s.carries}
        return [stream for stream in mapped if stream not in optional]

    @property
    def trust(self) -> TrustOrder:
        """The trust order over this installation's connections."""
        every = {**BUILTIN, **self.connections}
        names = {name: connection.trusted_as for name, connection in every.items()}
        return TrustOrder(by_field=self.trust_rules.by_field(), by_connection=names)

    @property
    def team(self) -> Team:
        """Who does the parts of matching: the cluster of the settings, if there is one."""
        return self.team_at(self.settings.dask)

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def open_house(settings: Settings, *, create: bool = False) -> House:
    """The opened installation; ConfigError if the store is missing or of an older version.

    With `create` the store is made or brought up to date first.
    """
    connections = load_connections(settings.config_dir)
    store = open_store(settings.database_url, settings.landing_dir, settings.cache_dir)
    if create:
        upgrade(store)
    found = version(store)
    if found != newest():
        store.close()
        raise ConfigError(
            f"База версии {found or 'пустая'}, а нужна {newest()}: выполните kanon db upgrade.",
            f"The store is at version {found or 'none'}, {newest()} is needed: run kanon db upgrade.",
        )
    return House(settings, store, connections, load_trust(settings.config_dir))
