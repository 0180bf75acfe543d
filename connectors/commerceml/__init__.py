"""CommerceML packets in a folder: catalogues, offers, orders and their counterparties."""

from __future__ import annotations

from connectors.commerceml.settings import CommerceMLSettings
from connectors.commerceml.source import CommerceML
from connectors.registry import Kind

KIND = Kind("commerceml", "Пакеты CommerceML", "CommerceML packets", CommerceMLSettings, CommerceML)

__all__ = ["KIND", "CommerceML", "CommerceMLSettings"]
