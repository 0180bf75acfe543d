"""Avaya Communication Manager: the call records it sends or writes."""

from __future__ import annotations

from connectors.avaya.settings import AvayaSettings
from connectors.avaya.source import Avaya
from connectors.registry import Kind

KIND = Kind("avaya", "Звонки Avaya", "Avaya calls", AvayaSettings, Avaya)

__all__ = ["KIND", "Avaya", "AvayaSettings"]
