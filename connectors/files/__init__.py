"""Files in a folder: tables people keep, and the open data of state registers."""

from __future__ import annotations

from connectors.files.settings import FilesSettings, Layout
from connectors.files.source import Files
from connectors.registry import Kind

KIND = Kind("files", "Файлы", "Files", FilesSettings, Files)

__all__ = ["KIND", "Files", "FilesSettings", "Layout"]
