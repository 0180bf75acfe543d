"""Any SQL database as a source: a legacy base whose tables are streams."""

from __future__ import annotations

from connectors.database.settings import DatabaseSettings
from connectors.database.source import Database
from connectors.registry import Kind

KIND = Kind("database", "База данных", "SQL database", DatabaseSettings, Database)

__all__ = ["KIND", "Database", "DatabaseSettings"]
