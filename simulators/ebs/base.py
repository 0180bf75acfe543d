"""A database file shaped like Oracle EBS R12, and the things that happen to it while it is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from simulators.ebs.offers import PRICE_LIST, code_tables, price_tables, stock_tables
from simulators.ebs.people import PERSON, people_tables
from simulators.ebs.rows import ORGS, ZONE, InnColumn, ebs_cards, party_tables, site_tables
from simulators.ebs.schema import create_statements
from simulators.ebs.trade import MASTER, PLANTS, item_tables, order_tables
from simulators.world import World
from simulators.world.offers import LAST_DAY


@dataclass(frozen=True)
class Ebs:
    """The simulated ERP: where it is, which organizations it has, and what can be done to it.

    Dates are text in the zone `ZONE`; every change takes the moment it claims to have happened at.
    """

    path: Path
    inn_column: InnColumn
    orgs: tuple[int, ...] = ORGS
    master_org: int = MASTER
    zone: str = ZONE
    price_lists: tuple[int, ...] = (PRICE_LIST,)
    stock_orgs: tuple[int, ...] = PLANTS

    @property
    def url(self) -> str:
        """SQLAlchemy address of the database."""
        return f"sqlite:///{self.path}"

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=30)) as database, database:
            yield database

    def _moment(self, at: datetime | None) -> str:
        return (
            (at or datetime.now(UTC)).astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M:%S")
        )

    def count(self, table: str) -> int:
        """Rows of a table."""
        with self._writing() as database:
            return int(database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608  own table names

    def change(self, n: int, at: datetime | None = None) -> list[int]:
        """PARTY_IDs of `n` organizations whose mailbox was changed at `at` (now by default)."""
        when = self._moment(at)
        with self._writing() as database:
            found = database.execute(
                "SELECT PARTY_ID FROM HZ_PARTIES WHERE PARTY_TYPE = 'ORGANIZATION' AND STATUS = 'A' "
                "ORDER BY LAST_UPDATE_DATE, PARTY_ID LIMIT ?",
                (n,),
            ).fetchall()
            keys = [int(row[0]) for row in found]
            stamp = when.replace(" ", "").replace(":", "").replace("-", "")
            database.executemany(
                "UPDATE HZ_PARTIES SET EMAIL_ADDRESS = ?, LAST_UPDATE_DATE = ? WHERE PARTY_ID = ?",
                [(f"new{stamp}.{key}@changed.example", when, key) for key in keys],
            )
        return keys

    def change_site(self, at: datetime | None = None) -> int:
        """SITE_USE_ID of a BILL_TO use whose KPP was changed: the party above it stays untouched."""
        with self._writing() as database:
            key = database.execute(
                "SELECT min(SITE_USE_ID) FROM HZ_CUST_SITE_USES_ALL WHERE SITE_USE_CODE = 'BILL_TO' "
                "AND TAX_REFERENCE IS NOT NULL"
            ).fetchone()[0]
            database.execute(
                "UPDATE HZ_CUST_SITE_USES_ALL SET TAX_REFERENCE = substr(TAX_REFERENCE, 1, 6) || '077', "
                "LAST_UPDATE_DATE = ? WHERE SITE_USE_ID = ?",
                (self._moment(at), key),
            )
        return int(key)

    def late_commit(self, at: datetime, name: str = 'ООО "Поздний коммит"') -> int:
        """PARTY_ID of a new party that becomes visible only now with LAST_UPDATE_DATE = `at`."""
        when = self._moment(at)
        with self._writing() as database:
            top = database.execute(
                "SELECT max(PARTY_ID) FROM HZ_PARTIES WHERE PARTY_ID < ?", (PERSON,)
            ).fetchone()[0]
            key = int(top or 0) + 3
            database.execute(
                "INSERT INTO HZ_PARTIES (PARTY_ID, PARTY_NUMBER, PARTY_NAME, PARTY_TYPE, STATUS, COUNTRY, "
                "LAST_UPDATE_DATE, CREATION_DATE) VALUES (?, ?, ?, 'ORGANIZATION', 'A', 'RU', ?, ?)",
                (key, str(key), name, when, when),
            )
        return key

    def merge(self, survivor: int, duplicate: int, at: datetime | None = None) -> None:
        """Merges two parties the way EBS does: status M and a row in the merge log of their accounts."""
        when = self._moment(at)
        with self._writing() as database:
            top = database.execute(
                "SELECT coalesce(max(CUSTOMER_MERGE_ID), 700000) FROM RA_CUSTOMER_MERGES"
            ).fetchone()[0]
            database.execute(
                "UPDATE HZ_PARTIES SET STATUS = 'M', LAST_UPDATE_DATE = ? WHERE PARTY_ID = ?",
                (when, duplicate),
            )
            database.execute(
                "INSERT INTO RA_CUSTOMER_MERGES (CUSTOMER_MERGE_ID, CUSTOMER_ID, DUPLICATE_ID, PROCESS_FLAG, "
                "LAST_UPDATE_DATE, CREATION_DATE) SELECT ?, min(s.CUST_ACCOUNT_ID), min(d.CUST_ACCOUNT_ID), 'Y', ?, ? "
                "FROM HZ_CUST_ACCOUNTS s, HZ_CUST_ACCOUNTS d WHERE s.PARTY_ID = ? AND d.PARTY_ID = ?",
                (top + 1, when, when, survivor, duplicate),
            )

    def purge(self, party: int) -> None:
        """Deletes a party physically, as a purge programme does; nothing tells the reader."""
        with self._writing() as database:
            database.execute("DELETE FROM HZ_PARTIES WHERE PARTY_ID = ?", (party,))


def build_ebs(
    world: World,
    path: Path,
    inn_column: InnColumn = "JGZZ_FISCAL_CODE",
    today: date = LAST_DAY,
) -> Ebs:
    """A new EBS-shaped SQLite file at `path` with the world's records; an existing file is replaced.

    `inn_column` is the profile option of the site: the column of HZ_PARTIES that holds the INN, or "ZX"
    for the tax registrations. KPP stands in the site use, OGRN and OKPO in ATTRIBUTE1 and ATTRIBUTE2, who is to sell
    a lot in its ATTRIBUTE1. Lots were received before `today`.
    """
    path.unlink(missing_ok=True)
    cards = ebs_cards(world)
    people = people_tables(cards)
    tables = [
        party_tables(cards, inn_column),
        site_tables(cards),
        people,
        item_tables(world),
        order_tables(world, cards),
        price_tables(world),
        stock_tables(world, today),
        code_tables(world, cards),
    ]
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        with database:
            for statement in create_statements():
                database.execute(statement)
            for part in tables:
                for name, frame in part.items():
                    _insert(database, name, frame)
        database.execute("PRAGMA journal_mode = WAL")
    return Ebs(path=path, inn_column=inn_column)


def _insert(database: sqlite3.Connection, table: str, frame: pl.DataFrame) -> None:
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    marks = ", ".join("?" * frame.width)
    database.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', frame.iter_rows())  # noqa: S608  own table names
