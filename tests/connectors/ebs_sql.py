"""The statements the EBS connector sends, compiled for a version of Oracle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.oracle.base import OracleDialect

from connectors.ebs import queries
from connectors.ebs.settings import EbsSettings
from connectors.ebs.tables import TABLES, EbsTable
from connectors.registry import validated
from connectors.sql import page
from connectors.window import Window

WINDOW = Window("2024-03-01 09:00:00", None, "2024-03-02 09:00:00")
RESUMED = Window("2024-03-01 09:30:00", "1017", "2024-03-02 09:00:00")


def settings(**changed: Any) -> EbsSettings:
    """Settings of an imaginary base with three operating units, all streams chosen."""
    wanted = {
        "host": "erp.example",
        "service_name": "PROD",
        "user": "kanon",
        "password": "x",
        "orgs": [81, 82, 83],
        "master_org": 101,
        "price_lists": [9001, 9002],
        "stock_orgs": [102, 103],
        "streams": list(TABLES),
        "tables": "owners",
    }
    return validated(EbsSettings, "erp", wanted | changed)


def dialect(version: tuple[int, ...]) -> OracleDialect:
    """The Oracle dialect as it is after connecting to a server of this version."""
    made = OracleDialect()
    made.server_version_info = version
    made._supports_offset_fetch = version >= (12,)
    return made


def statements(chosen: EbsSettings) -> Iterator[tuple[str, Select[Any]]]:
    """Name and statement: a page of every stream, and each other kind of question once.

    All columns are asked of one stream, elsewhere only those the statement turns on.
    """
    for table in TABLES.values():
        yield f"{table.stream}: a page", page(_rows(table, chosen, WINDOW), table.order, 500)
    parties, texts = TABLES["parties"], TABLES["items_tl"]
    last = ["2024-03-01 10:00:00", 1042]
    window = _rows(parties, chosen, WINDOW)
    yield "parties: the page after a row", page(window, parties.order, 500, last)
    yield "parties: resumed", page(_rows(parties, chosen, RESUMED), parties.order, 500)
    resumed = Window("2024-03-01 09:30:00", "17/RU", "2024-03-02 09:00:00")
    yield "items_tl: resumed", page(_rows(texts, chosen, resumed), texts.order, 500)
    yield "site_uses: count", queries.counted(TABLES["site_uses"], chosen, WINDOW)
    yield (
        "accounts: by key",
        queries.by_keys(_every(TABLES["accounts"], chosen), TABLES["accounts"], ["7", "9"]),
    )
    yield "items_tl: by key", queries.by_keys(_every(texts, chosen), texts, ["7/RU", "9/US"])
    yield (
        "accounts: newest",
        queries.newest(_every(TABLES["accounts"], chosen), TABLES["accounts"], 50),
    )
    yield (
        "accounts: by no key",
        queries.by_keys(_every(TABLES["accounts"], chosen), TABLES["accounts"], []),
    )
    yield "locations: shape", queries.shape(TABLES["locations"])
    yield "clock", queries.ORACLE_NOW


def _every(table: EbsTable, chosen: EbsSettings) -> Select[Any]:
    every = [column.name for column in table.table.columns]
    return queries.rows(table, chosen, every if table.stream == "locations" else table.needed)


def _rows(table: EbsTable, chosen: EbsSettings, window: Window) -> Select[Any]:
    return queries.within(_every(table, chosen), table, window)


def compiled(statement: Select[Any], version: tuple[int, ...]) -> str:
    """The text sent to a server of this version."""
    text = str(
        statement.compile(dialect=dialect(version), compile_kwargs={"render_postcompile": True})
    )
    return text.replace(" \n", "\n")
