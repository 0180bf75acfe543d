"""Microsoft Exchange: the letters of shared and personal mailboxes, over EWS."""

from __future__ import annotations

from connectors.exchange.settings import ExchangeSettings
from connectors.exchange.source import Exchange
from connectors.registry import Kind

KIND = Kind("exchange", "Почта Exchange", "Exchange mail", ExchangeSettings, Exchange)

__all__ = ["KIND", "Exchange", "ExchangeSettings"]
