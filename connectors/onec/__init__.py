"""1C behind its standard OData interface."""

from __future__ import annotations

from connectors.onec.settings import OneCSettings
from connectors.onec.source import OneC
from connectors.registry import Kind

KIND = Kind("onec", "1С:Предприятие (OData)", "1C:Enterprise (OData)", OneCSettings, OneC)

__all__ = ["KIND", "OneC", "OneCSettings"]
