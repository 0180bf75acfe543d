"""Oracle E-Business Suite R12: customer and item master over SQL."""

from __future__ import annotations

from connectors.ebs.settings import EbsSettings
from connectors.ebs.source import EbsSource
from connectors.registry import Kind

KIND = Kind(
    "ebs", "Oracle E-Business Suite R12", "Oracle E-Business Suite R12", EbsSettings, EbsSource
)
