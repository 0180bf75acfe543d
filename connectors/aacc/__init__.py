"""Avaya Aura Contact Center: what its statistics tell of contacts."""

from __future__ import annotations

from connectors.aacc.settings import AaccSettings
from connectors.aacc.source import Aacc
from connectors.registry import Kind

KIND = Kind("aacc", "Контакт-центр Avaya Aura", "Avaya Aura Contact Center", AaccSettings, Aacc)

__all__ = ["KIND", "Aacc", "AaccSettings"]
