"""Asterisk: what the switch wrote down of its calls."""

from __future__ import annotations

from connectors.asterisk.settings import AsteriskSettings
from connectors.asterisk.source import Asterisk
from connectors.registry import Kind

KIND = Kind("asterisk", "Звонки Asterisk", "Asterisk calls", AsteriskSettings, Asterisk)

__all__ = ["KIND", "Asterisk", "AsteriskSettings"]
