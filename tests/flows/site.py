"""A refreshed installation over a small world, copied for each test together with its sources.

Loading a world anew for each test would cost seconds; a copy of the store, of its landed files and of
the sources costs a fraction of one. The 1C base is built again: the same seed gives the same objects
and versions, and a first load leaves no trace in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from sqlalchemy import ColumnElement, Table, Text, cast, literal_column, select

from config.settings import Settings
from flows.house import House, open_house
from flows.sync import Outcome, refresh
from simulators.demo import Demo, start_demo
from simulators.onec import Publication, build_base, serve
from store import Store, canonical, feed, quarantine, runs
from store.engine import Reader
from tests.support.house import configure
from tests.support.postgres import copy_database, run_sql, url_of
from tests.support.state import DATA

COMPANIES = 60
COUNTERPARTIES = "Catalog_Контрагенты"
NUMBERS = count(1)


@dataclass(frozen=True)
class Site:
    """An open house, the sources it reads and the folder both live in."""

    house: House
    world: Demo
    folder: Path

    @property
    def store(self) -> Store:
        """The store of the house."""
        return self.house.store

    def refresh(self, *connections: str, sweep: bool = False) -> dict[str, Outcome]:
        """Refresh (everything, if no connection is named); outcomes by connection."""
        outcomes = refresh(self.house, connections=connections, sweep=sweep)
        return {outcome.connection: outcome for outcome in outcomes}

    def reopened(self) -> Site:
        """The same site with its configuration read again."""
        return replace(self, house=open_house(self.house.settings))

    def configure(self, connection: str, **changes: object) -> Site:
        """The site with these settings of a connection changed in its file."""
        file = self.folder / "config" / "connections" / f"{connection}.yaml"
        body = yaml.safe_load(file.read_text(encoding="utf-8"))
        file.write_text(yaml.safe_dump({**body, **changes}, allow_unicode=True), encoding="utf-8")
        return self.reopened()

    def override(self, connection: str, stream: str, body: Mapping[str, object]) -> Site:
        """The site with a mapping override of a stream."""
        folder = self.folder / "config" / "mappings" / connection
        folder.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(dict(body), allow_unicode=True)
        (folder / f"{stream}.yaml").write_text(text, encoding="utf-8")
        return self.reopened()

    def counts(self, outcome: Outcome) -> dict[tuple[str, str, str], int]:
        """(stage, stream, name) → number, of the run behind an outcome."""
        assert outcome.run_id is not None, outcome.error
        with self.store.read() as reader:
            frame = runs.counts(reader, outcome.run_id)
        return {(r["stage"], r["stream"], r["name"]): r["value"] for r in frame.to_dicts()}

    def parties(self, connection: str, stream: str) -> pl.DataFrame:
        """The canonical parties of a stream."""
        with self.store.read() as reader:
            return canonical.load(reader, "party", connection=connection, stream=stream)

    def waiting(self, connection: str) -> pl.DataFrame:
        """The open quarantine rows of a connection."""
        with self.store.read() as reader:
            return quarantine.page(reader, limit=10_000, state="open", connection=connection)

    def feed_end(self) -> int:
        """The last position of the feed."""
        with self.store.read() as reader:
            return feed.newest(reader)

    def changes(self, after: int) -> pl.DataFrame:
        """What the feed tells after a position."""
        with self.store.read() as reader:
            return feed.changes(reader, after=after, limit=10_000)


def versions(store: Store) -> dict[str, list[tuple[str, ...]]]:
    """The physical version of every data row: a row written again, even with the same content, differs.

    PostgreSQL gives its `xmin`. SQLite has nothing like it: there it is the whole row, stamps included.
    """
    with store.read() as reader:
        return {table.name: sorted(_row_versions(reader, table)) for table in DATA}


def _row_versions(reader: Reader, table: Table) -> list[tuple[str, ...]]:
    columns: list[ColumnElement[Any]] = list(table.c)
    if reader.is_postgres:
        columns.append(cast(literal_column("xmin"), Text).label("xmin"))
    return [tuple(map(str, row)) for row in reader.frame(select(*columns)).iter_rows()]


def everything_green(outcomes: dict[str, Outcome]) -> bool:
    """Whether no outcome has an error; the first error, if any, is raised to be seen whole."""
    for outcome in outcomes.values():
        if outcome.error is not None:
            raise outcome.error
    return True


@contextmanager
def copied_world(original: Demo, source: Path, folder: Path) -> Iterator[Demo]:
    """The sources of `original`, which lie in `source`, as they were, under `folder`."""
    shutil.copytree(source / "sources", folder / "sources")

    def moved(path: Path) -> Path:
        return folder / path.relative_to(source)

    with serve(Publication(build_base(original.world, days=original.days))) as onec:
        yield replace(
            original,
            ebs=replace(original.ebs, path=moved(original.ebs.path)),
            onec=onec,
            commerceml=moved(original.commerceml),
            spreadsheet=moved(original.spreadsheet),
            csv=moved(original.csv),
        )


@contextmanager
def copied_database(url: str, folder: Path, socket: str | None) -> Iterator[str]:
    """The URL of a copy of a database nobody is connected to."""
    if socket is None:
        shutil.copy(url.removeprefix("sqlite:///"), folder / "kanon.db")
        yield f"sqlite:///{folder / 'kanon.db'}"
        return
    name = f"kanon_site_{next(NUMBERS)}"
    copy_database(socket, name, url.split("/")[3].split("?")[0])
    yield url_of(socket, name)
    run_sql(socket, f"DROP DATABASE {name} WITH (FORCE)")


@dataclass(frozen=True)
class Loaded:
    """Sources that were refreshed once, and where the result lies; nothing of it is open."""

    folder: Path
    world: Demo
    url: str
    socket: str | None

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Site]:
        """A site of its own to change."""
        for name in ("landing", "snapshots"):
            shutil.copytree(self.folder / name, folder / name)
        with (
            copied_world(self.world, self.folder, folder) as world,
            copied_database(self.url, folder, self.socket) as url,
        ):
            configure(folder, world)
            house = open_house(Settings(home=folder, database=url))
            try:
                yield Site(house, world, folder)
            finally:
                house.close()


@pytest.fixture(scope="session")
def built_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Demo]]:
    """The sources of one world and the folder they are in; not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    with start_demo(folder / "sources", seed=7, companies=COMPANIES) as world:
        yield folder, world


