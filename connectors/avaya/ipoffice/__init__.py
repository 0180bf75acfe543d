"""Avaya IP Office: the SMDR records it sends or is asked for."""

from __future__ import annotations

from connectors.avaya.ipoffice.settings import IpOfficeSettings
from connectors.avaya.ipoffice.source import IpOffice
from connectors.registry import Kind

KIND = Kind("ipoffice", "Звонки IP Office", "IP Office calls", IpOfficeSettings, IpOffice)

__all__ = ["KIND", "IpOffice", "IpOfficeSettings"]
