"""What is to be profiled: a connection that is set up, a database by its address, a folder by its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from config.connections import load_connections, the_connection
from config.migration import Plan
from config.settings import Settings
from connectors.base import Source
from connectors.files.guess import guessed
from connectors.registry import build
from flows.migrate.draft import draft
from flows.migrate.profile import Mapped
from mappings.load import load_mapping, shipped_streams
from schemas.errors import ConfigError

_SECRET = "env:LEGACY_URL"  # noqa: S105  a reference, not a secret


@dataclass(frozen=True, slots=True)
class Found:
    """A source to profile. `body` is the connection's file, if there is none yet."""

    connection: str
    source: Source
    body: Mapping[str, Any] | None
    mapped: Mapping[str, Mapped]


def found(settings: Settings, what: str, connection: str) -> Found:
    """The source called `what`: a connection's name, an address with ://, or a path.

    The last two become a connection called `connection`. ConfigError if it is none of them.
    """
    known = load_connections(settings.config_dir)
    if what in known:
        return _connected(settings, what)
    if connection in known:
        raise ConfigError(
            f"Подключение «{connection}» уже есть: снимите профиль с него самого или дайте другое имя (--connection).",
            f"The connection '{connection}' exists: profile that one, or give another name (--connection).",
        )
    if "://" in what:
        told = what if what.startswith("sqlite:") else _SECRET
        return _new("database", connection, {"url": what}, {"url": told})
    path = Path(what)
    if path.suffix.lower() in (".db", ".sqlite", ".sqlite3") and path.is_file():
        url = f"sqlite:///{path.absolute()}"
        return _new("database", connection, {"url": url}, {"url": url})
    if not path.exists():
        the_connection(known, what)
    layouts = {n: one.model_dump(exclude_defaults=True) for n, one in guessed(path).items()}
    own = {
        "path": str(path.absolute()),
        "streams": {n: _plain(one) for n, one in layouts.items()},
    }
    return _new("files", connection, own, own)


def _plain(layout: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in layout.items()}


def _new(kind: str, name: str, settings: Mapping[str, Any], told: Mapping[str, Any]) -> Found:
    body = {"kind": kind, "settings": dict(told)}
    return Found(name, build(kind, name, settings), body, {})


def _connected(settings: Settings, name: str) -> Found:
    connection = load_connections(settings.config_dir)[name]
    folder = settings.config_dir / "mappings" / name
    own = {file.stem for file in folder.glob("*.yaml")}
    wanted = connection.streams or sorted({*shipped_streams(connection.kind), *own})
    mapped = {}
    for stream in wanted:
        override = folder / f"{stream}.yaml"
        mapping = load_mapping(connection.kind, stream, override if stream in own else None)
        mapped[stream] = Mapped(mapping.target, tuple(join.stream for join in mapping.joins))
    source = build(connection.kind, name, connection.open_settings())
    return Found(name, source, None, mapped)


def save(settings: Settings, one: Found, plan: Plan) -> list[Path]:
    """The files written: the connection's, and a draft of a mapping per carried table that has none.

    What is there already is left alone.
    """
    written = []
    if one.body is not None:
        body = {**one.body, "streams": [table.name for table in plan.carried]}
        _key_files(body, plan)
        file = settings.config_dir / "connections" / f"{one.connection}.yaml"
        written += _write(file, yaml.safe_dump(body, allow_unicode=True, sort_keys=False))
    for table in plan.carried:
        text = None if table.name in one.mapped else draft(plan, table)
        if text is not None:
            file = settings.config_dir / "mappings" / one.connection / f"{table.name}.yaml"
            written += _write(file, text)
    return written


def _key_files(body: dict[str, Any], plan: Plan) -> None:
    """The keys the profile found, where the source does not declare them itself."""
    settings = body["settings"]
    if body["kind"] == "files":
        for table in plan.tables:
            if table.key and table.name in settings["streams"]:
                settings["streams"][table.name]["key"] = list(table.key)
    else:
        settings["tables"] = [table.name for table in plan.carried]
        settings["keys"] = {table.name: list(table.key) for table in plan.carried}


def _write(file: Path, text: str) -> list[Path]:
    if file.exists():
        return []
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return [file]