def _load(folder: Path, built: tuple[Path, Demo], url: str, socket: str | None) -> Loaded:
    source, world = built
    with copied_world(world, source, folder) as own:
        configure(folder, own)
        house = open_house(Settings(home=folder, database=url), create=True)
        everything_green({o.connection: o for o in refresh(house)})
        house.close()
    return Loaded(folder, own, house.settings.database_url, socket)


@pytest.fixture(scope="session")
def loaded_sqlite(
    built_world: tuple[Path, Demo], tmp_path_factory: pytest.TempPathFactory
) -> Loaded:
    """A refreshed installation on SQLite."""
    folder = tmp_path_factory.mktemp("loaded")
    return _load(folder, built_world, f"sqlite:///{folder / 'kanon.db'}", None)


@pytest.fixture(scope="session")
def loaded_postgres(
    built_world: tuple[Path, Demo], postgres_socket: str, tmp_path_factory: pytest.TempPathFactory
) -> Loaded:
    """A refreshed installation on PostgreSQL."""
    run_sql(postgres_socket, "CREATE DATABASE kanon_loaded")
    url = url_of(postgres_socket, "kanon_loaded")
    return _load(tmp_path_factory.mktemp("loaded"), built_world, url, postgres_socket)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A refreshed site, on each engine in turn."""
    name = "loaded_sqlite" if request.param == "sqlite" else "loaded_postgres"
    loaded: Loaded = request.getfixturevalue(name)
    with loaded.copy(tmp_path) as copy:
        yield copy


@pytest.fixture
def light_site(loaded_sqlite: Loaded, tmp_path: Path) -> Iterator[Site]:
    """A refreshed site on SQLite."""
    with loaded_sqlite.copy(tmp_path) as copy:
        yield copy
