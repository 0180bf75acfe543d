"""`kanon db` and `kanon config`: make the store, check the files."""

from __future__ import annotations

from rich.markup import escape

from admin.commands.shell import language, out, say
from config.acknowledge import load_acknowledgements
from config.alerts import load_alerts
from config.authority import load_authority
from config.connections import load_connections
from config.enquiries import load_enquiries
from config.routing import load_routing
from config.settings import Settings
from config.sites import load_sites
from config.stages import load_stages
from config.stock import Stock, load_stock
from config.telephony import load_telephony
from config.trust import load_trust
from flows.directory import people_of
from flows.house import House
from mappings.nomenclature import Grammar
from mappings.nomenclature.installed import installed
from schemas.errors import ConfigError, KanonError
from store.engine import open_store
from store.migrate import newest, upgrade, version

# Read when they are asked for; a fault would be told to whoever asks first.
_FILES = (
    load_stages, load_enquiries, load_routing, load_sites, load_acknowledgements, load_authority,
    load_alerts,
)  # fmt: skip


def db_upgrade() -> int:
    """Create the store, or bring its tables to this version; running it again changes nothing."""
    settings = Settings()
    store = open_store(settings.database_url, settings.landing_dir, settings.cache_dir)
    before = version(store)
    upgrade(store)
    store.close()
    after = newest()
    if before == after:
        say(f"База уже версии {after}.", f"The store is at version {after} already.")
    else:
        say(f"База: {before or 'нет'} → {after}.", f"Store: {before or 'none'} → {after}.")
    return 0


def _check_stock(stock: Stock, grammar: Grammar) -> None:
    """ConfigError if a threshold is of a class that is not there: it would judge nothing."""
    unknown = sorted(set(stock.short_lengths) - set(grammar.classes))
    if unknown:
        raise ConfigError(
            f"stock.yaml: класса товаров «{unknown[0]}» нет. Исправьте имя в short_lengths.",
            f"stock.yaml: there is no class of goods '{unknown[0]}'. Mend its name in short_lengths.",
        )


def config_check() -> int:
    """Read every file of the configuration; each fault names file, line and cure.

    Nothing is connected to and the store is not needed.
    """
    settings = Settings()
    faults = 0
    connections = load_connections(settings.config_dir)
    people = people_of(settings)
    store = open_store(settings.database_url, settings.landing_dir, settings.cache_dir)
    load_telephony(settings.config_dir, connections)
    for load in _FILES:
        load(settings.config_dir)
    _check_stock(load_stock(settings.config_dir), installed(settings.config_dir))
    opened = House(settings, store, connections, load_trust(settings.config_dir))
    for name, connection in sorted(connections.items()):
        try:
            opened.source(name)
            streams = opened.mapped_streams(name)
            for stream in streams:
                opened.mapping(name, stream)
            out.print(f"[green]✓[/] {name}: {connection.kind}, {', '.join(streams) or '—'}")
        except KanonError as error:
            faults += 1
            out.print(f"[red]✗[/] {name}: {escape(error.for_user(language()))}", soft_wrap=True)
    if people is not None:
        servers = ", ".join(people.directory.servers)
        out.print(f"[green]✓[/] directory.yaml: {escape(servers)}")
    opened.close()
    if not connections:
        folder = settings.config_dir / "connections"
        say(f"В {folder} нет ни одного подключения.", f"There is no connection in {folder}.")
    return 2 if faults else 0
