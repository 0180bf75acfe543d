"""Active Directory: who works here, and who is who says he is."""

from __future__ import annotations

from connectors.ad.settings import DirectorySettings
from connectors.ad.source import ActiveDirectory
from connectors.registry import Kind

KIND = Kind("ad", "Active Directory", "Active Directory", DirectorySettings, ActiveDirectory)

__all__ = ["KIND", "ActiveDirectory", "DirectorySettings"]
