"""How to reach the EBS database: engine, mode of the driver, login with a time limit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import oracledb
from sqlalchemy import Connection, Engine

from connectors.ebs.settings import EbsSettings
from connectors.ebs.trouble import explain, explained
from connectors.sql import connect_within, engine, sqlite_engine

_mode_lock = threading.Lock()


class Database:
    """Connections to one EBS database; every error that leaves it is one of ours."""

    def __init__(self, settings: EbsSettings, made: Engine | None = None) -> None:
        """`made` is an engine somebody else built, for a database neither Oracle nor SQLite."""
        self._settings = settings
        self._engine = made or self._make()

    @property
    def place(self) -> str:
        """The database as messages name it: host and port, or the file's name."""
        path = self._settings.path
        return path.name if path else f"{self._settings.host}:{self._settings.port}"

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """An open connection, closed at the end whatever happens."""
        with explained(self.place):
            opened = self._engine.connect()
        owners = self._owners()
        try:
            with explained(self.place):
                yield opened.execution_options(schema_translate_map=owners)
        finally:
            with explained(self.place):
                opened.close()

    def _owners(self) -> dict[str | None, str | None]:
        known = ("AR", "INV", "QP", "ZX")
        # A SQLite file has no schemas, whatever the settings say.
        match "file" if self._settings.path else self._settings.tables:
            case "owners":
                return {owner: owner for owner in known}
            case "apps":
                return dict.fromkeys(known, "APPS")
            case _:
                return dict.fromkeys(known)

    def _make(self) -> Engine:
        path = self._settings.path
        return sqlite_engine(path) if path else engine("oracle+oracledb://", self._login)

    def _login(self) -> oracledb.Connection:
        limit = self._settings.connect_timeout
        try:
            self._choose_mode()
            return connect_within(limit, self._connect, self.place)
        except (OSError, oracledb.Error) as error:
            raise explain(error, self.place) from None

    def _choose_mode(self) -> None:
        folder = self._settings.client_dir
        with _mode_lock:
            if not oracledb.is_thin_mode():
                return
            if folder is not None:
                oracledb.init_oracle_client(lib_dir=str(folder))
            else:
                # Until the mode is fixed, one silent listener blocks every connect of the process.
                oracledb.enable_thin_mode()  # type: ignore[no-untyped-call]  # the driver ships it untyped

    def _connect(self) -> oracledb.Connection:
        chosen = self._settings
        secret = chosen.password.get_secret_value() if chosen.password else None
        target: dict[str, Any] = (
            {"service_name": chosen.service_name} if chosen.service_name else {}
        )
        target |= {"sid": chosen.sid} if chosen.sid else {}
        made = oracledb.connect(
            user=chosen.user,
            password=secret,
            host=chosen.host,
            port=chosen.port,
            tcp_connect_timeout=chosen.connect_timeout,
            **target,
        )
        made.call_timeout = int(chosen.call_timeout * 1000)
        return made
