"""An old CRM of one's own making: a SQL database that grew for years, with what such bases are full of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl

from simulators.world import World
from simulators.world.chance import chance

SCHEMA = """
CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, inn TEXT, kpp TEXT, ogrn TEXT, address TEXT,
  phone TEXT, email TEXT, credit_limit TEXT, updated_at TEXT,
  main_contact_id INTEGER REFERENCES contacts (id));
CREATE TABLE contacts (id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES clients (id), fio TEXT,
  position TEXT, phone TEXT, email TEXT, updated_at TEXT);
CREATE TABLE deals (id INTEGER PRIMARY KEY, client_id INTEGER, opened TEXT, amount TEXT, state TEXT);
CREATE TABLE fax_journal (id INTEGER PRIMARY KEY, client_id INTEGER, sent_at TEXT, fax TEXT);
CREATE TABLE clients_old (id INTEGER, name TEXT, inn TEXT);
CREATE TABLE segments (id INTEGER PRIMARY KEY, title TEXT);
"""
ORPHANS = 0.03


def write_crm(world: World, path: Path) -> Path:
    """A SQLite file of clients, contacts, deals and what nobody uses; an existing file is replaced.

    Clients and contacts refer to each other; some deals are of clients long deleted, without a foreign
    key to say so; `clients_old` is a copy somebody once made, `fax_journal` ends in 2012.
    """
    path.unlink(missing_ok=True)
    clients = _clients(world)
    contacts = _contacts(world, clients)
    kept = contacts.group_by("client_id").agg(pl.col("id").min().alias("main_contact_id"))
    clients = clients.join(
        kept, left_on="id", right_on="client_id", how="left", maintain_order="left"
    )
    tables = {
        "clients": clients,
        "contacts": contacts,
        "deals": _deals(world, clients.height),
        "fax_journal": _faxes(clients.height),
        "clients_old": clients.select("id", "name", "inn").head(clients.height // 2),
    }
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(SCHEMA)
        for name, frame in tables.items():
            marks = ", ".join("?" * frame.width)
            columns = ", ".join(frame.columns)
            base.executemany(
                f"INSERT INTO {name} ({columns}) VALUES ({marks})",  # noqa: S608  own table names
                frame.iter_rows(),
            )
    return path


def _clients(world: World) -> pl.DataFrame:
    cards = world.cards("ebs").with_row_index("id", offset=1)
    limit = pl.Series(chance(world.seed, "crm/limit").integers(0, 5_000_000, cards.height))
    return cards.select(
        pl.col("id").cast(pl.Int64),
        "name", "inn", "kpp", "ogrn", "address",
        pl.col("phones").alias("phone"), pl.col("emails").alias("email"),
        (limit / 100).round(2).cast(pl.String).alias("credit_limit"),
        pl.col("updated_at").dt.strftime("%Y-%m-%d %H:%M:%S"),
    )  # fmt: skip


def _contacts(world: World, clients: pl.DataFrame) -> pl.DataFrame:
    cards = world.cards("ebs").with_row_index("client_id", offset=1)
    person = pl.concat_str(["last", "first", "middle"], separator=" ", ignore_nulls=True)
    own = cards.filter(pl.col("last").is_not_null()).select(
        pl.col("client_id").cast(pl.Int64),
        person.alias("fio"),
        pl.lit("менеджер").alias("position"),
        pl.col("mobile").alias("phone"),
        pl.col("email"),
        pl.col("updated_at").dt.strftime("%Y-%m-%d %H:%M:%S"),
    )
    ids = pl.int_range(1, pl.len() + 1).alias("id")
    return (
        own.filter(pl.col("client_id") <= clients.height)
        .with_columns(ids)
        .select("id", "client_id", "fio", "position", "phone", "email", "updated_at")
    )


def _deals(world: World, clients: int) -> pl.DataFrame:
    luck = chance(world.seed, "crm/deals")
    count = clients * 2
    of = pl.Series(luck.integers(1, clients + 1, count))
    gone = pl.Series(luck.random(count) < ORPHANS)
    day = pl.Series(luck.integers(0, 1200, count))
    cents = pl.Series(luck.integers(1_000, 90_000_000, count))
    states = ["новая", "в работе", "оплачена", "отказ"]
    return pl.select(
        pl.int_range(1, count + 1).alias("id"),
        pl.when(gone).then(of + 10_000_000).otherwise(of).alias("client_id"),
        (pl.date(2022, 8, 1) + pl.duration(days=pl.lit(day)))
        .dt.strftime("%d.%m.%Y")
        .alias("opened"),
        (cents / 100).round(2).cast(pl.String).alias("amount"),
        pl.Series(states).gather(cents % 4).alias("state"),
    )


def _faxes(clients: int) -> pl.DataFrame:
    count = max(1, clients // 4)
    day = pl.int_range(0, count) % 700
    return pl.select(
        pl.int_range(1, count + 1).alias("id"),
        (pl.int_range(0, count) % clients + 1).alias("client_id"),
        (pl.date(2011, 1, 10) + pl.duration(days=day)).dt.strftime("%Y-%m-%d").alias("sent_at"),
        pl.lit("8 (800) 000-00-00").alias("fax"),
    )
